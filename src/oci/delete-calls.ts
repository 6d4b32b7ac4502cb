import { deleteArtifact } from '../content/artifacts/delete-artifact.ts';
import { deleteBlob } from '../content/blobs/delete-blob.ts';
import { deleteTag } from '../content/tags/delete-tag.ts';
import { requireDigest } from '../lib/oci/digest.ts';
import { parseReference } from '../lib/oci/tag.ts';
import type { OciCall, OciDeps } from './oci-call.ts';
import { sendResponse } from './send-response.ts';

/** distribution-spec, "Content Management", end-9: by tag only the tag goes, by digest the manifest and its tags. */
async function manifest(deps: OciDeps, call: OciCall): Promise<void> {
  const reference = parseReference(call.target);
  if (reference.kind === 'tag') await deleteTag(deps, { ...where(call), tag: reference.tag });
  else await deleteArtifact(deps, { ...where(call), digest: reference.digest });
  sendResponse(call, 202, ['Content-Length', '0']);
}

/** end-10 */
async function blob(deps: OciDeps, call: OciCall): Promise<void> {
  await deleteBlob(deps, { ...where(call), digest: requireDigest(call.target) });
  sendResponse(call, 202, ['Content-Length', '0']);
}

function where(call: OciCall) {
  return { projectId: call.project.id, repositoryName: call.name.fullName, actor: call.actor };
}

export const deleteCalls = { manifest, blob };
