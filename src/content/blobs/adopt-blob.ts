import { AppError } from '../../lib/errors.ts';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { Tx } from '../../platform/db/database.ts';
import { ensureRepository } from '../repositories/repository-writes.ts';
import { changeUsage } from '../repositories/usage-writes.ts';
import { linkStored } from './link-blob-step.ts';
import { markGone } from './mark-missing.ts';
import type { OpenBlobDeps } from './open-blob.ts';

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
 * @throws AppError BLOB_UNKNOWN when the object is gone, also meanwhile: it is marked as missing then; BLOB_BUSY while it is being deleted, QUOTA_EXCEEDED
 */
export async function adoptBlob(deps: OpenBlobDeps, input: AdoptBlobInput): Promise<void> {
  // Nobody knows who put it there: what a row calls live has to be durable.
  if (!(await deps.store.makeDurable(input.key))) throw new AppError('BLOB_UNKNOWN');
  const now = await deps.db.now();
  await deps.db.transaction((tx) => adopt(tx, input, now));
  if ((await markGone(deps, [input.digest])).length > 0)
    throw new AppError('BLOB_UNKNOWN', { message: `${input.digest} is gone` });
}

async function adopt(tx: Tx, input: AdoptBlobInput, now: number): Promise<void> {
  const { projectId, repositoryName: name } = input;
  const { id: repositoryId } = await ensureRepository(tx, { projectId, name, now });
  await changeUsage(tx, projectId, (await linkStored(tx, { ...input, repositoryId, now })).chargedBytes);
}
