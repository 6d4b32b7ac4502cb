import { sql } from 'kysely';
import type { CanonicalDigest } from '../../../lib/oci/digest.ts';
import { canonicalKey } from '../../../platform/blobstore/layout.ts';
import type { Queries, Tx } from '../../../platform/db/database.ts';

/** A deletion of content that nothing stops. */
export interface Begun {
  readonly digest: CanonicalDigest;
  readonly id: number;
  readonly key: string;
  readonly generation: number;
  readonly bytes: number;
}

interface Row {
  readonly id: number;
  readonly digest: CanonicalDigest;
  readonly state: string;
  readonly worker: string | null;
  readonly key: string | null;
  readonly generation: number;
  readonly bytes: number;
}

async function lockRow(tx: Tx, digest: CanonicalDigest): Promise<Row | undefined> {
  const locking = tx.dialect === 'postgres' ? sql`for update` : sql``;
  const { rows } = await sql<Row>`
    select id as "id", digest as "digest", state as "state", worker as "worker", storage_key as "key",
        generation as "generation", size as "bytes"
      from blob where digest = ${digest} ${locking}`.execute(tx.builder);
  return rows[0];
}

/** Asked in a statement behind the lock, for which whoever comes to need it waits. */
async function isNeeded(tx: Tx, { id, digest }: Row, now: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from blob_link where blob_id = ${id}
    union all select 1 from artifact where blob_id = ${id}
    union all select 1 from manifest where blob_id = ${id}
    union all select 1 from project_blob where blob_id = ${id}
    union all select 1 from upload where blob_id = ${id} and expires_at > ${now}
    union all select 1 from reference where blob_id = ${id}
    union all select 1 from reference where blob_id is null and digest = ${digest}
    union all select 1 from reference where blob_id is null
      and digest in (select digest from blob_alias where blob_id = ${id})
    limit 1`.execute(tx.builder);
  return rows.length > 0;
}

/**
 * From its commit on the content is deleted, whatever happens; whoever publishes the same waits for the end of it.
 * Undefined: something needs it, or it is not there.
 */
export async function beginRemoval(
  tx: Tx,
  {
    digest,
    worker,
    now,
  }: { readonly digest: CanonicalDigest; readonly worker: string; readonly now: number },
): Promise<Begun | undefined> {
  const row = await lockRow(tx, digest);
  const removable = row !== undefined && ['live', 'missing', 'condemned'].includes(row.state);
  if (!removable || (await isNeeded(tx, row, now))) return undefined;
  return hold(tx, row, { worker, now });
}

async function hold(
  tx: Tx,
  { id, digest, key, generation: before, bytes }: Row,
  { worker, now }: { readonly worker: string; readonly now: number },
): Promise<Begun> {
  const generation = before + 1;
  await sql`update blob set state = 'deleting', worker = ${worker}, generation = ${generation}, state_at = ${now}
    where id = ${id}`.execute(tx.builder);
  return { digest, id, key: key ?? canonicalKey(digest), generation, bytes };
}

/**
 * From its commit on nobody else ends it: as long as the object has not gone, nobody publishes the same. Undefined: it was
 * ended, or somebody is at it.
 */
export async function takeOverRemoval(
  tx: Tx,
  left: Begun,
  by: { readonly worker: string; readonly now: number; readonly isAtIt: (worker: string) => boolean },
): Promise<Begun | undefined> {
  const row = await lockRow(tx, left.digest);
  if (row?.state !== 'deleting' || row.generation !== left.generation) return undefined;
  return row.worker !== null && by.isAtIt(row.worker) ? undefined : hold(tx, row, by);
}

/** The object is gone: so is the row. Ended uploads may still name it. */
export async function forgetRemoved(tx: Tx, begun: Begun): Promise<boolean> {
  const row = await lockRow(tx, begun.digest);
  if (row?.state !== 'deleting' || row.generation !== begun.generation) return false;
  await sql`update upload set blob_id = null where blob_id = ${row.id}`.execute(tx.builder);
  await sql`update reference set blob_id = null where blob_id = ${row.id}`.execute(tx.builder);
  await sql`delete from blob where id = ${row.id}`.execute(tx.builder);
  return true;
}

/** Another process had begun it, and may still be about to unlink: the next publisher gets another key. */
export async function burnRemoved(tx: Tx, begun: Begun, now: number): Promise<boolean> {
  const row = await lockRow(tx, begun.digest);
  if (row?.state !== 'deleting' || row.generation !== begun.generation) return false;
  await sql`update blob set state = 'burnt', state_at = ${now} where id = ${row.id}`.execute(tx.builder);
  return true;
}

/** Deletions of purges that were begun and not ended, by ascending id. */
export async function leftRemovals(
  db: Queries,
  input: {
    readonly prefix: string;
    readonly before: number;
    readonly after: number;
    readonly count: number;
  },
): Promise<Begun[]> {
  const { prefix, before, after, count } = input;
  const { rows } = await sql<Row>`
    select id as "id", digest as "digest", state as "state", worker as "worker", storage_key as "key",
        generation as "generation", size as "bytes"
      from blob where state <> 'live' and state = 'deleting' and id > ${after}
        and substr(worker, 1, ${sql.lit(prefix.length)}) = ${prefix} and state_at < ${before}
      order by id limit ${count}`.execute(db.builder);
  return rows.map(({ id, digest, key, generation, bytes }) => ({
    id,
    digest,
    key: key ?? canonicalKey(digest),
    generation,
    bytes,
  }));
}
