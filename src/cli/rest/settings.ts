import { text } from 'node:stream/consumers';
import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import type { RestClient } from '../client/rest-client.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { notFound } from './not-found.ts';
import { projectId } from './repository-path.ts';
import { restClient } from './rest-client.ts';
import { formOf, type Row, showRows } from './show.ts';
import { restTexts } from './text.ts';

const configurations = '/api/v2.0/configurations';

interface Setting {
  readonly value: unknown;
  readonly editable: boolean;
}

export async function getSettings(cli: Cli, flags: Flags, [name]: Args): Promise<number> {
  const form = formOf(flags);
  const all = await (await restClient(cli, flags)).get<Record<string, Setting>>(configurations);
  if (name !== undefined && !Object.hasOwn(all, name))
    throw new Refused(say(cli, restTexts.settingUnknown), 404);
  const rows = Object.entries(all).map(([key, setting]) => ({ name: key, ...setting }));
  const shown = name === undefined ? rows : rows.filter((row) => row.name === name);
  showRows(form, shown, { columns: ['name', 'value', 'editable'] });
  return exitCodes.done;
}

/** Those that no answer shows. */
const secrets: ReadonlySet<string> = new Set(['smtp_password']);

/** Unknown names are refused here: Harbor's operation passes them by in silence. A secret comes from standard input with `-`. */
export async function setSetting(cli: Cli, flags: Flags, [name = '', value = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  if (secrets.has(name)) {
    const secret = value === '-' ? (await text(process.stdin)).replace(/\r?\n$/, '') : value;
    await client.call('PUT', configurations, { [name]: secret });
  } else {
    const all = await client.get<Record<string, Setting>>(configurations);
    const row = Object.hasOwn(all, name) ? all[name] : undefined;
    if (row === undefined) throw new Refused(say(cli, restTexts.settingUnknown), 404);
    await client.call('PUT', configurations, { [name]: likeBefore(row.value, value) });
  }
  note(say(cli, restTexts.done, { what: name }));
  return exitCodes.done;
}

/** What does not fit is sent as it is, and the server says what is wrong. */
function likeBefore(before: unknown, value: string): unknown {
  if (typeof before === 'boolean' && /^(true|false)$/.test(value)) return value === 'true';
  if (typeof before === 'number' && /^-?\d+$/.test(value)) return Number(value);
  return value;
}

interface Quota {
  readonly id: number;
  readonly ref: { readonly name: string };
  readonly hard: { readonly storage: number };
  readonly used: { readonly storage: number };
}

const quotas = '/api/v2.0/quotas';
const columns = ['project', 'used', 'limit', 'id'];

function quotaRow({ id, ref, hard, used }: Quota): Row {
  return { project: ref.name, used: used.storage, limit: hard.storage, id };
}

export async function listQuotas(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const rows = await (await restClient(cli, flags)).all<Quota>(`${quotas}?reference=project`);
  showRows(form, rows.map(quotaRow), { columns });
  return exitCodes.done;
}

async function quotaOf(cli: Cli, client: RestClient, project: string): Promise<Quota> {
  const id = await projectId(client, project);
  const [found] = await client.all<Quota>(`${quotas}?reference=project&reference_id=${id}`);
  if (found === undefined) throw notFound(cli, project);
  return found;
}

export async function showQuota(cli: Cli, flags: Flags, [project = '']: Args): Promise<number> {
  const form = formOf(flags);
  showRows(form, [quotaRow(await quotaOf(cli, await restClient(cli, flags), project))], { columns });
  return exitCodes.done;
}

export async function setQuota(cli: Cli, flags: Flags, [project = '', size = '']: Args): Promise<number> {
  const storage = Number(size);
  if (!Number.isSafeInteger(storage) || storage < -1 || storage === 0)
    throw new WrongUsage(restTexts.sizeWrong);
  const client = await restClient(cli, flags);
  const { id } = await quotaOf(cli, client, project);
  await client.call('PUT', `${quotas}/${id}`, { hard: { storage } });
  note(say(cli, restTexts.done, { what: project }));
  return exitCodes.done;
}
