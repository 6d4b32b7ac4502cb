import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

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
