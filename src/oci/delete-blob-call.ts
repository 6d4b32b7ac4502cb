import { deleteBlob } from '../content/blobs/delete-blob.ts';
import { requireDigest } from '../lib/oci/digest.ts';
import type { OciCall, OciDeps } from './oci-call.ts';
import { sendResponse } from './send-response.ts';

/** distribution-spec, "Content Management", end-10. */
export async function deleteBlobCall(deps: OciDeps, call: OciCall): Promise<void> {
  const digest = requireDigest(call.target);
  const { projectId, actor } = call;
  await deleteBlob(deps, { projectId, repositoryName: call.name.fullName, digest, actor });
  sendResponse(call, 202, ['Content-Length', '0']);
}
