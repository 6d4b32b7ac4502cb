import { type RawBuilder, sql } from 'kysely';
import type { CanonicalDigest } from '../../../lib/oci/digest.ts';
import { canonicalKey } from '../../../platform/blobstore/layout.ts';
import type { Queries, Tx } from '../../../platform/db/database.ts';
import type { BlobState } from '../../../platform/db/schema.ts';
import { valueList } from '../../../platform/db/value-list.ts';

/** A deletion of content that nothing stops. */
export interface Begun {
  readonly digest: CanonicalDigest;
  readonly id: number;
  readonly key: string;
  readonly generation: number;
  readonly bytes: number;
}

/** A blob's row that is held until the transaction ends. */
export interface HeldRow {
  readonly id: number;
  readonly digest: CanonicalDigest;
  readonly state: BlobState;
  readonly worker: string | null;
  readonly key: string | null;
  readonly generation: number;
  readonly bytes: number;
  readonly stateAt: number;
}

const columns =
  sql.raw(`id as "id", digest as "digest", state as "state", worker as "worker", storage_key as "key",
        generation as "generation", size as "bytes", state_at as "stateAt"`);

/** What somebody else holds is waited for, or left out. */
export type Lock = 'wait' | 'skip';

const idList = (tx: Queries, ids: readonly number[]) => valueList('integer', JSON.stringify(ids), tx.dialect);

export async function lockById(tx: Tx, ids: readonly number[], lock: Lock): Promise<readonly HeldRow[]> {
  const waiting = lock === 'wait' ? sql`for update` : sql`for update skip locked`;
  const { rows } = await sql<HeldRow>`
    select ${columns} from blob where id in ${idList(tx, ids)} order by id
      ${tx.dialect === 'postgres' ? waiting : sql``}`.execute(tx.builder);
  return rows;
}

/** A manifest names it, or waits for it by one of its digests; asked in a statement behind the lock. */
export function refersTo(): RawBuilder<unknown> {
  return sql`(exists (select 1 from reference where reference.blob_id = blob.id)
    or exists (select 1 from reference where reference.blob_id is null and reference.digest = blob.digest)
    or exists (select 1 from blob_alias join reference on reference.digest = blob_alias.digest
      where blob_alias.blob_id = blob.id and reference.blob_id is null))`;
}

/** Something serves, is, keeps or is charged for the blob. */
export function holdsIt(): RawBuilder<unknown> {
  return sql`(exists (select 1 from blob_link where blob_link.blob_id = blob.id)
    or exists (select 1 from artifact where artifact.blob_id = blob.id)
    or exists (select 1 from manifest where manifest.blob_id = blob.id)
    or exists (select 1 from project_blob where project_blob.blob_id = blob.id))`;
}

/** Some upload may still publish it. */
export function isClaimed(now: number): RawBuilder<unknown> {
  return sql`exists (select 1 from upload where upload.blob_id = blob.id and upload.expires_at > ${now})`;
}

/** Those of the locked ones that nothing needs: asked in a statement behind the lock, for which whoever comes to need it waits. */
async function unneededOf(tx: Tx, rows: readonly HeldRow[], now: number): Promise<readonly HeldRow[]> {
  if (rows.length === 0) return [];
  const ids = idList(
    tx,
    rows.map(({ id }) => id),
  );
  const { rows: found } = await sql<{ id: number }>`
    select id as "id" from blob where id in ${ids} and not ${holdsIt()} and not ${isClaimed(now)}
      and not ${refersTo()}`.execute(tx.builder);
  const unneeded = new Set(found.map(({ id }) => id));
  return rows.filter(({ id }) => unneeded.has(id));
}

export interface NewRemoval {
  readonly ids: readonly number[];
  /** From which one can be deleted. */
  readonly from: readonly BlobState[];
  readonly worker: string;
  readonly lock: Lock;
  readonly now: number;
}

/**
 * From its commit on the content of those returned is deleted, whatever happens; whoever publishes the same waits for the
 * end of it. The others are needed, or not there.
 */
export async function beginRemovals(
  tx: Tx,
  { ids, from, worker, lock, now }: NewRemoval,
): Promise<readonly Begun[]> {
  const locked = await lockById(tx, ids, lock);
  const removable = locked.filter(({ state }) => from.includes(state));
  const unneeded = await unneededOf(tx, removable, now);
  if (unneeded.length === 0) return [];
  await sql`update blob set state = 'deleting', worker = ${worker}, generation = generation + 1, state_at = ${now}
    where id in ${idList(
      tx,
      unneeded.map(({ id }) => id),
    )}`.execute(tx.builder);
  return unneeded.map((row) => begunOf({ ...row, generation: row.generation + 1 }));
}

