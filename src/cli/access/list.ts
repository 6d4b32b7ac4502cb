import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, say } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, showRows, textFlag } from '../rest/show.ts';
import { timeText } from '../time-text.ts';
import { systemText } from './asked-role.ts';
import { type Granted, grantsOf } from './find-grant.ts';
import { accessTexts } from './text.ts';

/** Without `--server` nobody signs in, and `--user` says whose roles are meant, as `--holder` does. */
export async function list(cli: Cli, given: Flags): Promise<number> {
  const form = formOf(given);
  const { user, ...others } = given;
  const isHere = given['server'] === undefined;
  const group = textFlag(given, 'group');
  const holder = textFlag(given, 'holder') ?? (isHere && typeof user === 'string' ? user : undefined);
  const client = await restClient(cli, isHere ? others : given);
  const rows = await grantsOf(client, {
    project: textFlag(given, 'project'),
    holder: holder ?? (group === undefined ? undefined : `group:${group}`),
    role: textFlag(given, 'role'),
  });
  const { headUser, headRole, headPlace, headTags, headUntil } = accessTexts;
  const sorted = rows.toSorted((a, b) => order(a).localeCompare(order(b), 'en') || a.id - b.id);
  showRows(form, sorted.map(jsonOf), {
    columns: [
      'user',
      'group',
      'robot',
      'role',
      'project',
      'repositories',
      'tags',
      'expires_at',
      'created_at',
    ],
    more: ['id'],
    table: {
      header: [headUser, headRole, headPlace, headTags, headUntil].map((text) => say(cli, text)),
      cells: sorted.map((row) => [
        row.who.startsWith('group:') ? say(cli, accessTexts.aGroup, { group: row.who.slice(6) }) : row.who,
        row.role,
        row.where === 'system' ? systemText(cli, row.role) : row.where,
        row.tag ?? '-',
        timeOf(row.expires_at) ?? '-',
      ]),
    },
  });
  return exitCodes.done;
}

/** What counts everywhere first, then by project and by name. */
function order({ who, where }: Granted): string {
  return where === 'system' ? ` ${who}` : `${where.split('/', 1)[0] ?? ''} ${who}`;
}

function timeOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : timeText(Date.parse(text));
}

function jsonOf(row: Granted) {
  const [, kind = 'user', name = row.who] = /^(group|robot):(.*)$/s.exec(row.who) ?? [];
  const slash = row.where.indexOf('/');
  const isSystem = row.where === 'system';
  return {
    [kind]: name,
    id: row.id,
    role: row.role,
    project: isSystem ? null : slash < 0 ? row.where : row.where.slice(0, slash),
    repositories: slash < 0 ? null : row.where.slice(slash + 1),
    tags: row.tag ?? null,
    expires_at: timeOf(row.expires_at) ?? null,
    created_at: timeOf(row.created_at),
  };
}
