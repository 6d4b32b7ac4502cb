import { AppError } from '../../lib/errors.ts';
import { trashMs } from '../../lib/trash-ms.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { hideAllLinks, lockBlobsOfManifests } from '../blobs/blob-writes.ts';
import { findVisibleRepositoryId } from '../repositories/repository-reads.ts';
import { lockRepositoryToDelete, trashRepository } from '../repositories/repository-writes.ts';
import { changeUsage, releaseInProject } from '../repositories/usage-writes.ts';
import { requireAllDeletable } from '../tags/require-movable-step.ts';
import { lockArtifact } from './artifact-writes.ts';
import { type FoundArtifact, pageOfHeld } from './dependents-reads.ts';
import { trashArtifact } from './trash-artifact-step.ts';

/** Of one transaction, so that others get their turn. */
const pageSize = 100;

export interface DeleteRepositoryInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly actor: Actor;
}

/**
 * Moves a repository with all that is in it to the trash; its name is free from then on. Artifacts hold each other
 * only among themselves, so none of them is in the way. Cut off in the middle, it has removed some of them, and is
 * done again.
 * @throws AppError NOT_FOUND, TAG_IMMUTABLE
 */
export async function deleteRepository(
  deps: { readonly db: Database },
  input: DeleteRepositoryInput,
): Promise<void> {
  const { db } = deps;
  const now = await db.now();
  const id = await findVisibleRepositoryId(db.reader, input.repositoryName);
  if (id === undefined) throw unknown(input);
  await requireAllDeletable(db.reader, { ...input, repositoryId: id });
  for (;;) {
    const page = await pageOfHeld(db.reader, id, pageSize);
    if (page.length < pageSize) break;
    await db.transaction(async (tx) =>
      changeUsage(tx, input.projectId, -(await trashAll(tx, input, { id, page, now }))),
    );
  }
  await db.transaction((tx) => removeLast(tx, input, id, now));
}

async function removeLast(tx: Tx, input: DeleteRepositoryInput, id: number, now: number): Promise<void> {
  const { projectId, repositoryName, actor } = input;
  if (!(await lockRepositoryToDelete(tx, id))) throw unknown(input);
  // Behind the lock nothing is pushed any more.
  const page = await pageOfHeld(tx, id, Number.MAX_SAFE_INTEGER);
  let freed = await trashAll(tx, input, { id, page, now });
  for (const blob of await hideAllLinks(tx, id)) {
    if (await releaseInProject(tx, projectId, blob.id)) freed += blob.size;
  }
  await trashRepository(tx, { id, now, purgeAfter: now + trashMs });
  await append(tx, { type: 'repository.deleted', at: now, actor, projectId, object: repositoryName });
  await changeUsage(tx, projectId, -freed);
}

async function trashAll(
  tx: Tx,
  input: DeleteRepositoryInput,
  given: { id: number; page: readonly FoundArtifact[]; now: number },
): Promise<number> {
  const { id: repositoryId, now } = given;
  let freed = 0;
  const page = given.page.toSorted((a, b) => a.id - b.id);
  await lockBlobsOfManifests(
    tx,
    page.map(({ digest }) => digest),
  );
  for (const { digest } of page) {
    const artifact = await lockArtifact(tx, repositoryId, digest);
    if (artifact === undefined) continue;
    freed += await trashArtifact(tx, { ...input, repositoryId, artifact, digest, now });
  }
  return freed;
}

function unknown({ repositoryName }: DeleteRepositoryInput): AppError {
  return new AppError('NOT_FOUND', { message: `repository ${repositoryName} not found` });
}
