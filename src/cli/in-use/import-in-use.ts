import { text as readAll } from 'node:stream/consumers';
import { exitCodes } from '../../lib/start-problem.ts';
import { readSecretFile } from '../../platform/config/load-config.ts';
import type { Args } from '../action.ts';
import type { Cli, Flags } from '../cli.ts';
import { confirmed } from '../rest/confirmed.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows, textFlag } from '../rest/show.ts';
import { inUsePath, pathOfCluster, putInUse } from './put-in-use.ts';

export async function listInUse(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const rows = await (await restClient(cli, flags)).get<Row[]>(inUsePath);
  showRows(form, rows, { columns: ['cluster', 'images', 'expired', 'expires_at', 'updated_at'], more: [] });
  return exitCodes.done;
}

export async function importInUse(cli: Cli, flags: Flags, [cluster = '']: Args): Promise<number> {
  const file = textFlag(flags, 'file');
  const given = file === undefined ? await readAll(process.stdin) : readSecretFile(file, cli.cwd, '--file');
  const images = given
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const client = await restClient(cli, flags);
  await putInUse(cli, flags, { client, cluster, images });
  return exitCodes.done;
}

export async function removeInUse(cli: Cli, flags: Flags, [cluster = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  return confirmed(cli, flags, {
    what: cluster,
    run: async () => {
      await client.call('DELETE', pathOfCluster(cluster));
    },
  });
}
