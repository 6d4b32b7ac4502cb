import { AppError } from '../../lib/errors.ts';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { ensureRepository } from '../repositories/repository-writes.ts';
import { changeUsage } from '../repositories/usage-writes.ts';
import { linkStored } from './link-blob-step.ts';

export interface AdoptBlobInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly digest: CanonicalDigest;
  /** Where it lies: the canonical key, unless a row of live content says otherwise. */
  readonly key: string;
  readonly sizeBytes: number;
}

/**
 * Lets a repository serve content that lies in the storage, and that the caller has read whole and verified, whether a
 * row speaks of it or none does.
 * @throws AppError BLOB_UNKNOWN when the object is gone, BLOB_BUSY while it is being deleted, QUOTA_EXCEEDED
 */
export async function adoptBlob(
  deps: { readonly db: Database; readonly store: BlobStore },
  input: AdoptBlobInput,
): Promise<void> {
  // Nobody knows who put it there: what a row calls live has to be durable.
  if (!(await deps.store.makeDurable(input.key))) throw new AppError('BLOB_UNKNOWN');
  const now = await deps.db.now();
  await deps.db.transaction((tx) => adopt(tx, input, now));
}

async function adopt(tx: Tx, input: AdoptBlobInput, now: number): Promise<void> {
  const { projectId, repositoryName: name } = input;
  const { id: repositoryId } = await ensureRepository(tx, { projectId, name, now });
  await changeUsage(tx, projectId, (await linkStored(tx, { ...input, repositoryId, now })).chargedBytes);
}
