import { AppError } from '../../lib/errors.ts';
import { trashMs } from '../../lib/trash-ms.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { putInTrash } from '../trash/put-in-trash.ts';
import { findFilledRepository } from './project-reads.ts';
import {
  deleteGrantsOf,
  deleteRobotsOf,
  endUploadsOf,
  lockProjectToDelete,
  rolesToKeep,
  trashProject,
} from './project-writes.ts';

export interface DeleteProjectInput {
  readonly projectId: number;
  readonly actor: Actor;
}

/**
 * Moves a project to the trash that holds no artifact any more, with its empty repositories, its grants, its robots and what is
 * on its way into it: a project that is made under the name afterwards begins with nothing.
 * @throws AppError NOT_FOUND, PROJECT_NOT_EMPTY
 */
export async function deleteProject(
  deps: { readonly db: Database },
  input: DeleteProjectInput,
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction((tx) => remove(tx, input, now));
}

/** The same for a project of which `holds` is still true when nobody else can change it; false: it is not. */
export async function deleteProjectIf(
  deps: { readonly db: Database },
  input: DeleteProjectInput,
  holds: (tx: Tx) => Promise<boolean>,
): Promise<boolean> {
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    if ((await lockProjectToDelete(tx, input.projectId)) === undefined || !(await holds(tx))) return false;
    await remove(tx, input, now);
    return true;
  });
}

async function remove(tx: Tx, input: DeleteProjectInput, now: number): Promise<void> {
  const { projectId, actor } = input;
  const project = await lockProjectToDelete(tx, projectId);
  if (project === undefined) throw new AppError('NOT_FOUND', { message: 'there is no such project' });
  // A statement of its own: what was pushed while the lock was waited for has to be seen.
  const filled = await findFilledRepository(tx, projectId);
  if (filled !== undefined) {
    throw new AppError('PROJECT_NOT_EMPTY', {
      message: `the project ${project.name} contains repositories, such as ${filled}`,
      detail: 'delete their artifacts first',
    });
  }
  const kept = JSON.stringify(await rolesToKeep(tx, projectId));
  const trashId = await putInTrash(tx, { kind: 'project', projectId, kept, actor, now });
  await trashProject(tx, { projectId, trashId, now, purgeAfter: now + trashMs });
  await endUploadsOf(tx, projectId);
  await deleteRobotsOf(tx, projectId);
  await deleteGrantsOf(tx, projectId);
  await append(tx, { type: 'project.deleted', at: now, actor, projectId, object: project.name });
}
