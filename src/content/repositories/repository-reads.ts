import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { Schema } from '../../platform/db/schema.ts';

const byName = prepare((db, values: { name: string }) =>
  db.selectFrom('live_repository').select('id').where('full_name', '=', values.name),
);

export async function findRepositoryId(db: Queries, name: string): Promise<number | undefined> {
  return (await db.first(byName, { name }))?.id;
}

const visibleByName = prepare((db, values: { name: string }) =>
  db
    .selectFrom('live_repository')
    .select('id')
    .where('full_name', '=', values.name)
    .where('visible_at', 'is not', null),
);

/** A repository that clients are shown: it holds, or held, an artifact. */
export async function findVisibleRepositoryId(db: Queries, name: string): Promise<number | undefined> {
  return (await db.first(visibleByName, { name }))?.id;
}

const byId = prepare((db, values: { id: number }) =>
  db
    .selectFrom('live_repository')
    .select(['full_name as fullName', 'project_id as projectId'])
    .where('id', '=', values.id),
);

/** What a repository is called now, and where. */
export function findRepositoryById(
  db: Queries,
  id: number,
): Promise<{ readonly fullName: string; readonly projectId: number } | undefined> {
  return db.first(byId, { id });
}

/** Which repositories a list shows, as a condition on their rows. */
export type RepositoryFilter = (
  where: ExpressionBuilder<Schema, 'live_project' | 'live_repository'>,
) => Expression<SqlBool>;

/**
 * Repositories that clients are shown and the filter lets through, in ASCII order, after `after` (exclusive): SQLite takes
 * the order of the join as it stands.
 */
export async function pageOfRepositories(
  db: Queries,
  input: { after: string; count: number; where: RepositoryFilter },
): Promise<{ id: number; fullName: string }[]> {
  return db.builder
    .selectFrom('live_repository')
    .crossJoin('live_project')
    .whereRef('live_project.id', '=', 'live_repository.project_id')
    .select(['live_repository.id', 'live_repository.full_name as fullName'])
    .where('live_repository.full_name', '>', input.after)
    .where('live_repository.visible_at', 'is not', null)
    .where(input.where)
    .orderBy('live_repository.full_name')
    .limit(input.count)
    .execute();
}
