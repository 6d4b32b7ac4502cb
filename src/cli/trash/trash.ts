import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showOne, showRows, textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { trashTexts } from './text.ts';

const path = '/api/berth/v1/trash';

interface Item extends Row {
  readonly id: number;
  readonly name: string;
  readonly size: number;
}

export async function listTrash(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const rows = await (await restClient(cli, flags)).all<Item>(`${path}${filterOf(flags)}`);
  showRows(form, rows, {
    columns: ['id', 'kind', 'name', 'size', 'deleted_at', 'deleted_by', 'purge_at'],
    more: ['project', 'repository', 'tag', 'digest'],
  });
  return exitCodes.done;
}

function filterOf(flags: Flags): string {
  const conditions = (['project', 'repository', 'kind'] as const).flatMap((name) => {
    const value = textFlag(flags, name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return conditions.length === 0 ? '' : `?q=${encodeURIComponent(conditions.join(','))}`;
}

export async function showTrash(cli: Cli, flags: Flags, [id = '']: Args): Promise<number> {
  const form = formOf(flags);
  const of = pathOf(id);
  showOne(form, await (await restClient(cli, flags)).get<Row>(of));
  return exitCodes.done;
}

export async function restoreTrash(cli: Cli, flags: Flags, [id = '']: Args): Promise<number> {
  const of = pathOf(id);
  const { text } = await (await restClient(cli, flags)).call('POST', `${of}/restore`);
  const { name, artifacts, tags, size } = JSON.parse(text) as Item & { artifacts: number; tags: number };
  const counts = { artifacts: String(artifacts), tags: String(tags), size: formatBytes(size) };
  note(say(cli, trashTexts.restored, { name, ...counts }));
  return exitCodes.done;
}

/** @throws WrongUsage */
function pathOf(id: string): string {
  if (!/^\d{1,15}$/.test(id)) throw new WrongUsage(trashTexts.idWrong);
  return `${path}/${id}`;
}
