import { pushManifest } from '../content/artifacts/push-manifest.ts';
import { maxManifestBytes } from '../lib/oci/manifest.ts';
import { parseReference } from '../lib/oci/tag.ts';
import type { OciCall, OciDeps } from './oci-call.ts';
import { readSmallBody } from './request-body.ts';
import { sendResponse } from './send-response.ts';

/** distribution-spec, "Pushing Manifests", end-7. */
export async function putManifestCall(deps: OciDeps, call: OciCall): Promise<void> {
  const reference = parseReference(call.target);
  const bytes = await readSmallBody(call.request, maxManifestBytes);
  const digest = await pushManifest(deps, {
    projectId: call.projectId,
    repositoryName: call.name.fullName,
    reference,
    bytes,
    contentType: call.request.headers['content-type'],
    actor: call.actor,
  });
  const location = `/v2/${call.name.clientForm}/manifests/${digest}`;
  sendResponse(call, 201, ['Location', location, 'Docker-Content-Digest', digest, 'Content-Length', '0']);
}
