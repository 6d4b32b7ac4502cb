import { AppError } from '../../lib/errors.ts';
import type { Queries } from '../../platform/db/database.ts';
import { findProject, type Project } from './project-reads.ts';

/**
 * For those to whom nothing is hidden.
 * @throws AppError NOT_FOUND
 */
export async function requireProject(db: Queries, name: string): Promise<Project> {
  const project = await findProject(db, name);
  if (project !== undefined) return project;
  throw new AppError('NOT_FOUND', {
    message: `there is no project "${name.slice(0, 255)}"`,
    detail: 'berth project list shows what there is',
  });
}
