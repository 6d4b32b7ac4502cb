import { findCurrentName } from '../access/names/former-name-reads.ts';
import { reserved } from '../access/names/reserved.ts';
import { findMountCandidates } from '../content/blobs/blob-reads.ts';
import { mountBlob } from '../content/blobs/mount-blob.ts';
import { startUpload } from '../content/uploads/start-upload.ts';
import { uploadAtOnce } from '../content/uploads/upload-at-once.ts';
import { type Digest, isCanonical, requireAlgorithm, requireDigest } from '../lib/oci/digest.ts';
import { type ParsedName, readRepositoryName } from '../lib/oci/repository-name.ts';
import type { StoreCapabilities } from '../platform/blobstore/blob-store.ts';
import { type OciCall, type OciDeps, trafficOf } from './oci-call.ts';
import { countedBody, sendBlobMade, sendProgress } from './upload-calls.ts';

/** So many repositories are asked whether the caller may pull from them, before the blob is to be pushed. */
const maxCandidates = 20;

/**
 * distribution-spec, "Pushing blobs" and "Mounting a blob from another repository": end-4a, end-4b, end-4c, end-11.
 * What cannot be mounted becomes an upload.
 */
export async function startUploadCall(deps: OciDeps, call: OciCall): Promise<void> {
  const { query } = call;
  const moved = await findCurrentName(deps, call.name);
  // Its bytes would be taken in vain.
  if (moved !== undefined) throw reserved(call.name.fullName, moved);
  const mount = query.get('mount');
  const wanted = mount === null ? undefined : requireDigest(mount);
  if (wanted !== undefined && (await mounted(deps, call, wanted))) {
    sendBlobMade(call, wanted);
    return;
  }
  const whole = query.get('digest');
  const digest = whole === null ? undefined : requireDigest(whole);
  const algorithm = requireAlgorithm(query.get('digest-algorithm') ?? 'sha256');
  const owner = {
    projectId: call.project.id,
    repositoryName: call.name.fullName,
    principal: call.actor.principal,
  };
  if (digest !== undefined) {
    const body = countedBody(call);
    await uploadAtOnce(deps, { ...owner, digest, body, actor: call.actor });
    deps.pulls.addBytes(trafficOf(call), { pushed: body.bytes() });
    sendBlobMade(call, digest);
    return;
  }
  const sha512 = algorithm === 'sha512' || (wanted !== undefined && !isCanonical(wanted));
  const id = await startUpload(deps, { ...owner, sha512 });
  sendProgress(call, 202, { id, offset: 0 }, chunkMinimum(deps.store.capabilities));
}

/** Smaller chunks are taken all the same, but each costs an object of its own. */
export function chunkMinimum(capabilities: StoreCapabilities): string[] {
  const { minimumPartBytes } = capabilities;
  return minimumPartBytes > 0 ? ['OCI-Chunk-Min-Length', String(minimumPartBytes)] : [];
}

/** From the repository that is named, or, when none is, from any that the caller may pull from. */
async function mounted(deps: OciDeps, call: OciCall, digest: Digest): Promise<boolean> {
  const from = call.query.get('from');
  const names = from === null ? await candidates(deps, call, digest) : [from];
  const mount = ({ fullName: sourceName }: ParsedName): Promise<boolean> =>
    mountBlob(deps, {
      projectId: call.project.id,
      repositoryName: call.name.fullName,
      digest,
      sourceName,
      actor: call.actor,
    });
  for (const each of names) {
    const source = readRepositoryName(each, deps.defaultProject);
    if (source === undefined) continue;
    if ((await call.mayPull(source)) && (await mount(source))) return true;
    // Clients name the repository that they pulled from, by an earlier name, too.
    const current = from === null ? undefined : await call.formerly(source);
    if (current !== undefined && (await mount(current))) return true;
  }
  return false;
}

async function candidates(deps: OciDeps, call: OciCall, digest: Digest): Promise<string[]> {
  const projectId = call.project.id;
  const where = await call.readable();
  const found = await findMountCandidates(deps.db.reader, { digest, projectId, count: maxCandidates, where });
  return found.map((candidate) => candidate.fullName);
}
