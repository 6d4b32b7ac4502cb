import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import { lockBlob, setBlobState } from './blob-writes.ts';

/**
 * A missing blob whose object is back, whole and verified by the caller, is served again. Who put it back need not have
 * made it durable. False: row or object have changed since they were looked at.
 */
export async function markFound(
  deps: { readonly db: Database; readonly store: BlobStore },
  input: { readonly digest: CanonicalDigest; readonly storageKey: string | null },
): Promise<boolean> {
  const { db, store } = deps;
  const { digest, storageKey } = input;
  if (!(await store.makeDurable(storageKey ?? canonicalKey(digest)))) return false;
  const now = await db.now();
  return db.transaction(async (tx) => {
    const blob = await lockBlob(tx, digest);
    if (blob?.state !== 'missing' || blob.storageKey !== storageKey) return false;
    await setBlobState(tx, { ...blob, size: blob.sizeBytes, state: 'live', now });
    return true;
  });
}
