import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { Database } from '../../platform/db/database.ts';
import { isClaimed } from './blob-reads.ts';
import { isReferenced, lockBlob, setBlobState } from './blob-writes.ts';

/**
 * A blob whose publisher is gone for good is missing where something waits for it, so that it is pushed again. False:
 * nothing needs it, and its row is left to the garbage collection; or a publisher came meanwhile.
 */
export async function settleClaim(
  deps: { readonly db: Database },
  input: { readonly digest: CanonicalDigest },
): Promise<boolean> {
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    const blob = await lockBlob(tx, input.digest);
    // Behind the lock, which a publisher takes before it claims.
    if (blob?.state !== 'pending' || (await isClaimed(tx, blob.id, now))) return false;
    if (!(await isReferenced(tx, blob.id))) return false;
    await setBlobState(tx, { ...blob, size: blob.sizeBytes, state: 'missing', now });
    return true;
  });
}
