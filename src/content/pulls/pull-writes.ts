import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

const lockRepositories = prepare((db, values: { ids: string }, dialect) => {
  const query = db
    .selectFrom('repository')
    .select('id')
    .where('id', 'in', valueList('integer', values.ids, dialect))
    .orderBy('id');
  return dialect === 'postgres' ? query.forNoKeyUpdate() : query;
});

const count = prepare((db, values: { id: number; pulls: number }) =>
  db
    .updateTable('repository')
    .set((set) => ({ pull_count: set('pull_count', '+', values.pulls) }))
    .where('id', '=', values.id),
);

/** By ascending id, so that instances do not wait for each other in a circle. */
export async function countPulls(tx: Tx, pulls: ReadonlyMap<number, number>): Promise<void> {
  await tx.all(lockRepositories, { ids: JSON.stringify([...pulls.keys()]) });
  for (const [id, number] of pulls) await tx.run(count, { id, pulls: number });
}

/** A row that somebody else is changing is left: its next pull counts. */
const artifacts = prepare((db, values: { ids: string; now: number }, dialect) => {
  const rows = db
    .selectFrom('artifact')
    .select('id')
    .where('id', 'in', valueList('integer', values.ids, dialect));
  return db
    .updateTable('artifact')
    .set({ pulled_at: values.now })
    .where('id', 'in', dialect === 'postgres' ? rows.forNoKeyUpdate().skipLocked() : rows);
});

const tags = prepare((db, values: { ids: string; now: number }, dialect) => {
  const rows = db
    .selectFrom('tag')
    .select('id')
    .where('id', 'in', valueList('integer', values.ids, dialect));
  return db
    .updateTable('tag')
    .set({ pulled_at: values.now })
    .where('id', 'in', dialect === 'postgres' ? rows.forNoKeyUpdate().skipLocked() : rows);
});

const holders = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('live_artifact')
    .innerJoin('reference', 'reference.blob_id', 'live_artifact.blob_id')
    .innerJoin('live_artifact as parent', (join) =>
      join
        .onRef('parent.blob_id', '=', 'reference.manifest_id')
        .onRef('parent.repository_id', '=', 'live_artifact.repository_id'),
    )
    .select('parent.id')
    .distinct()
    .where('live_artifact.id', 'in', valueList('integer', values.ids, dialect))
    .where('reference.kind', '=', 'child'),
);

/** An index is in use as long as one of its children is. */
export async function setPulled(
  tx: Tx,
  input: { artifactIds: readonly number[]; tagIds: readonly number[]; now: number },
): Promise<void> {
  const { artifactIds, tagIds, now } = input;
  const parents = await tx.all(holders, { ids: JSON.stringify(artifactIds) });
  const ids = new Set([...artifactIds, ...parents.map(({ id }) => id)]);
  await tx.run(artifacts, { ids: JSON.stringify([...ids]), now });
  if (tagIds.length > 0) await tx.run(tags, { ids: JSON.stringify(tagIds), now });
}
