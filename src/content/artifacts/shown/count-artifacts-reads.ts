import { sql } from 'kysely';
import type { Queries } from '../../../platform/db/database.ts';
import { valueList } from '../../../platform/db/value-list.ts';
import { countShown } from './shown-artifacts-reads.ts';

/** How many artifacts a list of a repository or project shows. */
export async function countArtifacts(
  db: Queries,
  of: { readonly repositoryId: number } | { readonly projectId: number },
): Promise<number> {
  const count =
    'repositoryId' in of
      ? countShown('repository_id', sql`${of.repositoryId}`)
      : countShown('project_id', sql`${of.projectId}`);
  const { rows } = await sql<{ count: number }>`select ${count} as count`.execute(db.builder);
  return Number(rows[0]?.count ?? 0);
}

/** The same of each of some repositories, by their ids. */
export async function countArtifactsOfEach(
  db: Queries,
  repositoryIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await db.builder
    .selectFrom('live_repository')
    .where('id', 'in', valueList('integer', JSON.stringify(repositoryIds), db.dialect))
    .select(['id', artifactsOfRow.as('count')])
    .execute();
  return new Map(rows.map(({ id, count }) => [id, Number(count)]));
}

/** The same of a row of `live_repository` in a query. */
export const artifactsOfRow = countShown('repository_id', sql.ref('live_repository.id'));
