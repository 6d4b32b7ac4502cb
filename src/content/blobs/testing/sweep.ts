import { sql } from 'kysely';
import type { CanonicalDigest } from '../../../lib/oci/digest.ts';
import type { BlobStore } from '../../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../../platform/blobstore/layout.ts';
import type { Database, Tx } from '../../../platform/db/database.ts';

/**
 * A garbage collection of one digest in four steps, by the rules that the real one will follow: a row that nobody
 * needs is condemned; a condemned one is on its way to deletion, irrevocably and durably, before its object goes;
 * the row goes last. Returned steps say whether they found anything to do.
 */
export function sweepSteps(
  deps: { readonly db: Database; readonly store: BlobStore },
  digest: CanonicalDigest,
  worker = 'sweep',
) {
  let begun: Begun | undefined;
  return {
    condemn: () => deps.db.transaction((tx) => condemn(tx, digest, Date.now())),
    begin: async () => {
      begun = await deps.db.transaction((tx) => beginDeletion(tx, digest, worker));
      return begun !== undefined;
    },
    /** What a dead process had begun to delete is finished. */
    takeOver: async () => {
      begun = await deps.db.transaction((tx) => begunDeletion(tx, digest));
      return begun !== undefined;
    },
    unlink: async () => {
      if (begun === undefined) return false;
      await deps.store.delete(begun.key);
      return true;
    },
    forget: async () => {
      if (begun === undefined) return false;
      const { generation } = begun;
      return deps.db.transaction((tx) => forget(tx, digest, generation));
    },
    /** Another worker took the deletion over: the first one may still be about to unlink. */
    burn: async () => {
      if (begun === undefined) return false;
      const { generation } = begun;
      return deps.db.transaction((tx) => burn(tx, digest, generation));
    },
  };
}

/** A deletion that nothing stops. */
interface Begun {
  readonly key: string;
  readonly generation: number;
}

interface Row {
  id: number;
  state: string;
  storage_key: string | null;
  generation: number;
}

/** What was begun waits for a publisher that looks at the row; what is only a candidate is left to the next round. */
async function lockRow(
  tx: Tx,
  digest: CanonicalDigest,
  begun: 'begun' | 'candidate' = 'candidate',
): Promise<Row | undefined> {
  const waiting = begun === 'begun' ? sql`for update` : sql`for update skip locked`;
  const locking = tx.dialect === 'postgres' ? waiting : sql``;
  const found =
    await sql<Row>`select id, state, storage_key, generation from blob where digest = ${digest} ${locking}`.execute(
      tx.builder,
    );
  return found.rows[0];
}

async function exists(tx: Tx, query: ReturnType<typeof sql>): Promise<boolean> {
  return (await query.execute(tx.builder)).rows.length > 0;
}

/** Tested in a statement behind the one that locked the row. */
async function condemn(tx: Tx, digest: CanonicalDigest, now: number): Promise<boolean> {
  const row = await lockRow(tx, digest);
  if (row === undefined || (row.state !== 'live' && row.state !== 'pending')) return false;
  const claimed = await exists(
    tx,
    sql`select 1 from upload where blob_id = ${row.id} and expires_at > ${now}`,
  );
  if (claimed) return false;
  const referenced = await exists(
    tx,
    sql`select 1 from reference where blob_id = ${row.id} or (blob_id is null
      and (digest = ${digest} or digest in (select digest from blob_alias where blob_id = ${row.id})))`,
  );
  const held =
    (await exists(tx, sql`select 1 from blob_link where blob_id = ${row.id}`)) ||
    (await exists(tx, sql`select 1 from artifact where blob_id = ${row.id}`));
  if (row.state === 'pending') {
    await setState(tx, row.id, referenced || held ? 'missing' : 'condemned');
    return true;
  }
  if (referenced || held) return false;
  await setState(tx, row.id, 'condemned');
  return true;
}

async function beginDeletion(tx: Tx, digest: CanonicalDigest, worker: string): Promise<Begun | undefined> {
  const row = await lockRow(tx, digest);
  if (row?.state !== 'condemned') return undefined;
  await sql`update blob set state = 'deleting', worker = ${worker}, generation = generation + 1 where id = ${row.id}`.execute(
    tx.builder,
  );
  return { key: row.storage_key ?? canonicalKey(digest), generation: row.generation + 1 };
}

async function begunDeletion(tx: Tx, digest: CanonicalDigest): Promise<Begun | undefined> {
  const row = await lockRow(tx, digest);
  if (row?.state !== 'deleting') return undefined;
  return { key: row.storage_key ?? canonicalKey(digest), generation: row.generation };
}

/** Rows of ended uploads may still name it. */
async function forget(tx: Tx, digest: CanonicalDigest, generation: number): Promise<boolean> {
  const row = await lockRow(tx, digest, 'begun');
  if (row?.state !== 'deleting' || row.generation !== generation) return false;
  await sql`update upload set blob_id = null where blob_id = ${row.id}`.execute(tx.builder);
  await sql`update reference set blob_id = null where blob_id = ${row.id}`.execute(tx.builder);
  await sql`delete from blob where id = ${row.id}`.execute(tx.builder);
  return true;
}

async function burn(tx: Tx, digest: CanonicalDigest, generation: number): Promise<boolean> {
  const row = await lockRow(tx, digest, 'begun');
  if (row?.state !== 'deleting' || row.generation !== generation) return false;
  await setState(tx, row.id, 'burnt');
  return true;
}

async function setState(tx: Tx, id: number, state: string): Promise<void> {
  await sql`update blob set state = ${state} where id = ${id}`.execute(tx.builder);
}
