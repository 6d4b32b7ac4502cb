import { type ProjectOrder, type ProjectPage, pageOfProjects } from '../../access/project-page-reads.ts';
import type { Asker } from '../../access/rest-route.ts';
import { visibleTo, workplaces } from '../../access/visible.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { offsetOf, type Page } from '../../platform/http/api/page.ts';
import { type Match, parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import { projectView } from './project-view.ts';

export interface ListProjectsInput {
  readonly page: Page;
  readonly q: string | undefined;
  readonly sort: string | undefined;
  /** A part of the name. */
  readonly name: string | undefined;
  readonly public: boolean | undefined;
  readonly owner: string | undefined;
  readonly with_detail: boolean;
}

/** Names of the columns and of the fields of Harbor's code; others do not count. */
const orders: Readonly<Record<string, ProjectOrder['by']>> = {
  name: 'name',
  Name: 'name',
  project_id: 'id',
  ProjectID: 'id',
  creation_time: 'createdAt',
  CreationTime: 'createdAt',
  update_time: 'updatedAt',
  UpdateTime: 'updatedAt',
};

/** The projects that the asker may read: the public ones, those of their grants, or all. */
export async function listProjects(
  deps: { readonly db: Database },
  asker: Asker,
  input: ListProjectsInput,
): Promise<{ items: readonly unknown[]; total: number }> {
  const { rows, count } = await pageOfProjects(deps.db.reader, {
    ...parseFilters(input),
    visible:
      asker.principal.kind === 'robot'
        ? workplaces(asker.grants, asker.now)
        : visibleTo(asker.grants, 'project:read', asker.now),
    offset: offsetOf(input.page),
    limit: input.page.size === 0 ? Number.MAX_SAFE_INTEGER : input.page.size,
    sort: parseSort(input.sort, Object.keys(orders), { key: 'name', descending: false }).map(
      ({ key, descending }) => ({ by: orders[key] ?? 'name', descending }),
    ),
  });
  return {
    items: rows.map((row) => projectView(row, asker, { detail: input.with_detail })),
    total: count,
  };
}

/** The parameters come before the same key in `q`. */
function parseFilters(input: ListProjectsInput): Pick<ProjectPage, 'name' | 'public' | 'ownerName'> {
  const query = parseListQuery(input.q);
  const byName = nameFilter(query.get('name') ?? query.get('Name'));
  const name = input.name === undefined ? byName : { ...byName, fuzzy: input.name };
  const isPublic = input.public ?? publicFilter(query.get('public'));
  const ownerName = input.owner ?? exact('owner', query.get('owner'));
  return {
    ...(name === undefined ? {} : { name }),
    ...(isPublic === undefined ? {} : { public: isPublic }),
    ...(ownerName === undefined ? {} : { ownerName }),
  };
}

function nameFilter(match: Match | undefined): ProjectPage['name'] {
  if (match?.kind === 'fuzzy') return { fuzzy: match.value };
  const value = exact('name', match);
  return value === undefined ? undefined : { exact: value };
}

function publicFilter(match: Match | undefined): boolean | undefined {
  const value = exact('public', match);
  if (value === undefined) return undefined;
  if (/^(?:1|t|true)$/i.test(value)) return true;
  if (/^(?:0|f|false)$/i.test(value)) return false;
  throw unsuitable('public');
}

function exact(key: string, match: Match | undefined): string | undefined {
  if (match !== undefined && match.kind !== 'exact') throw unsuitable(key);
  return match?.value;
}

function unsuitable(key: string): AppError {
  return new AppError('BAD_REQUEST', {
    message: `invalid query string value: ${key} is not compared in this way`,
  });
}
