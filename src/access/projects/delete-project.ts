import { AppError } from '../../lib/errors.ts';
import { trashMs } from '../../lib/trash-ms.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { findShownRepository, lockProject, trashProject } from './project-writes.ts';

/**
 * Deletes a project without repositories. One that is made later under its name is another one: tokens, grants and
 * uploads of this one do not reach it.
 * @throws AppError NOT_FOUND, PROJECT_NOT_EMPTY
 */
export async function deleteProject(
  deps: { readonly db: Database },
  input: { projectId: number; actor: Actor },
): Promise<void> {
  const { projectId: id, actor } = input;
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const project = await lockProject(tx, id);
    if (project === undefined) throw new AppError('NOT_FOUND', { message: 'the project was deleted' });
    const repository = await findShownRepository(tx, id);
    if (repository !== undefined) {
      throw new AppError('PROJECT_NOT_EMPTY', {
        message: `the project ${project.name} contains repositories, such as ${repository}; delete them first`,
      });
    }
    await trashProject(tx, { id, now, purgeAfter: now + trashMs });
    await append(tx, { type: 'project.deleted', at: now, actor, projectId: id, object: project.name });
  });
}
