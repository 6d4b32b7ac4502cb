import { AppError, isLogged } from '../../lib/errors.ts';
import { isCanonical } from '../../lib/oci/digest.ts';
import { cancelUpload } from './cancel-upload.ts';
import { type FinishInput, finishUpload } from './finish-upload.ts';
import type { UploadOwner } from './own-upload.ts';
import { startUpload } from './start-upload.ts';
import type { UploadDeps } from './upload-deps.ts';

/**
 * A blob whose content comes in one piece (distribution-spec, "Single POST"). Nobody was told of the upload, so nothing
 * of it stays when it fails.
 * @throws AppError as `finishUpload`
 */
export async function uploadAtOnce(
  deps: UploadDeps,
  input: Omit<FinishInput, 'id' | 'range'>,
): Promise<void> {
  const { projectId, repositoryName, principal } = input;
  const sha512 = !isCanonical(input.digest);
  const id = await startUpload(deps, { projectId, repositoryName, principal, sha512 });
  try {
    await finishUpload(deps, { ...input, id, range: undefined });
  } catch (error) {
    await end(deps, { id, projectId, repositoryName, principal });
    throw error;
  }
}

/** Another failure is being reported: this one is only logged. */
async function end(deps: UploadDeps, owner: UploadOwner): Promise<void> {
  try {
    await cancelUpload(deps, owner);
  } catch (error) {
    if (isLogged(error) || (error instanceof AppError && error.code === 'BLOB_UPLOAD_UNKNOWN')) return;
    deps.log.warn({ upload: owner.id, error }, 'a failed upload was not cleaned up');
  }
}