function begunOf({ digest, id, key, generation, bytes }: HeldRow): Begun {
  return { digest, id, key: key ?? canonicalKey(digest), generation, bytes };
}

/** Those of deletions that nobody has taken over, or ended. */
async function lockBegun(tx: Tx, begun: readonly Begun[]): Promise<readonly Begun[]> {
  const known = new Map(begun.map((each) => [each.id, each]));
  const rows = await lockById(tx, [...known.keys()], 'wait');
  return rows.flatMap(({ id, state, generation }) => {
    const mine = known.get(id);
    return mine !== undefined && state === 'deleting' && generation === mine.generation ? [mine] : [];
  });
}

/**
 * From its commit on nobody else ends them: as long as the object has not gone, nobody publishes the same. Left out are those
 * that were ended, and those that somebody is at.
 */
export async function takeOverRemovals(
  tx: Tx,
  left: readonly Begun[],
  by: { readonly worker: string; readonly now: number; readonly isAtIt: (worker: string) => boolean },
): Promise<readonly Begun[]> {
  const known = new Map(left.map((each) => [each.id, each.generation]));
  const rows = await lockById(tx, [...known.keys()], 'wait');
  const taken = rows.filter(
    ({ id, state, generation, worker }) =>
      state === 'deleting' && generation === known.get(id) && !(worker !== null && by.isAtIt(worker)),
  );
  if (taken.length === 0) return [];
  await sql`update blob set worker = ${by.worker}, generation = generation + 1, state_at = ${by.now}
    where id in ${idList(
      tx,
      taken.map(({ id }) => id),
    )}`.execute(tx.builder);
  return taken.map((row) => begunOf({ ...row, generation: row.generation + 1 }));
}

/**
 * The objects are gone: so are the rows. Ended uploads may still name them. One that had got another key since its own was
 * burnt stays burnt: who began the deletion of that may still be about to unlink. Returns those that were its own.
 */
export async function forgetRemoved(tx: Tx, begun: readonly Begun[], now: number): Promise<readonly Begun[]> {
  const wasBurnt = ({ digest, key }: Begun): boolean => key.startsWith(`${canonicalKey(digest)}.`);
  const burnt = await burnRemoved(tx, begun.filter(wasBurnt), now);
  return [
    ...burnt,
    ...(await dropRemoved(
      tx,
      begun.filter((each) => !wasBurnt(each)),
    )),
  ];
}

async function dropRemoved(tx: Tx, begun: readonly Begun[]): Promise<readonly Begun[]> {
  const mine = await lockBegun(tx, begun);
  if (mine.length === 0) return [];
  const ids = idList(
    tx,
    mine.map(({ id }) => id),
  );
  await sql`update upload set blob_id = null where blob_id in ${ids}`.execute(tx.builder);
  await sql`update reference set blob_id = null where blob_id in ${ids}`.execute(tx.builder);
  await sql`delete from blob where id in ${ids}`.execute(tx.builder);
  return mine;
}

/** Another process had begun them, and may still be about to unlink: the next publisher gets another key. */
export async function burnRemoved(tx: Tx, begun: readonly Begun[], now: number): Promise<readonly Begun[]> {
  const mine = await lockBegun(tx, begun);
  if (mine.length === 0) return [];
  await sql`update blob set state = 'burnt', state_at = ${now} where id in ${idList(
    tx,
    mine.map(({ id }) => id),
  )}`.execute(tx.builder);
  return mine;
}

/** The storage did not delete them: whoever looks for what is left tries again at once. */
export async function giveUpRemovals(tx: Tx, begun: readonly Begun[]): Promise<void> {
  const mine = await lockBegun(tx, begun);
  if (mine.length === 0) return;
  await sql`update blob set state_at = 0 where id in ${idList(
    tx,
    mine.map(({ id }) => id),
  )}`.execute(tx.builder);
}

/** Deletions that were begun and not ended, by ascending id. */
export async function leftRemovals(
  db: Queries,
  input: {
    /** Of the workers' names. */
    readonly prefix: string;
    readonly before: number;
    /** Behind this they were begun by a clock that was ahead. */
    readonly ahead: number;
    readonly after: number;
    readonly count: number;
  },
): Promise<Begun[]> {
  const { prefix, before, ahead, after, count } = input;
  const { rows } = await sql<HeldRow>`
    select ${columns} from blob
      where state <> 'live' and state = 'deleting' and id > ${after}
        and (state_at < ${before} or state_at > ${ahead})
        and substr(worker, 1, ${sql.lit(prefix.length)}) = ${prefix}
      order by id limit ${count}`.execute(db.builder);
  return rows.map(begunOf);
}
