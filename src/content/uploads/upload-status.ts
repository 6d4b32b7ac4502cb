import { AppError } from '../../lib/errors.ts';
import { foreignStore } from '../blobs/foreign-store.ts';
import { ownUpload, type UploadOwner } from './own-upload.ts';
import type { UploadDeps } from './upload-deps.ts';
import { findParts } from './upload-reads.ts';

/**
 * The offset from which a client can go on (distribution-spec, "Pushing a blob in chunks", end-13).
 * @throws AppError BLOB_UPLOAD_UNKNOWN
 */
export async function uploadStatus(deps: UploadDeps, owner: UploadOwner): Promise<number> {
  const { id, generation, offset, finishedDigest } = await ownUpload(deps, owner);
  if (finishedDigest !== null) throw new AppError('BLOB_UPLOAD_UNKNOWN');
  if (deps.hashes.has(id, offset)) return offset;
  // Told by a process that is gone, and perhaps more than reached the disk.
  const parts = await findParts(deps.db.reader, id);
  const staged = await deps.store.stagedBytes({ uploadId: id, generation, parts, offset });
  if (staged < offset && !(await deps.storeIsOurs())) throw foreignStore();
  return staged;
}
