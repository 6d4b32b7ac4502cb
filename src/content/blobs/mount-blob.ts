import type { Digest } from '../../lib/oci/digest.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { findRepositoryId } from '../repositories/repository-reads.ts';
import { ensureRepository } from '../repositories/repository-writes.ts';
import { changeUsage } from '../repositories/usage-writes.ts';
import { findCanonical, findLinkedBlob } from './blob-reads.ts';
import { isLinked, lockBlob } from './blob-writes.ts';
import { linkBlob } from './link-blob-step.ts';

export interface MountBlobInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly digest: Digest;
  /** A repository that the caller may pull from. */
  readonly sourceName: string;
  readonly actor: Actor;
}

/**
 * Lets a repository serve a blob that another one holds (distribution-spec, "Mounting a blob from another repository").
 * False: the other one does not hold it.
 * @throws AppError QUOTA_EXCEEDED, NAME_UNKNOWN
 */
export async function mountBlob(deps: { readonly db: Database }, input: MountBlobInput): Promise<boolean> {
  if ((await findLinkedBlob(deps.db.reader, input.sourceName, input.digest)) === undefined) return false;
  const now = await deps.db.now();
  return deps.db.transaction((tx) => mount(tx, input, now));
}

async function mount(tx: Tx, input: MountBlobInput, now: number): Promise<boolean> {
  const { projectId, repositoryName, sourceName, actor } = input;
  const digest = await findCanonical(tx, input.digest);
  if (digest === undefined) return false;
  const sourceId = await findRepositoryId(tx, sourceName);
  const target = await ensureRepository(tx, { projectId, name: repositoryName, now });
  const blob = await lockBlob(tx, digest);
  // Looked at behind the lock: a sweep or a deletion may have been faster.
  if (sourceId === undefined || blob?.state !== 'live' || !(await isLinked(tx, sourceId, blob.id)))
    return false;
  const { id: blobId, sizeBytes } = blob;
  const charged = await linkBlob(tx, { projectId, repositoryId: target.id, blobId, sizeBytes, now });
  await append(tx, {
    type: 'blob.mounted',
    at: now,
    actor,
    projectId,
    object: `${repositoryName}@${digest}`,
    data: { from: sourceName, size: sizeBytes },
  });
  await changeUsage(tx, projectId, charged);
  return true;
}
