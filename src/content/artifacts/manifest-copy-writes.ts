import type { Queries, Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

const uncopied = prepare((db, values: { after: number; count: number }) =>
  db
    .selectFrom('manifest')
    .innerJoin('blob', 'blob.id', 'manifest.blob_id')
    .select(['blob.id', 'blob.digest', 'blob.storage_key', 'blob.generation'])
    .where('manifest.copied_at', 'is', null)
    .where('blob.state', 'in', ['live', 'missing'])
    .where('manifest.blob_id', '>', values.after)
    .orderBy('manifest.blob_id')
    .limit(values.count),
);

export interface UncopiedManifest {
  readonly id: number;
  readonly digest: string;
  readonly storage_key: string | null;
  readonly generation: number;
}

/** Manifests without a copy in the storage, by ascending id. */
export function pageOfUncopied(db: Queries, after: number, count: number): Promise<UncopiedManifest[]> {
  return db.all(uncopied, { after, count });
}

const found = prepare((db, values: { digests: string; now: number }, dialect) =>
  db
    .updateTable('manifest')
    .set({ copied_at: values.now })
    .where('copied_at', 'is', null)
    .where(
      'blob_id',
      'in',
      db
        .selectFrom('blob')
        .select('id')
        .where('digest', 'in', valueList('text', values.digests, dialect))
        .where('storage_key', 'is', null)
        .where('state', '=', 'live'),
    ),
);

/** Of manifests whose bytes were read at their key in the storage, and are durable there. */
export async function confirmFoundCopies(tx: Tx, digests: readonly string[], now: number): Promise<void> {
  await tx.run(found, { digests: JSON.stringify(digests), now });
}

const lock = prepare((db, values: { ids: string }, dialect) => {
  const query = db
    .selectFrom('blob')
    .select(['id', 'state', 'storage_key', 'generation'])
    .where('id', 'in', valueList('integer', values.ids, dialect))
    .orderBy('id');
  return dialect === 'postgres' ? query.forUpdate().skipLocked() : query;
});

const confirm = prepare((db, values: { ids: string; now: number }, dialect) =>
  db
    .updateTable('manifest')
    .set({ copied_at: values.now })
    .where('blob_id', 'in', valueList('integer', values.ids, dialect)),
);

const heal = prepare((db, values: { ids: string; now: number }, dialect) =>
  db
    .updateTable('blob')
    .set({ state: 'live', state_at: values.now })
    .where('id', 'in', valueList('integer', values.ids, dialect))
    .where('state', '=', 'missing'),
);

/**
 * Remembers copies that are durable, unless a deletion has come by since they were looked up, or holds the row: what
 * it removes is made again by the next round, or by nobody.
 */
export async function confirmCopies(
  tx: Tx,
  copies: readonly UncopiedManifest[],
  now: number,
): Promise<number> {
  const made = new Map(copies.map((copy) => [copy.id, copy]));
  const rows = await tx.all(lock, { ids: JSON.stringify([...made.keys()]) });
  const same = rows.filter((row) => {
    const copy = made.get(row.id);
    const needed = row.state === 'live' || row.state === 'missing';
    return needed && copy?.storage_key === row.storage_key && copy.generation === row.generation;
  });
  if (same.length === 0) return 0;
  const ids = JSON.stringify(same.map((row) => row.id));
  await tx.run(heal, { ids, now });
  return tx.run(confirm, { ids, now });
}
