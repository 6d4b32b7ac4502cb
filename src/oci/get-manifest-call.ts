import { findManifest, getManifest } from '../content/artifacts/get-manifest.ts';
import type { ServedManifest } from '../content/tags/tag-reads.ts';
import { parseReference } from '../lib/oci/tag.ts';
import type { OciCall, OciDeps } from './oci-call.ts';
import { sendResponse } from './send-response.ts';

/** distribution-spec, "Pulling manifests", end-3. What was pushed is served, whatever `Accept` says. */
export async function getManifestCall(deps: OciDeps, call: OciCall): Promise<void> {
  const input = { repositoryName: call.name.fullName, reference: parseReference(call.target) };
  if (call.request.method === 'HEAD') {
    sendResponse(call, 200, headers(await findManifest(deps, input)));
    return;
  }
  const { manifest, bytes } = await getManifest(deps, input);
  sendResponse(call, 200, headers(manifest), bytes);
}

function headers(manifest: ServedManifest): string[] {
  return [
    'Content-Type',
    manifest.mediaType,
    'Content-Length',
    String(manifest.sizeBytes),
    'Docker-Content-Digest',
    manifest.digest,
    'ETag',
    `"${manifest.digest}"`,
  ];
}
