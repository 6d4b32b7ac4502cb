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
  readonly state: BlobState;
  readonly bytes: number;
}

/** What somebody else holds is waited for, or left out. */
export type Lock = 'wait' | 'skip';

const idList = (tx: Queries, ids: readonly number[]) => valueList('integer', JSON.stringify(ids), tx.dialect);

/** With SQLite whoever writes is alone. */
function locking(tx: Tx, lock: Lock): RawBuilder<unknown> {
  if (tx.dialect === 'sqlite') return sql``;
  return lock === 'wait' ? sql`for update` : sql`for update skip locked`;
}

export async function lockById(tx: Tx, ids: readonly number[], lock: Lock): Promise<readonly HeldRow[]> {
  const { rows } = await sql<HeldRow>`
    select id as "id", state as "state", size as "bytes" from blob where id in ${idList(tx, ids)}
      order by id ${locking(tx, lock)}`.execute(tx.builder);
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
  const held = tx.dialect === 'sqlite' ? ids : (await lockById(tx, ids, lock)).map(({ id }) => id);
  const states = valueList('text', JSON.stringify(from), tx.dialect);
  // Behind the locks, for which whoever comes to need one waits.
  const { rows } = await sql<BegunRow>`
    update blob set state = 'deleting', worker = ${worker}, generation = generation + 1, state_at = ${now}
      where id in ${idList(tx, held)} and state in ${states} and not ${holdsIt()} and not ${isClaimed(now)}
        and not ${refersTo()}
      returning ${begunColumns}`.execute(tx.builder);
  return rows.map(begunOf);
}

interface BegunRow extends Omit<Begun, 'key'> {
  /** Null: the canonical one. */
  readonly key: string | null;
}

const begunColumns = sql.raw(
  `digest as "digest", id as "id", storage_key as "key", generation as "generation", size as "bytes"`,
);

function begunOf({ digest, id, key, generation, bytes }: BegunRow): Begun {
  return { digest, id, key: key ?? canonicalKey(digest), generation, bytes };
}

/** Deletions that nobody has ended. */
async function lockDeleting(
  tx: Tx,
  begun: readonly Begun[],
): Promise<readonly { readonly mine: Begun; readonly worker: string | null }[]> {
  const known = new Map(begun.map((each) => [each.id, each]));
  const { rows } = await sql<{ id: number; generation: number; worker: string | null }>`
    select id as "id", generation as "generation", worker as "worker" from blob
      where id in ${idList(tx, [...known.keys()])} and state = 'deleting'
      order by id ${locking(tx, 'wait')}`.execute(tx.builder);
  return rows.flatMap(({ id, generation, worker }) => {
    const mine = known.get(id);
    return mine !== undefined && generation === mine.generation ? [{ mine, worker }] : [];
  });
}

/** Those of deletions that nobody has taken over, or ended. */
async function lockBegun(tx: Tx, begun: readonly Begun[]): Promise<readonly Begun[]> {
  return (await lockDeleting(tx, begun)).map(({ mine }) => mine);
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
  const taken = (await lockDeleting(tx, left)).filter(({ worker }) => worker === null || !by.isAtIt(worker));
  if (taken.length === 0) return [];
  const { rows } = await sql<BegunRow>`
    update blob set worker = ${by.worker}, generation = generation + 1, state_at = ${by.now}
      where id in ${idList(
        tx,
        taken.map(({ mine }) => mine.id),
      )} returning ${begunColumns}`.execute(tx.builder);
  return rows.map(begunOf);
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
  const { rows } = await sql<BegunRow>`
    select ${begunColumns} from blob
      where state <> 'live' and state = 'deleting' and id > ${after}
        and (state_at < ${before} or state_at > ${ahead})
        and substr(worker, 1, ${sql.lit(prefix.length)}) = ${prefix}
      order by id limit ${count}`.execute(db.builder);
  return rows.map(begunOf);
}
