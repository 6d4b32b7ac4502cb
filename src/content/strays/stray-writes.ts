import { sql } from 'kysely';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';
import { isReferenced, lockBlob } from '../blobs/blob-writes.ts';
import { insertBlob } from '../blobs/reference-writes.ts';
import type { Begun } from '../blobs/removal/removal-writes.ts';

const begin = prepare((db, values: { jobId: number; epoch: number; now: number }) =>
  db
    .insertInto('stray_search')
    .values({
      id: 1,
      job_id: values.jobId,
      epoch: values.epoch,
      began_at: values.now,
      ended_at: null,
      after_key: '',
      objects: 0,
      bytes: 0,
      young: 0,
      applied_plan: '',
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((of) => ({
        job_id: of.ref('excluded.job_id'),
        epoch: of.ref('excluded.epoch'),
        began_at: of.ref('excluded.began_at'),
        ended_at: null,
        after_key: '',
        objects: 0,
        bytes: 0,
        young: 0,
        applied_plan: '',
      })),
    ),
);

/** What an earlier one found is no plan any more. */
export async function beginSearch(
  tx: Tx,
  of: { readonly jobId: number; readonly epoch: number; readonly now: number },
): Promise<void> {
  await tx.run(begin, { ...of });
}

const advance = prepare((db, values: { after: string; objects: number; bytes: number; young: number }) =>
  db.updateTable('stray_search').set((of) => ({
    after_key: values.after,
    objects: of('objects', '+', values.objects),
    bytes: of('bytes', '+', values.bytes),
    young: of('young', '+', values.young),
  })),
);

/** From here on a search that is begun again does not look at these. */
export async function advanceSearch(
  tx: Tx,
  by: { readonly after: string; readonly objects: number; readonly bytes: number; readonly young: number },
): Promise<void> {
  await tx.run(advance, { ...by });
}

const unseen = prepare((db, values: { lastSeenAt: number; count: number }) =>
  db
    .deleteFrom('stray')
    .where(
      'object_key',
      'in',
      db
        .selectFrom('stray')
        .select('object_key')
        .where('purge_after', 'is', null)
        .where('last_seen_at', '<>', values.lastSeenAt)
        .limit(values.count),
    ),
);

/** Those that are not where they were, or that a row speaks of by now. Returns how many. */
export function forgetUnseen(
  tx: Tx,
  of: { readonly lastSeenAt: number; readonly count: number },
): Promise<number> {
  return tx.run(unseen, of);
}

const end = prepare((db, values: { now: number }) =>
  db.updateTable('stray_search').set({ ended_at: values.now }),
);

export async function endSearch(tx: Tx, now: number): Promise<void> {
  await tx.run(end, { now });
}

const apply = prepare((db, values: { plan: string }) =>
  db.updateTable('stray_search').set({ applied_plan: values.plan }),
);

/** From here on what is left of it may be removed, also by a run that is begun again. */
export async function beginPlan(tx: Tx, plan: string): Promise<void> {
  await tx.run(apply, { plan });
}

export interface SeenObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** Null: it is where it was found. */
  readonly purgeAfter: number | null;
}

/** What a search saw, for the first time or again. */
export async function noteStrays(tx: Tx, seen: readonly SeenObject[], seenAt: number): Promise<void> {
  if (seen.length === 0) return;
  await tx.builder
    .insertInto('stray')
    .values(
      seen.map(({ key, sizeBytes, purgeAfter }) => ({
        object_key: key,
        size: sizeBytes,
        first_seen_at: seenAt,
        last_seen_at: seenAt,
        purge_after: purgeAfter,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('object_key').doUpdateSet((of) => ({
        size: of.ref('excluded.size'),
        last_seen_at: of.ref('excluded.last_seen_at'),
        purge_after: of.ref('excluded.purge_after'),
      })),
    )
    .execute();
}

const setEnd = prepare((db, values: { keys: string; purgeAfter: number | null }, dialect) =>
  db
    .updateTable('stray')
    .set({ purge_after: values.purgeAfter })
    .where('object_key', 'in', valueList('text', values.keys, dialect)),
);

/** They are in quarantine until then; null: back where they were found. */
export async function setStrayEnd(tx: Tx, keys: readonly string[], purgeAfter: number | null): Promise<void> {
  if (keys.length > 0) await tx.run(setEnd, { keys: JSON.stringify(keys), purgeAfter });
}

const drop = prepare((db, values: { keys: string }, dialect) =>
  db.deleteFrom('stray').where('object_key', 'in', valueList('text', values.keys, dialect)),
);

export async function forgetStrays(tx: Tx, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await tx.run(drop, { keys: JSON.stringify(keys) });
}

export interface StrayRemoval {
  readonly digest: CanonicalDigest;
  readonly sizeBytes: number;
  readonly worker: string;
  readonly now: number;
}

/**
 * From its commit on whoever publishes this digest waits, until the row is gone or burnt. Undefined: a row speaks of it by now,
 * or a manifest waits for it.
 */
export async function beginStrayRemoval(tx: Tx, of: StrayRemoval): Promise<Begun | undefined> {
  const { digest, sizeBytes, worker, now } = of;
  const id = await insertBlob(tx, { digest, size: sizeBytes, state: 'deleting', now });
  if (id === undefined) return beginBurnt(tx, of);
  if (await isReferenced(tx, id)) {
    await sql`update reference set blob_id = null where blob_id = ${id}`.execute(tx.builder);
    await sql`delete from blob where id = ${id}`.execute(tx.builder);
    return undefined;
  }
  await sql`update blob set worker = ${worker}, generation = 1 where id = ${id}`.execute(tx.builder);
  return { digest, id, key: canonicalKey(digest), generation: 1, bytes: sizeBytes };
}

/** With the key that its next publisher would have got, so that it is burnt again in the end. */
async function beginBurnt(
  tx: Tx,
  { digest, sizeBytes, worker, now }: StrayRemoval,
): Promise<Begun | undefined> {
  const found = await lockBlob(tx, digest);
  if (found?.state !== 'burnt' || (await isReferenced(tx, found.id))) return undefined;
  const { id } = found;
  const key = `${canonicalKey(digest)}.${found.generation}`;
  const generation = found.generation + 1;
  await sql`update blob set state = 'deleting', storage_key = ${key}, worker = ${worker}, generation = ${generation},
    state_at = ${now} where id = ${id}`.execute(tx.builder);
  return { digest, id, key, generation, bytes: sizeBytes };
}

/** Its digest's place was burnt, and never becomes that of its content again. */
export async function liesBesideContent(tx: Tx, digest: CanonicalDigest): Promise<boolean> {
  const found = await lockBlob(tx, digest);
  return found?.storageKey?.startsWith(`${canonicalKey(digest)}.`) === true;
}
