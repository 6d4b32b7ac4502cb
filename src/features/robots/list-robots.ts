import {
  pageOfRobots,
  type Robot,
  type RobotOrder,
  type RobotPage,
} from '../../access/robots/robot-reads.ts';
import { AppError } from '../../lib/errors.ts';
import type { Queries } from '../../platform/db/database.ts';
import { offsetOf, type Page } from '../../platform/http/api/page.ts';
import { type Match, parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';

/** Names of the columns and of the fields of Harbor's code; others do not count. */
const orders: Readonly<Record<string, RobotOrder['by']>> = {
  id: 'id',
  ID: 'id',
  name: 'name',
  Name: 'name',
  creation_time: 'createdAt',
  CreationTime: 'createdAt',
  update_time: 'updatedAt',
  UpdateTime: 'updatedAt',
  expiresat: 'expiresAt',
  ExpiresAt: 'expiresAt',
};

export interface RobotsAsked {
  /** Undefined: those of the system. */
  readonly projectId: number | undefined;
  readonly filters: Pick<RobotPage, 'name' | 'disabled'>;
}

/**
 * Which robots a `q` is about: `Level=project,ProjectID=7` those of a project, else those of the system.
 * @throws AppError BAD_REQUEST
 */
export function parseRobotsAsked(q: string | undefined): RobotsAsked {
  const query = parseListQuery(q);
  const level = exact('Level', query.get('Level')) ?? 'system';
  if (level !== 'system' && level !== 'project') throw bad('bad request error level input');
  const disabled = flag(query.get('disabled') ?? query.get('Disabled'));
  const name = nameFilter(query.get('name') ?? query.get('Name'));
  return {
    projectId: level === 'project' ? projectIdOf(query.get('ProjectID')) : undefined,
    filters: {
      ...(name === undefined ? {} : { name }),
      ...(disabled === undefined ? {} : { disabled }),
    },
  };
}

export function listRobots(
  db: Queries,
  asked: RobotsAsked,
  { page, sort }: { readonly page: Page; readonly sort: string | undefined },
): Promise<{ rows: Robot[]; count: number }> {
  return pageOfRobots(db, {
    projectId: asked.projectId,
    ...asked.filters,
    offset: offsetOf(page),
    limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
    sort: parseSort(sort, Object.keys(orders), { key: 'name', descending: false }).map(
      ({ key, descending }) => ({ by: orders[key] ?? 'name', descending }),
    ),
  });
}

function projectIdOf(match: Match | undefined): number {
  const text = exact('ProjectID', match);
  if (text === undefined) throw bad('must with project ID when to query project robots');
  const id = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(id)) throw bad('Project ID must be int type.');
  return id;
}

function nameFilter(match: Match | undefined): RobotPage['name'] {
  if (match?.kind === 'fuzzy') return { fuzzy: match.value };
  const value = exact('name', match);
  return value === undefined ? undefined : { exact: value };
}

function flag(match: Match | undefined): boolean | undefined {
  const value = exact('disabled', match);
  if (value === undefined) return undefined;
  if (/^(?:1|t|true)$/i.test(value)) return true;
  if (/^(?:0|f|false)$/i.test(value)) return false;
  throw bad('invalid query string value: disabled is true or false');
}

function exact(key: string, match: Match | undefined): string | undefined {
  if (match !== undefined && match.kind !== 'exact')
    throw bad(`invalid query string value: ${key} is not compared in this way`);
  return match?.value;
}

function bad(message: string): AppError {
  return new AppError('BAD_REQUEST', { message });
}
