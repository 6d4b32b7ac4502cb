import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import { maxRepositoryNameLength } from '../../lib/oci/repository-name.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { findReservedProject } from '../names/former-name-reads.ts';
import { keepProjectName, releaseProjectName } from '../names/former-name-writes.ts';
import { reserved } from '../names/reserved.ts';
import { requireProjectName } from './create-project.ts';
import { endUploadsOf, findTooLong, lockProjectToDelete, takeProjectName } from './project-writes.ts';

export interface RenameProjectInput {
  readonly projectId: number;
  readonly name: string;
  /** So long pulls by the old name go on, and nothing else gets it. */
  readonly keptMs: number;
  readonly actor: Actor;
}

/**
 * One transaction: whoever pushes into the project is waited for, and waits. Uploads that have begun end, since who
 * sends them goes on under the old name. The name that it has already leaves no event.
 * @throws AppError BAD_REQUEST, NOT_FOUND, CONFLICT for a name that is taken or kept free
 */
export async function renameProject(
  deps: { readonly db: Database },
  input: RenameProjectInput,
): Promise<void> {
  requireProjectName(input.name);
  const now = await deps.db.now();
  await deps.db.transaction((tx) => rename(tx, input, now));
}

async function rename(tx: Tx, input: RenameProjectInput, now: number): Promise<void> {
  const { projectId, name, keptMs, actor } = input;
  const project = await lockProjectToDelete(tx, projectId);
  if (project === undefined) throw new AppError('NOT_FOUND', { message: 'there is no such project' });
  if (project.name === name) return;
  const maxLength = maxRepositoryNameLength - name.length + project.name.length;
  const tooLong = await findTooLong(tx, { projectId, maxLength });
  if (tooLong !== undefined) {
    throw new AppError('BAD_REQUEST', {
      message: `the name of the repository ${tooLong} would have more than ${maxRepositoryNameLength} characters`,
      detail: 'choose a shorter name, or move that repository to a shorter one first',
    });
  }
  if (!(await takeProjectName(tx, { projectId, before: project.name, name, now }))) {
    throw new AppError('CONFLICT', {
      message: `there is a project ${name} already`,
      detail: 'choose another name',
      because: because('project exists', { name }),
    });
  }
  // Behind the taking of the name: who has just given it up is seen.
  const former = await findReservedProject(tx, { name, now });
  if (former !== undefined && former.id !== projectId) throw reserved(name, former);
  await releaseProjectName(tx, name);
  await keepProjectName(tx, { name: project.name, projectId, now, endsAt: now + keptMs });
  await endUploadsOf(tx, projectId);
  await append(tx, {
    type: 'project.renamed',
    at: now,
    actor,
    projectId,
    object: name,
    data: { nameBefore: project.name, name },
  });
}
