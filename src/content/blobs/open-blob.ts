import { AppError } from '../../lib/errors.ts';
import type { BlobStore, OpenObject } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import type { LinkedBlob } from './blob-reads.ts';
import { foreignStore } from './foreign-store.ts';
import { markMissing } from './mark-missing.ts';

export interface OpenBlobDeps {
  readonly db: Database;
  readonly store: BlobStore;
  /** Whether the store is the right one: an absent mount must not make blobs missing. */
  readonly storeIsOurs: () => Promise<boolean>;
}

/**
 * The content of a blob whose link was read. Never a byte more or fewer than the row says.
 * @throws AppError BLOB_UNKNOWN when the object is gone or has another size; the blob is then marked as missing
 */
export async function openBlob(deps: OpenBlobDeps, blob: LinkedBlob): Promise<OpenObject> {
  const opened = await deps.store.open(blob.storageKey ?? canonicalKey(blob.digest));
  if (opened?.sizeBytes === blob.sizeBytes) return opened;
  opened?.close();
  if (!(await deps.storeIsOurs())) throw foreignStore();
  await markMissing(deps, { digest: blob.digest, storageKey: blob.storageKey, stateAt: blob.stateAt });
  throw new AppError('BLOB_UNKNOWN', {
    message: 'the content of this blob is damaged or gone',
    detail: 'push the image again to restore it',
  });
}
