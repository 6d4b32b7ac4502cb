import { sql } from 'kysely';
import type { Queries } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { isShown } from './shown-artifacts-reads.ts';

const count = prepare((db, values: { repositoryId: number }) =>
  db
    .selectFrom('live_artifact')
    .select(sql<number>`count(*)`.as('count'))
    .where('repository_id', '=', values.repositoryId)
    .where(isShown('live_artifact')),
);

/** How many artifacts a list of a repository shows. */
export async function countArtifacts(db: Queries, repositoryId: number): Promise<number> {
  return Number((await db.first(count, { repositoryId }))?.count ?? 0);
}
