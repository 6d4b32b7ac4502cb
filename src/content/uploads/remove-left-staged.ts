import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { stagingRoot } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import { findUpload } from './upload-reads.ts';

/** `<upload>.<generation>` */
const stagedName = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.\d+$/;

/**
 * Removes staged content of uploads that have ended, or whose row a power cut took: their server died before it removed
 * it, and no row tells of it any more. Other instances may be at work, whose uploads have a row before they have a file.
 * Returns how many there were.
 */
export async function removeLeftStaged(deps: {
  readonly db: Database;
  readonly store: BlobStore;
}): Promise<number> {
  const { db, store } = deps;
  // Where content stays under the key it was staged at, what is there may be a blob.
  if (!store.capabilities.atomicRename) return 0;
  let count = 0;
  for await (const { key, sizeBytes } of store.list(stagingRoot)) {
    const id = stagedName.exec(key.slice(stagingRoot.length + 1))?.[1];
    if (id === undefined) continue;
    const upload = await findUpload(db.reader, id);
    if (upload !== undefined && upload.finishedDigest === null) continue;
    await store.discard([{ no: 0, offset: 0, size: sizeBytes, key, generation: 0 }]);
    count += 1;
  }
  return count;
}
