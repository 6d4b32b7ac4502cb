import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

export type StoredMetadata = ReadonlyMap<string, string>;

const byProjects = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('project_metadata')
    .select(['project_id', 'name', 'value'])
    .where('project_id', 'in', valueList('integer', values.ids, dialect))
    .unionAll(
      // Its policy of tag retention, whose id Harbor keeps here.
      db
        .selectFrom('retention_policy')
        .select([
          'project_id',
          sql<string>`'retention_id'`.as('name'),
          sql<string>`cast(id as text)`.as('value'),
        ])
        .where('project_id', 'in', valueList('integer', values.ids, dialect)),
    )
    .orderBy('project_id')
    .orderBy('name'),
);

/** By project; one without any is not there. */
export async function metadataOf(
  db: Queries,
  projectIds: readonly number[],
): Promise<ReadonlyMap<number, StoredMetadata>> {
  const found = new Map<number, Map<string, string>>();
  for (const row of await db.all(byProjects, { ids: JSON.stringify(projectIds) })) {
    const known = found.get(row.project_id) ?? new Map<string, string>();
    found.set(row.project_id, known.set(row.name, row.value));
  }
  return found;
}
