import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import type { RestClient } from '../client/rest-client.ts';
import { confirmed } from '../rest/confirmed.ts';
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

interface Restored {
  readonly name: string;
  readonly needed?: readonly string[];
  readonly artifacts: number;
  readonly tags: number;
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
  const query = flags['withNeeded'] === true ? '?with_needed=true' : '';
  const { text } = await (await restClient(cli, flags)).call('POST', `${of}/restore${query}`);
  const { name, needed = [], artifacts, tags, size } = JSON.parse(text) as Restored;
  for (const each of needed) note(say(cli, trashTexts.restoredFirst, { name: each }));
  const counts = { artifacts: String(artifacts), tags: String(tags), size: formatBytes(size) };
  note(say(cli, trashTexts.restored, { name, ...counts }));
  return exitCodes.done;
}

interface Purged {
  readonly name: string;
  readonly artifacts: number;
  readonly blobs: number;
  readonly size: number;
  readonly blocked: number;
}

export async function purgeTrash(cli: Cli, flags: Flags, [id = '']: Args): Promise<number> {
  const of = pathOf(id);
  const client = await restClient(cli, flags);
  const { name } = await client.get<Item>(of);
  const block = flags['block'] === true;
  return confirmed(cli, flags, {
    what: name,
    run: async () => {
      const { text } = await client.call('DELETE', `${of}?block=${block}`);
      tellPurged(cli, JSON.parse(text) as Purged);
    },
  });
}

function tellPurged(cli: Cli, { name, artifacts, blobs, size, blocked }: Purged): void {
  const counts = { artifacts: String(artifacts), blobs: String(blobs), size: formatBytes(size) };
  note(say(cli, trashTexts.purged, { name, ...counts }));
  if (blocked > 0) note(say(cli, trashTexts.nowBlocked, { count: String(blocked) }));
}

/** One request for each deletion: broken off, the rest is still in the trash. */
export async function emptyTrash(cli: Cli, flags: Flags): Promise<number> {
  const client = await restClient(cli, flags);
  const rows = await client.all<Item>(`${path}${filterOf(flags)}`);
  if (rows.length === 0) {
    note(say(cli, trashTexts.nothing));
    return exitCodes.done;
  }
  const size = formatBytes(rows.reduce((sum, row) => sum + row.size, 0));
  return confirmed(cli, flags, {
    what: say(cli, trashTexts.all, { count: String(rows.length), size }),
    run: async () => {
      // What goes with a repository or a project is gone with it.
      for (const { id } of rows) await purgeIfThere(client, id, (purged) => tellPurged(cli, purged));
    },
  });
}

async function purgeIfThere(client: RestClient, id: number, tell: (purged: Purged) => void): Promise<void> {
  try {
    const { text } = await client.call('DELETE', `${path}/${id}`);
    tell(JSON.parse(text) as Purged);
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404) throw error;
  }
}

/** @throws WrongUsage */
function pathOf(id: string): string {
  if (!/^\d{1,15}$/.test(id)) throw new WrongUsage(trashTexts.idWrong);
  return `${path}/${id}`;
}
