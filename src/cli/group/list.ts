import { exitCodes } from '../../lib/start-problem.ts';
import type { Config } from '../../platform/config/load-config.ts';
import type { Args } from '../action.ts';
import { type Cli, configOf, type Flags, print, say } from '../cli.ts';
import { askForAll } from '../client/ask-running-server.ts';
import { printTable } from '../print-table.ts';
import { timeText } from '../time-text.ts';
import { groupTexts } from './text.ts';

interface GroupRow {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly memberCount: number;
  readonly createdAt: number;
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
  const { config } = configOf(cli, flags);
  const asJson = flags['json'] === true;
  if (name === undefined) await listGroups(cli, config, asJson);
  else await listMembers(cli, config, { name, type: flags['type'], asJson });
  return exitCodes.done;
}

async function listGroups(cli: Cli, config: Config, asJson: boolean): Promise<void> {
  const rows = await askForAll<GroupRow>(cli, config, '/groups/list');
  if (asJson) {
    const items = rows.map(({ id, name, type, memberCount, createdAt }) => ({
      id,
      name,
      type: typeNames[type],
      members: memberCount,
      created_at: timeText(createdAt),
    }));
    print(JSON.stringify(items, null, 2));
    return;
  }
  const { headName, headType, headMembers, headCreated } = groupTexts;
  printTable(
    [headName, headType, headMembers, headCreated].map((text) => say(cli, text)),
    rows.map((row) => [
      row.name,
      typeNames[row.type] ?? '-',
      String(row.memberCount),
      timeText(row.createdAt),
    ]),
  );
}

async function listMembers(
  cli: Cli,
  config: Config,
  { name, type, asJson }: { readonly name: string; readonly type: unknown; readonly asJson: boolean },
): Promise<void> {
  const rows = await askForAll<MemberRow>(cli, config, '/groups/members', { name, type });
  if (asJson) {
    const items = rows.map(({ userId, username, source, createdAt }) => ({
      user_id: userId,
      user: username,
      source,
      since: timeText(createdAt),
    }));
    print(JSON.stringify(items, null, 2));
    return;
  }
  const { headUser, headSource, headSince } = groupTexts;
  printTable(
    [headUser, headSource, headSince].map((text) => say(cli, text)),
    rows.map((row) => [row.username, row.source, timeText(row.createdAt)]),
  );
}
