import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Tx } from '../../platform/db/database.ts';
import { type Claim, decideClaim } from './blob.ts';
import { claimForUpload, isUncopiedManifest, lockBlob, setBlobState } from './blob-writes.ts';
import { insertBlob } from './reference-writes.ts';

/** The publisher's first transaction: from its commit on the blob is no garbage, until the upload ends. */
export async function claimBlob(
  tx: Tx,
  input: { uploadId: string; digest: CanonicalDigest; size: number; now: number },
): Promise<Claim> {
  const { uploadId, digest, size, now } = input;
  const found = await lockBlob(tx, digest);
  const uncopied = found?.state === 'live' && (await isUncopiedManifest(tx, found.id));
  const claim = decideClaim(found && { ...found, uncopied }, canonicalKey(digest));
  if (claim.kind === 'wait') return claim;
  const blobId = found?.id ?? (await insertBlob(tx, { digest, size, state: 'pending', now }));
  // Another publisher inserted it between the two statements: it will be found next time.
  if (blobId === undefined) return { kind: 'wait' };
  if (claim.kind === 'publish' && found !== undefined) {
    await setBlobState(tx, { id: blobId, state: claim.state, size, storageKey: claim.storageKey, now });
  }
  await claimForUpload(tx, uploadId, blobId);
  return claim;
}
