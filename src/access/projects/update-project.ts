import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { lockProjectToUpdate, updateProjectRow } from './project-writes.ts';

export interface UpdateProjectInput {
  readonly projectId: number;
  /** What is left out stays as it is. */
  readonly public?: boolean;
  readonly sparseManifests?: boolean;
  readonly actor: Actor;
}

/**
 * Changes what a project is like; what changes nothing leaves no event.
 * @throws AppError NOT_FOUND
 */
export async function updateProject(
  deps: { readonly db: Database },
  input: UpdateProjectInput,
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction((tx) => update(tx, input, now));
}

async function update(tx: Tx, input: UpdateProjectInput, now: number): Promise<void> {
  const before = await lockProjectToUpdate(tx, input.projectId);
  if (before === undefined) throw new AppError('NOT_FOUND', { message: 'there is no such project' });
  const after = {
    ...before,
    public: input.public ?? before.public,
    sparseManifests: input.sparseManifests ?? before.sparseManifests,
  };
  if (after.public === before.public && after.sparseManifests === before.sparseManifests) return;
  await updateProjectRow(tx, after, now);
  await append(tx, {
    type: 'project.updated',
    at: now,
    actor: input.actor,
    projectId: before.id,
    object: before.name,
    data: {
      publicBefore: Number(before.public),
      public: Number(after.public),
      sparseManifestsBefore: Number(before.sparseManifests),
      sparseManifests: Number(after.sparseManifests),
    },
  });
}
