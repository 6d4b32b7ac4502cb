import { AppError } from '../../lib/errors.ts';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { Tx } from '../../platform/db/database.ts';
import { append, systemActor } from '../../platform/events/append.ts';
import { holdInProject } from '../repositories/usage-writes.ts';
import { isLinked, lockBlob, putLink, setBlobState } from './blob-writes.ts';
import { insertBlob } from './reference-writes.ts';

/** Lets a repository serve a blob. Returns the bytes that the project is charged for it; the blob's row has to be locked. */
export async function linkBlob(
  tx: Tx,
  input: { projectId: number; repositoryId: number; blobId: number; sizeBytes: number; now: number },
): Promise<number> {
  const { projectId, repositoryId, blobId, sizeBytes, now } = input;
  const added = await putLink(tx, { repositoryId, blobId, now });
  if (!added) return 0;
  return (await holdInProject(tx, projectId, blobId)) ? sizeBytes : 0;
}

export interface StoredContent {
  readonly projectId: number;
  readonly repositoryId: number;
  readonly repositoryName: string;
  readonly digest: CanonicalDigest;
  readonly sizeBytes: number;
  readonly now: number;
}

/**
 * Makes content that lies durably at its key a live blob of a repository, whether a row speaks of it or none does.
 * @throws AppError BLOB_BUSY while it is being deleted
 */
export async function linkStored(
  tx: Tx,
  input: StoredContent,
): Promise<{ blobId: number; added: boolean; chargedBytes: number }> {
  const { projectId, repositoryId, repositoryName, digest, sizeBytes, now } = input;
  const blobId = await makeLive(tx, digest, sizeBytes, now);
  if (await isLinked(tx, repositoryId, blobId)) return { blobId, added: false, chargedBytes: 0 };
  const chargedBytes = await linkBlob(tx, { projectId, repositoryId, blobId, sizeBytes, now });
  await append(tx, {
    type: 'blob.pushed',
    at: now,
    actor: systemActor,
    projectId,
    object: `${repositoryName}@${digest}`,
    data: { size: sizeBytes },
  });
  return { blobId, added: true, chargedBytes };
}

async function makeLive(tx: Tx, digest: CanonicalDigest, size: number, now: number): Promise<number> {
  const found = await lockBlob(tx, digest);
  if (found === undefined) {
    const made = await insertBlob(tx, { digest, size, state: 'live', now });
    return made ?? makeLive(tx, digest, size, now);
  }
  if (found.state === 'live') return found.id;
  // One that was condemned is taken back, as by a push.
  if (found.state === 'deleting' || found.state === 'burnt') throw new AppError('BLOB_BUSY');
  await setBlobState(tx, { id: found.id, state: 'live', size, storageKey: null, now });
  return found.id;
}
