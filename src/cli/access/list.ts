import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, configOf, type Flags, print, say } from '../cli.ts';
import { askRunningServer } from '../client/ask-running-server.ts';
import { printTable } from '../print-table.ts';
import { timeText } from '../time-text.ts';
import { accessTexts } from './text.ts';

interface Row {
  readonly kind: 'user' | 'group';
  readonly holder: string;
  readonly role: string;
  readonly projectName: string | null;
  readonly repositoryPattern: string | null;
  readonly tagPattern: string | null;
  readonly expiresAt: number | null;
  readonly createdAt: number;
}

export async function list(cli: Cli, flags: Flags): Promise<number> {
  const { config } = configOf(cli, flags);
  const { rows } = await askRunningServer<{ rows: Row[] }>(cli, config, '/grants/list', {
    project: flags['project'],
    username: flags['user'],
    group: flags['group'],
  });
  if (flags['json'] === true) print(JSON.stringify(rows.map(jsonOf), null, 2));
  else {
    const { headUser, headRole, headPlace, headTags, headUntil } = accessTexts;
    printTable(
      [headUser, headRole, headPlace, headTags, headUntil].map((text) => say(cli, text)),
      rows.map((row) => [
        row.kind === 'group' ? say(cli, accessTexts.aGroup, { group: row.holder }) : row.holder,
        row.role,
        placeOf(row) ?? say(cli, accessTexts.everywhere),
        row.tagPattern ?? '-',
        row.expiresAt === null ? '-' : timeText(row.expiresAt),
      ]),
    );
  }
  return exitCodes.done;
}

/** As it is written in `berth access grant`. */
function placeOf({ projectName, repositoryPattern }: Row): string | undefined {
  if (projectName === null) return undefined;
  return repositoryPattern === null ? projectName : `${projectName}/${repositoryPattern}`;
}

function jsonOf(row: Row) {
  return {
    ...(row.kind === 'group' ? { group: row.holder } : { user: row.holder }),
    role: row.role,
    project: row.projectName,
    repositories: row.repositoryPattern,
    tags: row.tagPattern,
    expires_at: row.expiresAt === null ? null : timeText(row.expiresAt),
    created_at: timeText(row.createdAt),
  };
}
