import { HeldUpload } from './held-upload.ts';
import { ownUpload, type UploadOwner } from './own-upload.ts';
import type { UploadDeps } from './upload-deps.ts';

/**
 * Ends an upload and drops what it staged (distribution-spec, "Cancel a blob upload").
 * @throws AppError BLOB_UPLOAD_UNKNOWN, and RANGE_INVALID while another request is writing to it
 */
export async function cancelUpload(deps: UploadDeps, owner: UploadOwner): Promise<void> {
  await ownUpload(deps, owner);
  const held = await HeldUpload.take(deps, owner.id);
  await held.abandon(false);
}
