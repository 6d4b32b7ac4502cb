import { AppError } from '../../lib/errors.ts';
import type { Tx } from '../../platform/db/database.ts';
import type { Project } from './project-reads.ts';
import { keepProject, lockProjectToDelete } from './project-writes.ts';

/**
 * The projects between which a repository is moved, in the order of their ids. Neither goes or is renamed meanwhile, and
 * nobody pushes into the one that it leaves.
 * @throws AppError NOT_FOUND
 */
export async function lockForMove(
  tx: Tx,
  input: { readonly from: number; readonly to: number },
): Promise<{ readonly from: Project; readonly to: Project }> {
  const { from, to } = input;
  const locked = new Map<number, Project>();
  for (const id of [...new Set([from, to])].toSorted((a, b) => a - b)) {
    const lock = id === from && from !== to ? lockProjectToDelete : keepProject;
    const project = await lock(tx, id);
    if (project !== undefined) locked.set(id, project);
  }
  const [source, target] = [locked.get(from), locked.get(to)];
  if (source === undefined || target === undefined)
    throw new AppError('NOT_FOUND', { message: 'there is no such project' });
  return { from: source, to: target };
}
