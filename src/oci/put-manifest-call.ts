import { pushManifest } from '../content/artifacts/push-manifest.ts';
import type { TagCondition } from '../content/tags/tag-condition.ts';
import { AppError } from '../lib/errors.ts';
import { maxManifestBytes } from '../lib/oci/manifest.ts';
import { parseReference, type Reference, requireTag, type Tag } from '../lib/oci/tag.ts';
import { smallBody } from '../platform/http/request-body.ts';
import { type OciCall, type OciDeps, trafficOf } from './oci-call.ts';
import { sendResponse } from './send-response.ts';

/** The specification wants at least 10; other registries stop near 46. */
const maxTags = 50;

/** distribution-spec, "Pushing Manifests", end-7a and end-7b. */
export async function putManifestCall(deps: OciDeps, call: OciCall): Promise<void> {
  const reference = parseReference(call.target);
  const tags = tagsOf(call, reference);
  const bytes = await smallBody(call.request, maxManifestBytes);
  if (bytes === undefined) throw new AppError('MANIFEST_TOO_LARGE');
  const { digest, subject } = await pushManifest(deps, {
    projectId: call.project.id,
    repositoryName: call.name.fullName,
    reference,
    tags,
    condition: reference.kind === 'tag' ? conditionOf(call) : undefined,
    bytes,
    contentType: call.request.headers['content-type'],
    sparse: call.project.sparseManifests,
    actor: call.actor,
  });
  deps.pulls.addBytes(trafficOf(call), { pushed: bytes.length });
  const location = `/v2/${call.name.clientForm}/manifests/${digest}`;
  const headers = ['Location', location, 'Docker-Content-Digest', digest, 'Content-Length', '0'];
  if (subject !== undefined) headers.push('OCI-Subject', subject);
  for (const tag of tags) headers.push('OCI-Tag', tag);
  sendResponse(call, 201, headers);
}

/** @throws AppError TOO_MANY_TAGS, TAG_INVALID */
function tagsOf(call: OciCall, reference: Reference): readonly Tag[] {
  const tags = [...new Set(call.query.getAll('tag'))];
  if (tags.length > maxTags) {
    throw new AppError('TOO_MANY_TAGS', {
      message: `the request names ${tags.length} tags, and at most ${maxTags} are made at once`,
      detail: 'push the manifest again with the rest of the tags',
    });
  }
  if (tags.length > 0 && reference.kind === 'tag') {
    throw new AppError('TAG_INVALID', {
      message: 'further tags are made by a push by digest only',
      detail: 'put the digest into the address and all tags into the query',
    });
  }
  return tags.map(requireTag);
}

function conditionOf(call: OciCall): TagCondition | undefined {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = call.request.headers;
  return ifMatch === undefined && ifNoneMatch === undefined ? undefined : { ifMatch, ifNoneMatch };
}
