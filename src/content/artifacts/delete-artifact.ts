import { addFreed, putInTrash } from '../../access/trash/put-in-trash.ts';
import { AppError } from '../../lib/errors.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { findCanonical } from '../blobs/blob-reads.ts';
import { lockBlobsOfManifests } from '../blobs/blob-writes.ts';
import { lockRepository, touchRepository } from '../repositories/repository-writes.ts';
import { changeUsage } from '../repositories/usage-writes.ts';
import { findHolder, lockArtifact } from './artifact-writes.ts';
import { trashArtifact } from './trash-artifact-step.ts';

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
  const { projectId } = input;
  const repositoryId = await lockRepository(tx, input);
  const digest = await findCanonical(tx, input.digest);
  if (repositoryId === undefined || digest === undefined) throw new AppError('MANIFEST_UNKNOWN');
  await lockBlobsOfManifests(tx, [digest]);
  const artifact = await lockArtifact(tx, repositoryId, digest);
  if (artifact === undefined) throw new AppError('MANIFEST_UNKNOWN');
  await refuseHeld(tx, repositoryId, artifact.blobId);
  const trashId = await putInTrash(tx, { kind: 'artifact', repositoryId, digest, actor: input.actor, now });
  const freed = await trashArtifact(tx, { ...input, repositoryId, artifact, digest, trashId, now });
  await addFreed(tx, trashId, freed);
  await touchRepository(tx, repositoryId, now);
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
