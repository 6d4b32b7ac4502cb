import { changePlace, type PlaceInProject } from '../../../access/names/change-place.ts';
import { lockForMove } from '../../../access/projects/lock-for-move.ts';
import { because } from '../../../lib/because.ts';
import { AppError } from '../../../lib/errors.ts';
import { parseRepositoryName } from '../../../lib/oci/repository-name.ts';
import type { Database, Tx } from '../../../platform/db/database.ts';
import { type Actor, append } from '../../../platform/events/append.ts';
import { findVisibleRepositoryId } from '../../repositories/repository-reads.ts';
import { lockRepositoryToDelete } from '../../repositories/repository-writes.ts';
import { changeUsage } from '../../repositories/usage-writes.ts';
import { requireStillKept } from '../../tags/require-unguarded-step.ts';
import { transferLabels } from './label-transfer-writes.ts';
import { endUploadsInto, putRepository } from './move-writes.ts';
import { transferHeld } from './usage-transfer-writes.ts';

export interface MoveRepositoryInput {
  readonly from: PlaceInProject;
  readonly to: PlaceInProject;
  /** So long pulls by the old name go on, and nothing else gets it. */
  readonly keptMs: number;
  readonly actor: Actor;
}

/**
 * Gives a repository another name, also in another project: its artifacts, tags, history, labels and counts go along.
 * One transaction. Whoever pushes into it is waited for, and uploads into it that have begun end. The place where it is
 * already leaves no event.
 * @throws AppError NOT_FOUND, NAME_INVALID, CONFLICT, QUOTA_EXCEEDED, TAG_IMMUTABLE for a tag that must stay and that
 * no rule would keep at the new place, DENIED for one that is protected from the mover at either place
 */
export async function moveRepository(
  deps: { readonly db: Database },
  input: MoveRepositoryInput,
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction((tx) => move(tx, input, now));
}

async function move(tx: Tx, input: MoveRepositoryInput, now: number): Promise<void> {
  const { from, to, keptMs, actor } = input;
  const projects = await lockForMove(tx, { from: from.projectId, to: to.projectId });
  const repositoryName = `${projects.from.name}/${from.path}`;
  const { fullName: name } = parseRepositoryName(`${projects.to.name}/${to.path}`, '');
  const id = await lockWhole(tx, repositoryName);
  if (name === repositoryName) return;
  if (!(await putRepository(tx, { id, projectId: to.projectId, name, now }))) {
    throw new AppError('CONFLICT', {
      message: `there is a repository ${name} already`,
      detail: 'choose another name',
      because: because('repository exists', { name }),
    });
  }
  await changePlace(tx, { repositoryId: id, from, to, name, now, keptMs });
  await requireStillKept(tx, {
    repositoryId: id,
    from: { projectId: from.projectId, repositoryName, actor },
    to: { projectId: to.projectId, repositoryName: name, actor },
  });
  await endUploadsInto(tx, { projectId: from.projectId, name: repositoryName });
  await append(tx, {
    type: 'repository.moved',
    at: now,
    actor,
    projectId: from.projectId,
    object: name,
    data: { nameBefore: repositoryName, name },
  });
  if (from.projectId !== to.projectId)
    await transfer(tx, { repositoryId: id, from: from.projectId, to: to.projectId, now });
}

/** @throws AppError NOT_FOUND */
async function lockWhole(tx: Tx, name: string): Promise<number> {
  const id = await findVisibleRepositoryId(tx, name);
  // Behind the lock it is looked up again: who had it first may have moved it.
  if (id !== undefined && (await lockRepositoryToDelete(tx, id)))
    if ((await findVisibleRepositoryId(tx, name)) === id) return id;
  throw new AppError('NOT_FOUND', { message: `repository ${name} not found` });
}

async function transfer(
  tx: Tx,
  input: { readonly repositoryId: number; readonly from: number; readonly to: number; readonly now: number },
): Promise<void> {
  const { from, to } = input;
  await transferLabels(tx, input);
  const { freed, charged } = await transferHeld(tx, input);
  const changes = [
    { projectId: from, bytes: -freed },
    { projectId: to, bytes: charged },
  ].toSorted((a, b) => a.projectId - b.projectId);
  for (const { projectId, bytes } of changes) await changeUsage(tx, projectId, bytes);
}
