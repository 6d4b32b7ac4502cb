import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { findExpiredUploads, findParts, findUpload } from './upload-reads.ts';
import { deleteUpload, freeAllLeases } from './upload-writes.ts';

const pageSize = 100;

/**
 * At the start: uploads whose holder died with the process before can be gone on with at once, and those that
 * nobody went on with for a day are ended.
 */
export async function freeUploads(deps: {
  readonly db: Database;
  readonly store: BlobStore;
  readonly log: Logger;
}): Promise<void> {
  const { db, store, log } = deps;
  // Elsewhere other instances may hold leases; theirs run out by themselves.
  if (db.dialect === 'sqlite') await db.transaction((tx) => freeAllLeases(tx));
  const now = await db.now();
  for (;;) {
    const expired = await findExpiredUploads(db.reader, now, pageSize);
    for (const id of expired) {
      const upload = await findUpload(db.reader, id);
      const parts = await findParts(db.reader, id);
      await db.transaction((tx) => deleteUpload(tx, id));
      const place = { uploadId: id, generation: upload?.generation ?? 0, parts, offset: 0 };
      // A finished upload's content is a blob where the store cannot rename.
      if (upload?.finishedDigest === null) await store.discardUpload(place);
    }
    if (expired.length > 0)
      log.info({ count: expired.length }, 'uploads that nobody went on with were ended');
    if (expired.length < pageSize) return;
  }
}
