import { text as readAll } from 'node:stream/consumers';
import { exitCodes } from '../../lib/start-problem.ts';
import { readSecretFile } from '../../platform/config/load-config.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { confirmed } from '../rest/confirmed.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows, textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { inUseTexts } from './text.ts';

const path = '/api/berth/v1/in-use';
const pathOf = (cluster: string): string => `${path}/${encodeURIComponent(cluster)}`;

export async function listInUse(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const rows = await (await restClient(cli, flags)).get<Row[]>(path);
  showRows(form, rows, { columns: ['cluster', 'images', 'expired', 'expires_at', 'updated_at'], more: [] });
  return exitCodes.done;
}

export async function importInUse(cli: Cli, flags: Flags, [cluster = '']: Args): Promise<number> {
  const hours = textFlag(flags, 'hours') ?? '24';
  if (!/^[1-9]\d{0,5}$/.test(hours)) throw new WrongUsage(inUseTexts.hoursWrong);
  const file = textFlag(flags, 'file');
  const given = file === undefined ? await readAll(process.stdin) : readSecretFile(file, cli.cwd, '--file');
  const images = given
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const client = await restClient(cli, flags);
  const { text } = await client.call('PUT', pathOf(cluster), { images, expires_in_hours: Number(hours) });
  const kept = JSON.parse(text) as { images: number; expires_at: string };
  note(say(cli, inUseTexts.imported, { cluster, images: String(kept.images), until: kept.expires_at }));
  return exitCodes.done;
}

export async function removeInUse(cli: Cli, flags: Flags, [cluster = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  return confirmed(cli, flags, {
    what: cluster,
    run: async () => {
      await client.call('DELETE', pathOf(cluster));
    },
  });
}
