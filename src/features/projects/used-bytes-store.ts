import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

const used = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('project_usage')
    .select(['project_id as id', 'used_bytes as bytes'])
    .where('project_id', 'in', valueList('integer', values.ids, dialect)),
);

/** What the quota of each of these projects counts. */
export async function usedBytesOf(db: Queries, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db.all(used, { ids: JSON.stringify(ids) });
  return new Map(rows.map(({ id, bytes }) => [id, bytes]));
}
