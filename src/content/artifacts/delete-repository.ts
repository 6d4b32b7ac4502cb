import { putInTrash } from '../../access/trash/put-in-trash.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { findVisibleRepositoryId } from '../repositories/repository-reads.ts';
import { hideRepository, lockRepository, lockRepositoryToDelete } from '../repositories/repository-writes.ts';
import { type AskedTags, askAllDeletable, requireAllDeletable } from '../tags/require-unguarded-step.ts';
import { drainRepository } from './drain-repository.ts';

export interface DeleteRepositoryInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly actor: Actor;
  /** Only if it is this one. */
  readonly repositoryId?: number;
  /** What is done when it is hidden: both are, or neither. */
  readonly also?: (tx: Tx) => Promise<void>;
  /** Ends the emptying between two transactions. */
  readonly signal?: AbortSignal;
}

/**
 * Moves a repository with all that is in it to the trash. One transaction hides it, unless one of its tags must stay:
 * all of it is gone from then on, for everybody, and its name is free. What is in it follows page by page, and the
 * project's usage with it; cut off there, `createRepositoryDrain` does the rest.
 * False: it is hidden, and its emptying was stopped.
 * @throws AppError NOT_FOUND, DENIED, TAG_IMMUTABLE
 */
export async function deleteRepository(
  deps: { readonly db: Database },
  input: DeleteRepositoryInput,
): Promise<boolean> {
  const { db } = deps;
  const now = await db.now();
  const id = await findVisibleRepositoryId(db.reader, input.repositoryName);
  if (id === undefined || id !== (input.repositoryId ?? id)) throw unknown(input);
  const asked = await askAllDeletable(db.reader, { ...input, repositoryId: id });
  const trashId = await db.transaction((tx) => hide(tx, { ...input, id, asked, now }));
  return drainRepository(deps, { ...input, id, trashId });
}

async function hide(
  tx: Tx,
  input: DeleteRepositoryInput & { readonly id: number; readonly asked: AskedTags; readonly now: number },
): Promise<number> {
  const { projectId, repositoryName, actor, id, asked, now } = input;
  // Behind the lock nothing is pushed any more, and behind the check no rule is made.
  if (!(await lockRepositoryToDelete(tx, id))) throw unknown(input);
  // It may have been moved meanwhile.
  if ((await lockRepository(tx, input)) !== id) throw unknown(input);
  await requireAllDeletable(tx, { ...input, repositoryId: id }, asked);
  const trashId = await putInTrash(tx, { kind: 'repository', repositoryId: id, actor, now });
  await hideRepository(tx, { id, trashId, now });
  await append(tx, { type: 'repository.deleted', at: now, actor, projectId, object: repositoryName });
  await input.also?.(tx);
  return trashId;
}

function unknown({ repositoryName }: DeleteRepositoryInput): AppError {
  return new AppError('NOT_FOUND', { message: `repository ${repositoryName} not found` });
}
