import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, say } from '../cli.ts';
import { askForRows } from '../rest/ask-operation.ts';
import { type Form, formOf, showRows } from '../rest/show.ts';
import { timeText } from '../time-text.ts';
import { groupTexts } from './text.ts';

interface GroupRow {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  /** Harbor's API tells neither. */
  readonly memberCount?: number;
  readonly createdAt?: number;
}

interface MemberRow {
  readonly userId: number;
  readonly username: string;
  readonly source: string;
  readonly createdAt: number;
}

/** As `--type` takes them. */
const typeNames = ['local', 'ldap', 'http', 'oidc'] as const;

export async function list(cli: Cli, flags: Flags, [name]: Args): Promise<number> {
  const form = formOf(flags);
  if (name === undefined) await listGroups(cli, flags, form);
  else await listMembers(cli, flags, { name, form });
  return exitCodes.done;
}

async function listGroups(cli: Cli, flags: Flags, form: Form): Promise<void> {
  const rows = await askForRows<GroupRow>(cli, flags, '/groups/list');
  const items = rows.map(({ id, name, type, memberCount, createdAt }) => ({
    id,
    name,
    type: typeNames[type],
    members: memberCount ?? null,
    created_at: createdAt === undefined ? null : timeText(createdAt),
  }));
  const { headName, headType, headMembers, headCreated } = groupTexts;
  showRows(form, items, {
    columns: ['name', 'id', 'type', 'members', 'created_at'],
    table: {
      header: [headName, headType, headMembers, headCreated].map((text) => say(cli, text)),
      cells: items.map((row) => [
        row.name,
        row.type ?? '-',
        String(row.members ?? '-'),
        row.created_at ?? '-',
      ]),
    },
  });
}

async function listMembers(
  cli: Cli,
  flags: Flags,
  { name, form }: { readonly name: string; readonly form: Form },
): Promise<void> {
  const rows = await askForRows<MemberRow>(cli, flags, '/groups/members', { name, type: flags['type'] });
  const items = rows.map(({ userId, username, source, createdAt }) => ({
    user_id: userId,
    user: username,
    source,
    since: timeText(createdAt),
  }));
  const { headUser, headSource, headSince } = groupTexts;
  showRows(form, items, {
    columns: ['user', 'user_id', 'source', 'since'],
    table: {
      header: [headUser, headSource, headSince].map((text) => say(cli, text)),
      cells: items.map((row) => [row.user, row.source, row.since]),
    },
  });
}
