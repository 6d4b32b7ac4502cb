import { addFreed } from '../../access/trash/put-in-trash.ts';
import { trashMs } from '../../lib/trash-ms.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { hideAllLinks, lockBlobsOfManifests } from '../blobs/blob-writes.ts';
import { type HiddenRepository, lockHidden, trashRepository } from '../repositories/repository-writes.ts';
import { changeUsage, releaseInProject } from '../repositories/usage-writes.ts';
import { lockArtifact } from './artifact-writes.ts';
import { pageOfHeld } from './dependents-reads.ts';
import { trashArtifact } from './trash-artifact-step.ts';

/** Of one transaction, so that others get their turn. */
const pageSize = 100;

export interface DrainRepositoryInput extends HiddenRepository {
  readonly actor: Actor;
  /** Ends it between two transactions; what is left is done by the next one. */
  readonly signal?: AbortSignal;
}

/**
 * Moves what is in a hidden repository to the trash, and relieves the project of it. Nothing comes into it any more;
 * two that are at it at once share the work. False: it was stopped.
 */
export async function drainRepository(
  { db }: { readonly db: Database },
  input: DrainRepositoryInput,
): Promise<boolean> {
  const now = await db.now();
  while (await db.transaction((tx) => trashPage(tx, input, now))) {
    if (input.signal?.aborted === true) return false;
  }
  await db.transaction((tx) => trashRest(tx, input, now));
  return true;
}

/** False: there are no artifacts left, or the repository was restored meanwhile, with what is in it. */
async function trashPage(tx: Tx, input: DrainRepositoryInput, now: number): Promise<boolean> {
  const { id: repositoryId } = input;
  if (!(await lockHidden(tx, input))) return false;
  const found = await pageOfHeld(tx, repositoryId, pageSize);
  const page = found.toSorted((a, b) => a.id - b.id);
  await lockBlobsOfManifests(
    tx,
    page.map(({ digest }) => digest),
  );
  let freed = 0;
  for (const { digest } of page) {
    const artifact = await lockArtifact(tx, repositoryId, digest);
    if (artifact === undefined) continue;
    freed += await trashArtifact(tx, {
      ...input,
      repositoryId,
      artifact,
      digest,
      now,
      tagsMayGo: true,
      step: true,
    });
  }
  if (input.trashId !== null) await addFreed(tx, input.trashId, freed);
  await changeUsage(tx, input.projectId, -freed);
  return page.length > 0;
}

/** What was uploaded, but never part of an artifact. */
async function trashRest(tx: Tx, input: DrainRepositoryInput, now: number): Promise<void> {
  const { id, projectId, trashId } = input;
  if (!(await lockHidden(tx, input))) return;
  let freed = 0;
  for (const blob of await hideAllLinks(tx, id)) {
    if (await releaseInProject(tx, projectId, blob.id)) freed += blob.size;
  }
  await trashRepository(tx, id, now + trashMs);
  if (trashId !== null) await addFreed(tx, trashId, freed);
  await changeUsage(tx, projectId, -freed);
}
