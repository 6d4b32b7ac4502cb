import { AppError } from '../../lib/errors.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { lockRepository } from '../repositories/repository-writes.ts';
import { changeUsage, releaseInProject } from '../repositories/usage-writes.ts';
import { findCanonical } from './blob-reads.ts';
import { findNeedingManifest, hideLink, lockBlob } from './blob-writes.ts';

export interface DeleteBlobInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly digest: Digest;
  readonly actor: Actor;
}

/**
 * Ends a repository's serving of a blob (distribution-spec, "Deleting Blobs"); the content stays for others, and for
 * the trash.
 * @throws AppError BLOB_UNKNOWN; UNSUPPORTED while a live manifest of the repository needs it
 */
export async function deleteBlob(deps: { readonly db: Database }, input: DeleteBlobInput): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction((tx) => hide(tx, input, now));
}

async function hide(tx: Tx, input: DeleteBlobInput, now: number): Promise<void> {
  const { projectId, repositoryName, actor } = input;
  const repositoryId = await lockRepository(tx, input);
  const digest = await findCanonical(tx, input.digest);
  if (repositoryId === undefined || digest === undefined) throw new AppError('BLOB_UNKNOWN');
  const blob = await lockBlob(tx, digest);
  if (blob === undefined) throw new AppError('BLOB_UNKNOWN');
  // Behind the lock, which a push of a manifest that needs the blob waits for or was waited for.
  const needing = await findNeedingManifest(tx, repositoryId, blob.id);
  if (needing !== undefined) throw needed(needing);
  if (!(await hideLink(tx, repositoryId, blob.id))) throw new AppError('BLOB_UNKNOWN');
  const freed = (await releaseInProject(tx, projectId, blob.id)) ? blob.sizeBytes : 0;
  await append(tx, {
    type: 'blob.deleted',
    at: now,
    actor,
    projectId,
    object: `${repositoryName}@${digest}`,
    data: { size: blob.sizeBytes },
  });
  await changeUsage(tx, projectId, -freed);
}

function needed(manifest: string): AppError {
  return new AppError('UNSUPPORTED', {
    message: `this blob is needed by the manifest ${manifest}`,
    detail: 'delete the manifest first',
    headers: { Allow: 'GET, HEAD' },
  });
}
