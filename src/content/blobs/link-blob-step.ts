import type { Tx } from '../../platform/db/database.ts';
import { holdInProject } from '../repositories/usage-writes.ts';
import { putLink } from './blob-writes.ts';

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
