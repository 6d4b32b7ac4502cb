import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Visible } from '../../access/visible.ts';
import { visibleRepositoryIds } from '../../access/visible-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import { valueList } from '../../platform/db/value-list.ts';

/** How many shown repositories of a set there are, by whether their project is public. */
export async function countRepositories(
  db: Queries,
  visible: Visible,
): Promise<{ readonly private: number; readonly public: number }> {
  const any = sql<SqlBool>`1 = 1`;
  const ids = visibleRepositoryIds(visible, db.dialect, any);
  const counted =
    visible.kind === 'all' && db.dialect === 'postgres'
      ? everywhere(any)
      : sql<OpenCount>`select open, count(*) as count from (${ids}) as seen group by open`;
  const { rows } = await counted.execute(db.builder);
  const of = (open: number): number => Number(rows.find((row) => row.open === open)?.count ?? 0);
  return { private: of(0), public: of(1) };
}

/** How many shown repositories of a set there are in each of some projects; of one that has none nothing. */
export async function countRepositoriesByProject(
  db: Queries,
  { visible, projectIds }: { readonly visible: Visible; readonly projectIds: readonly number[] },
): Promise<ReadonlyMap<number, number>> {
  if (projectIds.length === 0) return new Map();
  const those = valueList('integer', JSON.stringify(projectIds), db.dialect);
  const ids = visibleRepositoryIds(visible, db.dialect, sql<SqlBool>`live_repository.project_id in ${those}`);
  const { rows } = await sql<{ readonly projectId: number; readonly count: number }>`
    select project_id as "projectId", count(*) as count from live_repository
      where id in (select id from (${ids}) as seen) group by project_id`.execute(db.builder);
  return new Map(rows.map(({ projectId, count }) => [projectId, Number(count)]));
}

interface OpenCount {
  readonly open: number;
  readonly count: number;
}

/**
 * Counted project by project, by an index that holds nothing else, before the projects are looked at: PostgreSQL would
 * read every row of both tables to join them first.
 */
function everywhere(also: RawBuilder<SqlBool>): RawBuilder<OpenCount> {
  return sql`select live_project.public as open, cast(sum(counted.count) as bigint) as count
    from (select project_id, count(*) as count from live_repository
      where live_repository.visible_at is not null and ${also} group by project_id) as counted
    join live_project on live_project.id = counted.project_id group by live_project.public`;
}

/** How many shown repositories of a set a condition on `live_repository` holds for. */
export async function countMatching(
  db: Queries,
  input: { readonly visible: Visible; readonly ids: Expression<unknown>; readonly also: RawBuilder<SqlBool> },
): Promise<number> {
  const { visible, ids, also } = input;
  const counted =
    visible.kind === 'all' && db.dialect === 'postgres'
      ? sql<{ count: number }>`select coalesce(sum(count), 0) as count from (${everywhere(also)}) as parts`
      : sql<{ count: number }>`select count(*) as count from (${ids}) as seen`;
  const { rows } = await counted.execute(db.builder);
  return Number(rows[0]?.count ?? 0);
}
