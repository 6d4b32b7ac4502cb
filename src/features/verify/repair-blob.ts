import type { StoredBlob } from '../../content/blobs/blob-reads.ts';
import { foreignStore } from '../../content/blobs/foreign-store.ts';
import { markFound } from '../../content/blobs/mark-found.ts';
import { markMissing } from '../../content/blobs/mark-missing.ts';
import { settleClaim } from '../../content/blobs/settle-claim.ts';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { Verdict, VerifyDeps } from './judge-blob.ts';

/**
 * Writes rows, never removes an object. True: something was repaired, as far as it can be from here.
 * @throws AppError STORAGE_UNAVAILABLE when the storage is not the one it was
 */
export async function repairBlob(deps: VerifyDeps, row: StoredBlob, verdict: Verdict): Promise<boolean> {
  if (verdict === 'sound' || verdict === 'no concern' || verdict === 'copy due') return false;
  if (!(await deps.storeIsOurs())) throw foreignStore();
  const blob = { digest: row.digest as CanonicalDigest, storageKey: row.storage_key };
  switch (verdict) {
    case 'found':
      return markFound(deps, blob);
    case 'dangling':
      return settleClaim(deps, blob);
    case 'missing':
    case 'wrong size':
    case 'corrupt':
    case 'copy gone':
      // Answers as unknown, so that clients push it again. Of a manifest only the copy is made again.
      await markMissing(deps, { ...blob, stateAt: row.state_at });
      return row.state === 'live';
  }
}
