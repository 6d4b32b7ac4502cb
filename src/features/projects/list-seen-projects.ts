import { can } from '../../access/authorize.ts';
import { type ProjectColumn, pageOfProjects } from '../../access/project-page-reads.ts';
import type { Asker } from '../../access/rest-route.ts';
import { visibleTo, wholeOrInPart } from '../../access/visible.ts';
import { countRepositoriesByProject } from '../../content/repositories/repository-count-reads.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, type Page } from '../../platform/http/api/page.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import { rolesIn } from './project-view.ts';
import { usedBytesOf } from './used-bytes-store.ts';

export interface ListSeenInput {
  readonly page: Page;
  readonly sort: string | undefined;
  /** A part of the name. */
  readonly name: string | undefined;
  readonly public: boolean | undefined;
}

const sortKeys: readonly ProjectColumn[] = ['name', 'creation_time', 'update_time'];

/** Those that the asker may read, and those of which they see some repositories: these are all that is counted of them. */
export async function listSeenProjects(
  { db }: { readonly db: Database },
  asker: Asker,
  { page, sort, name, public: isPublic }: ListSeenInput,
): Promise<{ items: readonly unknown[]; total: number }> {
  const { grants, now } = asker;
  const repositories = visibleTo(grants, 'repository:list', now);
  const { rows, count } = await pageOfProjects(db.reader, {
    ...(name === undefined ? {} : { name: { fuzzy: name } }),
    ...(isPublic === undefined ? {} : { public: isPublic }),
    visible: wholeOrInPart(visibleTo(grants, 'project:read', now), repositories),
    offset: offsetOf(page),
    limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
    sort: parseSort(sort, sortKeys, { key: 'name', descending: false }),
  });
  const isWhole = new Set(
    rows.filter((project) => can(grants, 'project:read', { project }, now).allowed).map(({ id }) => id),
  );
  const inPart = rows.filter(({ id }) => !isWhole.has(id)).map(({ id }) => id);
  const seen = await countRepositoriesByProject(db.reader, { visible: repositories, projectIds: inPart });
  const stored = await usedBytesOf(db.reader, [...isWhole]);
  const items = rows.map((row) => {
    const bytes = stored.get(row.id);
    const [roleId] = rolesIn(row.id, asker);
    return {
      project_id: row.id,
      name: row.name,
      public: row.public,
      whole: isWhole.has(row.id),
      repository_count: isWhole.has(row.id) ? row.repositoryCount : (seen.get(row.id) ?? 0),
      ...(roleId === undefined ? {} : { role_id: roleId }),
      ...(bytes === undefined ? {} : { stored_bytes: bytes }),
      creation_time: apiTime(row.createdAt),
      update_time: apiTime(row.updatedAt),
    };
  });
  return { items, total: count };
}
