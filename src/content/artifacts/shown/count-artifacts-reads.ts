import { sql } from 'kysely';
import type { Queries } from '../../../platform/db/database.ts';
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

/** The same of a row of `live_repository` in a query. */
export const artifactsOfRow = countShown('repository_id', sql.ref('live_repository.id'));
