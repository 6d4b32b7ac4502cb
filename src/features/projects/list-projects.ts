import { type ProjectColumn, pageOfProjects, projectColumns } from '../../access/project-page-reads.ts';
import type { Asker } from '../../access/rest-route.ts';
import { visibleTo, workplaces } from '../../access/visible.ts';
import type { Database } from '../../platform/db/database.ts';
import { listConditions } from '../../platform/http/api/list-conditions.ts';
import { offsetOf, type Page } from '../../platform/http/api/page.ts';
import { parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import { loadDetails } from './load-details.ts';
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

const sortKeys: readonly ProjectColumn[] = ['name', 'project_id', 'creation_time', 'update_time'];

/** The projects that the asker may read: the public ones, those of their grants, or all. */
export async function listProjects(
  deps: { readonly db: Database },
  asker: Asker,
  input: ListProjectsInput,
): Promise<{ items: readonly unknown[]; total: number }> {
  const { name, public: isPublic, owner: ownerName } = input;
  const { rows, count } = await pageOfProjects(deps.db.reader, {
    ...(name === undefined ? {} : { name: { fuzzy: name } }),
    ...(isPublic === undefined ? {} : { public: isPublic }),
    ...(ownerName === undefined ? {} : { ownerName }),
    conditions: listConditions(parseListQuery(input.q), projectColumns).filter(
      // The parameters come before the same key in `q`.
      ({ column }) => input[column as keyof ListProjectsInput] === undefined,
    ),
    visible:
      asker.principal.kind === 'robot'
        ? workplaces(asker.grants, asker.now)
        : visibleTo(asker.grants, 'project:read', asker.now),
    offset: offsetOf(input.page),
    limit: input.page.size === 0 ? Number.MAX_SAFE_INTEGER : input.page.size,
    sort: parseSort(input.sort, sortKeys, { key: 'name', descending: false }),
  });
  const ids = rows.map(({ id }) => id);
  const details = input.with_detail ? await loadDetails(deps.db.reader, ids) : undefined;
  return {
    items: rows.map((row) => projectView(row, asker, details?.(row.id))),
    total: count,
  };
}
