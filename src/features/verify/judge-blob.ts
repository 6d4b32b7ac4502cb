import { isClaimed, type StoredBlob } from '../../content/blobs/blob-reads.ts';
import { type CanonicalDigest, digestHex } from '../../lib/oci/digest.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { hashObject } from '../../platform/blobstore/hash-object.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import type { HashPool } from '../../platform/threads/hash-pool.ts';

export interface VerifyDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly hashPool: HashPool;
  /** A mount that is away would make everything look missing. */
  readonly storeIsOurs: () => Promise<boolean>;
  /** Shorter in tests: after how long what looks wrong is looked at again. */
  readonly recheckMs?: number;
}

export type Verdict =
  | 'sound'
  /** Somebody publishes or deletes it. */
  | 'no concern'
  | 'missing'
  | 'wrong size'
  | 'corrupt'
  /** It was called missing, and its object is there, of the right size and, if that was asked for, content. */
  | 'found'
  /** A manifest without a copy in the storage, which the server is about to make. */
  | 'copy due'
  | 'copy gone'
  /** Its publisher is gone for good. */
  | 'dangling';

export interface Look {
  readonly hash: boolean;
  readonly gently: boolean;
  readonly signal: AbortSignal;
  /** Told while an object is hashed, and once with `whole` when it is done. */
  readonly onHashed: (bytes: number, whole: boolean) => void;
}

export function keyOf(row: StoredBlob): string {
  return row.storage_key ?? canonicalKey(row.digest as CanonicalDigest);
}

/** What a row says beside its object, as it was found. */
export async function judgeBlob(
  deps: VerifyDeps,
  row: StoredBlob,
  found: { readonly sizeBytes: number } | undefined,
  look: Look,
): Promise<Verdict> {
  if (row.state === 'pending') {
    return (await isClaimed(deps.db.reader, row.id, await deps.db.now())) ? 'no concern' : 'dangling';
  }
  if (row.state !== 'live' && row.state !== 'missing') return 'no concern';
  const problem = await problemOf(deps, row, found, look);
  if (row.manifest_id !== null) {
    if (row.copied_at === null) return 'copy due';
    return problem === undefined ? 'sound' : 'copy gone';
  }
  if (problem !== undefined) return problem;
  return row.state === 'missing' ? 'found' : 'sound';
}

async function problemOf(
  deps: VerifyDeps,
  row: StoredBlob,
  found: { readonly sizeBytes: number } | undefined,
  look: Look,
): Promise<'missing' | 'wrong size' | 'corrupt' | undefined> {
  if (found === undefined) return 'missing';
  if (found.sizeBytes !== row.size) return 'wrong size';
  if (!look.hash) return undefined;
  const hex = await hashObject(deps, keyOf(row), {
    signal: look.signal,
    gently: look.gently,
    onBytes: (count) => look.onHashed(count, false),
  });
  look.onHashed(0, true);
  return hex === digestHex(row.digest as CanonicalDigest) ? undefined : 'corrupt';
}
