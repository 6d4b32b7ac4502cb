import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { confirmed } from './confirmed.ts';
import { restClient } from './rest-client.ts';
import { formOf, type Row, showRows } from './show.ts';
import { restTexts } from './text.ts';

const roles = '/api/berth/v1/roles';

export async function listRoles(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const rows = await (await restClient(cli, flags)).get<Row[]>(roles);
  showRows(form, rows.map(brief(form.kind)), { columns: ['name', 'level', 'built_in', 'permissions'] });
  return exitCodes.done;
}

/** A table has no room for the hundred permissions of a role that every registry has. */
function brief(form: string): (row: Row) => Row {
  return ({ permissions, ...row }) => {
    const all = Array.isArray(permissions) ? permissions.map(String) : [];
    if (form !== 'table') return { ...row, permissions: all };
    return { ...row, permissions: row['built_in'] === true ? all.length : all.join(' ') };
  };
}

export async function createRole(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  await client.call('POST', roles, { name, level: flags['level'], permissions: permissionsOf(flags) });
  note(say(cli, restTexts.done, { what: name }));
  return exitCodes.done;
}

export async function updateRole(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  await client.call('PUT', pathOf(name), { permissions: permissionsOf(flags) });
  note(say(cli, restTexts.done, { what: name }));
  return exitCodes.done;
}

export async function deleteRole(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  return confirmed(cli, flags, { what: name, run: () => client.call('DELETE', pathOf(name)) });
}

/** What is not a permission the server says. */
function permissionsOf({ permission }: Flags): string[] {
  return Array.isArray(permission) ? permission.map(String) : [];
}

function pathOf(name: string): string {
  return `${roles}/${encodeURIComponent(name)}`;
}
