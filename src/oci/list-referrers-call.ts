import { findCurrentName } from '../access/names/former-name-reads.ts';
import { listReferrers } from '../content/referrers/list-referrers.ts';
import { AppError } from '../lib/errors.ts';
import { requireDigest } from '../lib/oci/digest.ts';
import { mediaTypes } from '../lib/oci/media-types.ts';
import type { OciCall, OciDeps } from './oci-call.ts';
import { sendResponse } from './send-response.ts';

/**
 * distribution-spec, "Listing Referrers", end-12. Never 404: clients would take the registry for one without the
 * API. Only an earlier name of a repository is refused, so that it is asked for by the one of now.
 */
export async function listReferrersCall(deps: OciDeps, call: OciCall): Promise<void> {
  const subject = requireDigest(call.target);
  const asked = call.query.get('artifactType') ?? '';
  const artifactType = asked === '' ? undefined : asked;
  const { referrers, next } = await listReferrers(deps, {
    repositoryName: call.name.fullName,
    subject,
    artifactType,
    after: call.query.get('last') ?? undefined,
  });
  if (referrers.length === 0 && (await findCurrentName(deps, call.name)) !== undefined)
    throw new AppError('NAME_UNKNOWN');
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: referrers };
  const body = Buffer.from(JSON.stringify(index));
  const headers = ['Content-Type', mediaTypes.ociIndex, 'Content-Length', String(body.length)];
  if (artifactType !== undefined) headers.push('OCI-Filters-Applied', 'artifactType');
  if (next !== undefined) {
    const query = new URLSearchParams(artifactType === undefined ? {} : { artifactType });
    query.set('last', next);
    const path = `/v2/${call.name.clientForm}/referrers/${subject}`;
    headers.push('Link', `<${path}?${query.toString()}>; rel="next"`);
  }
  sendResponse(call, 200, headers, body);
}
