import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, say } from '../cli.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { formOf, showRows } from '../rest/show.ts';
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
  /** Harbor's API does not tell. */
  readonly createdAt?: number;
}

/** Without `--server` nobody signs in, and `--user` says whose roles are meant, as `--holder` does. */
export async function list(cli: Cli, given: Flags): Promise<number> {
  const form = formOf(given);
  const { user, ...others } = given;
  const flags = given['server'] === undefined ? others : given;
  const { rows } = await askOperation<{ rows: Row[] }>(cli, flags, '/grants/list', {
    project: flags['project'],
    username: flags['holder'] ?? (given['server'] === undefined ? user : undefined),
    group: flags['group'],
  });
  const { headUser, headRole, headPlace, headTags, headUntil } = accessTexts;
  showRows(form, rows.map(jsonOf), {
    columns: ['user', 'group', 'role', 'project', 'repositories', 'tags', 'expires_at', 'created_at'],
    table: {
      header: [headUser, headRole, headPlace, headTags, headUntil].map((text) => say(cli, text)),
      cells: rows.map((row) => [
        row.kind === 'group' ? say(cli, accessTexts.aGroup, { group: row.holder }) : row.holder,
        row.role,
        placeOf(row) ?? say(cli, accessTexts.everywhere),
        row.tagPattern ?? '-',
        row.expiresAt === null ? '-' : timeText(row.expiresAt),
      ]),
    },
  });
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
    created_at: row.createdAt === undefined ? null : timeText(row.createdAt),
  };
}
