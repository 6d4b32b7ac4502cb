import { AppError } from '../../lib/errors.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import { trashMs } from '../../lib/trash-ms.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { findCanonical } from '../blobs/blob-reads.ts';
import { hideUnreferencedLinks, lockBlobsOfManifest } from '../blobs/blob-writes.ts';
import { findRepositoryId } from '../repositories/repository-reads.ts';
import { changeUsage, releaseInProject } from '../repositories/usage-writes.ts';
import { addTagHistory, trashTagsOf } from '../tags/tag-writes.ts';
import { findHolder, lockArtifact, trashArtifact } from './artifact-writes.ts';

export interface DeleteArtifactInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly digest: Digest;
  readonly actor: Actor;
}

/**
 * Moves an artifact and all its tags to the trash (distribution-spec, "Deleting Manifests"). Layers that nothing
 * else in the repository needs are hidden with it.
 * @throws AppError MANIFEST_UNKNOWN; UNSUPPORTED while a live index lists it
 */
export async function deleteArtifact(
  deps: { readonly db: Database },
  input: DeleteArtifactInput,
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction((tx) => trash(tx, input, now));
}

async function trash(tx: Tx, input: DeleteArtifactInput, now: number): Promise<void> {
  const { projectId, repositoryName, actor } = input;
  const repositoryId = await findRepositoryId(tx, repositoryName);
  const digest = await findCanonical(tx, input.digest);
  if (repositoryId === undefined || digest === undefined) throw new AppError('MANIFEST_UNKNOWN');
  await lockBlobsOfManifest(tx, digest);
  const artifact = await lockArtifact(tx, repositoryId, digest);
  if (artifact === undefined) throw new AppError('MANIFEST_UNKNOWN');
  await refuseHeld(tx, repositoryId, artifact.blob_id);
  const purgeAfter = now + trashMs;
  for (const tag of await trashTagsOf(tx, { artifactId: artifact.id, now, purgeAfter })) {
    const { name, digest: previous } = tag;
    await addTagHistory(tx, { repositoryId, name, digest: null, previous, actor: actor.principal, now });
  }
  await trashArtifact(tx, { id: artifact.id, now, purgeAfter });
  let freed = (await releaseInProject(tx, projectId, artifact.blob_id)) ? artifact.size : 0;
  for (const blob of await hideUnreferencedLinks(tx, { repositoryId, manifestId: artifact.blob_id })) {
    if (await releaseInProject(tx, projectId, blob.id)) freed += blob.size;
  }
  await append(tx, {
    type: 'artifact.deleted',
    at: now,
    actor,
    projectId,
    object: `${repositoryName}@${digest}`,
  });
  await changeUsage(tx, projectId, -freed);
}

async function refuseHeld(tx: Tx, repositoryId: number, blobId: number): Promise<void> {
  const holder = await findHolder(tx, repositoryId, blobId);
  if (holder === undefined) return;
  throw new AppError('UNSUPPORTED', {
    message: `this manifest is listed by the index ${holder}`,
    detail: 'delete the index first',
    headers: { Allow: 'GET, HEAD, PUT' },
  });
}
