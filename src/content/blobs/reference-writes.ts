import { type RawBuilder, sql } from 'kysely';
import type { CanonicalDigest, Digest } from '../../lib/oci/digest.ts';
import type { Tx } from '../../platform/db/database.ts';
import type { DialectName } from '../../platform/db/dialect.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { BlobState } from '../../platform/db/schema.ts';
import { valueList } from '../../platform/db/value-list.ts';

/**
 * On PostgreSQL a manifest that names an unknown digest and the transaction that makes it known do not see each other's
 * rows. The first holds its digests alone, the second shares its own with others that make content known, so that
 * one of the two waits. Buckets bound the number of locks.
 */
const buckets = 1024;
const lockSpace = 1_112_298_068;

function bucketOf(digest: string): number {
  let sum = 0;
  for (let at = 0; at < digest.length; at++) sum = (Math.imul(sum, 31) + digest.charCodeAt(at)) >>> 0;
  return sum % buckets;
}

/**
 * From here to the end of the transaction nothing becomes known by these digests. True: something may have meanwhile, so
 * they have to be looked up again.
 */
export async function holdUnknownDigests(tx: Tx, digests: readonly string[]): Promise<boolean> {
  if (tx.dialect === 'sqlite') return false;
  const wanted = [...new Set(digests.map(bucketOf))].toSorted((a, b) => a - b);
  await sql`select pg_advisory_xact_lock(${sql.lit(lockSpace)}, bucket::int)
    from json_array_elements_text(${JSON.stringify(wanted)}::json) as bucket`.execute(tx.builder);
  return true;
}

const fillWaiting = prepare((db, values: { digest: string; blobId: number }) =>
  db
    .updateTable('reference')
    .set({ blob_id: values.blobId })
    .where('digest', '=', values.digest)
    .where('blob_id', 'is', null),
);

/** Shared with others that make content known, in the statement that does so; null: SQLite has one writer. */
function knownLock(bucket: number, dialect: DialectName): RawBuilder<unknown> {
  if (dialect === 'sqlite') return sql`null`;
  return sql`pg_advisory_xact_lock_shared(${sql.lit(lockSpace)}, ${bucket}::int)`;
}

const insert = prepare(
  (db, values: { digest: string; size: number; state: BlobState; now: number; bucket: number }, dialect) =>
    db
      .insertInto('blob')
      .values({
        digest: values.digest,
        size: values.size,
        state: values.state,
        storage_key: null,
        generation: 0,
        worker: null,
        state_at: values.now,
      })
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .returning(['id', knownLock(values.bucket, dialect).as('known')]),
);

/** Undefined: somebody else made the row meanwhile. */
export async function insertBlob(
  tx: Tx,
  input: { digest: CanonicalDigest; size: number; state: BlobState; now: number },
): Promise<number | undefined> {
  const { digest } = input;
  const made = await tx.first(insert, { ...input, bucket: bucketOf(digest) });
  // Behind the lock: manifests that named this digest before anything of it was known now hold it.
  if (made !== undefined) await tx.run(fillWaiting, { digest, blobId: made.id });
  return made?.id;
}

const insertAlias = prepare((db, values: { digest: string; blobId: number; bucket: number }, dialect) =>
  db
    .insertInto('blob_alias')
    .values({ digest: values.digest, blob_id: values.blobId })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .returning(knownLock(values.bucket, dialect).as('known')),
);

/** A further digest of a blob. Only for one that was computed from the same bytes as the blob's own. */
export async function putAlias(tx: Tx, digest: Digest, blobId: number): Promise<void> {
  const made = await tx.first(insertAlias, { digest, blobId, bucket: bucketOf(digest) });
  if (made !== undefined) await tx.run(fillWaiting, { digest, blobId });
}

const aliases = prepare((db, values: { digests: string }, dialect) =>
  db
    .selectFrom('blob_alias')
    .innerJoin('blob', 'blob.id', 'blob_alias.blob_id')
    .select(['blob_alias.digest as alias', 'blob.digest'])
    .where('blob_alias.digest', 'in', valueList('text', values.digests, dialect)),
);

/** The canonical digest of each of these that is known as a blob's alias. */
export async function findAliases(tx: Tx, digests: readonly string[]): Promise<Map<string, string>> {
  if (digests.length === 0) return new Map();
  const rows = await tx.all(aliases, { digests: JSON.stringify(digests) });
  return new Map(rows.map((row) => [row.alias, row.digest]));
}

const lockReferenced = prepare((db, values: { digests: string }, dialect) => {
  const query = db
    .selectFrom('blob')
    .select(['id', 'digest', 'state'])
    .where('digest', 'in', valueList('text', values.digests, dialect))
    .orderBy('id');
  return dialect === 'postgres' ? query.forShare() : query;
});

const served = prepare((db, values: { repositoryId: number; blobIds: string }, dialect) =>
  db
    .selectFrom('blob_link')
    .select('blob_id')
    .where('repository_id', '=', values.repositoryId)
    .where('hidden', '=', 0)
    .where('blob_id', 'in', valueList('integer', values.blobIds, dialect)),
);

export interface ReferencedBlob {
  readonly id: number;
  readonly digest: string;
  /** Live, and this repository may serve it. */
  readonly held: boolean;
}

/**
 * The known ones of these canonical digests, kept from being condemned or hidden until the transaction ends. Links are
 * read behind the lock: who held it before may have hidden one.
 */
export async function lockReferencedBlobs(
  tx: Tx,
  repositoryId: number,
  digests: readonly string[],
): Promise<ReferencedBlob[]> {
  const blobs = await tx.all(lockReferenced, { digests: JSON.stringify(digests) });
  if (blobs.length === 0) return [];
  const blobIds = JSON.stringify(blobs.map((blob) => blob.id));
  const links = new Set((await tx.all(served, { repositoryId, blobIds })).map((link) => link.blob_id));
  return blobs.map(({ id, digest, state }) => ({ id, digest, held: state === 'live' && links.has(id) }));
}
