import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { findVisibleRepositoryId } from '../repositories/repository-reads.ts';
import { hideRepository, lockRepositoryToDelete } from '../repositories/repository-writes.ts';
import { requireAllDeletable } from '../tags/require-movable-step.ts';
import { drainRepository } from './drain-repository.ts';

export interface DeleteRepositoryInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly actor: Actor;
}

/**
 * Moves a repository with all that is in it to the trash. One transaction hides it, unless one of its tags must stay:
 * all of it is gone from then on, for everybody, and its name is free. What is in it follows page by page, and the
 * project's usage with it; cut off there, `createRepositoryDrain` does the rest.
 * @throws AppError NOT_FOUND, TAG_IMMUTABLE
 */
export async function deleteRepository(
  deps: { readonly db: Database },
  input: DeleteRepositoryInput,
): Promise<void> {
  const now = await deps.db.now();
  const id = await deps.db.transaction((tx) => hide(tx, input, now));
  await drainRepository(deps, { ...input, id });
}

async function hide(tx: Tx, input: DeleteRepositoryInput, now: number): Promise<number> {
  const { projectId, repositoryName, actor } = input;
  const id = await findVisibleRepositoryId(tx, repositoryName);
  // Behind the lock nothing is pushed any more, and behind the check no rule is made.
  if (id === undefined || !(await lockRepositoryToDelete(tx, id))) {
    throw new AppError('NOT_FOUND', { message: `repository ${repositoryName} not found` });
  }
  await requireAllDeletable(tx, { ...input, repositoryId: id });
  await hideRepository(tx, id, now);
  await append(tx, { type: 'repository.deleted', at: now, actor, projectId, object: repositoryName });
  return id;
}
