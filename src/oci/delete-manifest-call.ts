import { deleteArtifact } from '../content/artifacts/delete-artifact.ts';
import { deleteTag } from '../content/tags/delete-tag.ts';
import { parseReference } from '../lib/oci/tag.ts';
import type { OciCall, OciDeps } from './oci-call.ts';
import { sendResponse } from './send-response.ts';

/** distribution-spec, "Content Management", end-9: by tag only the tag goes, by digest the manifest and its tags. */
export async function deleteManifestCall(deps: OciDeps, call: OciCall): Promise<void> {
  const reference = parseReference(call.target);
  const where = { projectId: call.projectId, repositoryName: call.name.fullName, actor: call.actor };
  if (reference.kind === 'tag') await deleteTag(deps, { ...where, tag: reference.tag });
  else await deleteArtifact(deps, { ...where, digest: reference.digest });
  sendResponse(call, 202, ['Content-Length', '0']);
}
