import { findManifest, readManifest } from '../content/artifacts/find-manifest.ts';
import type { ServedManifest } from '../content/tags/tag-reads.ts';
import { entityTagMatches } from '../lib/oci/entity-tag-matches.ts';
import { parseReference, type Reference } from '../lib/oci/tag.ts';
import { type OciCall, type OciDeps, trafficOf } from './oci-call.ts';
import { sendResponse } from './send-response.ts';

/** distribution-spec, "Pulling manifests", end-3. What was pushed is served, whatever `Accept` says. */
export async function getManifestCall(deps: OciDeps, call: OciCall): Promise<void> {
  const reference = parseReference(call.target);
  const manifest = await find(deps, call.name.fullName, reference);
  const known = call.request.headers['if-none-match'];
  if (known !== undefined && entityTagMatches(known, manifest.digest, 'weak')) {
    sendResponse(call, 304, identity(manifest, reference));
    return;
  }
  const headers = whole(manifest, reference);
  if (call.request.method === 'HEAD') sendResponse(call, 200, headers);
  else {
    sendResponse(call, 200, headers, await readManifest(deps, manifest));
    deps.pulls.add({ ...manifest, tagId: manifest.tagId });
    deps.pulls.addBytes(trafficOf(call), { pulled: manifest.sizeBytes });
    deps.pullLog.add({
      actor: call.actor,
      projectId: call.project.id,
      repositoryName: call.name.fullName,
      digest: manifest.digest,
      tag: reference.kind === 'tag' ? reference.tag : undefined,
    });
  }
}

function find(deps: OciDeps, repositoryName: string, reference: Reference): Promise<ServedManifest> {
  const ask = (): Promise<ServedManifest> => findManifest(deps, { repositoryName, reference });
  return deps.recent === undefined || reference.kind === 'tag'
    ? ask()
    : deps.recent.manifests.ask(repositoryName, `${repositoryName}@${reference.digest}`, ask);
}

function whole(manifest: ServedManifest, reference: Reference): string[] {
  const { mediaType, sizeBytes } = manifest;
  return ['Content-Type', mediaType, 'Content-Length', String(sizeBytes), ...identity(manifest, reference)];
}

/** What a digest stands for never changes; a tag has to be asked for anew. */
function identity({ digest }: ServedManifest, reference: Reference): string[] {
  const headers = ['Docker-Content-Digest', digest, 'ETag', `"${digest}"`];
  return reference.kind === 'tag' ? headers : [...headers, 'Cache-Control', 'max-age=31536000'];
}
