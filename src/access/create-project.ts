import { AppError } from '../lib/errors.ts';
import type { Database } from '../platform/db/database.ts';
import { type Actor, append } from '../platform/events/append.ts';
import { putGrant } from './grants/grant-writes.ts';
import { addProject } from './projects/project-writes.ts';
import { requireProjectName } from './projects/require-project-name.ts';

export interface CreateProjectInput {
  readonly name: string;
  readonly public: boolean;
  readonly sparseManifests: boolean;
  /** Becomes its first administrator. */
  readonly ownerId: number;
  /** -1: none. */
  readonly limitBytes: number;
  readonly actor: Actor;
}

/**
 * Returns the id.
 * @throws AppError BAD_REQUEST, CONFLICT
 */
export async function createProject(
  deps: { readonly db: Database },
  input: CreateProjectInput,
): Promise<number> {
  const { name, ownerId, actor } = input;
  requireProjectName(name);
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    const projectId = await addProject(tx, { ...input, now });
    if (projectId === undefined) {
      throw new AppError('CONFLICT', { message: `there is a project ${name} already` });
    }
    await putGrant(tx, {
      userId: ownerId,
      role: 'projectAdmin',
      scope: 'project',
      projectId,
      repositoryPattern: null,
      tagPattern: null,
      expiresAt: null,
      now,
    });
    await append(tx, {
      type: 'project.created',
      at: now,
      actor,
      projectId,
      object: name,
      data: { public: input.public ? 1 : 0, sparseManifests: input.sparseManifests ? 1 : 0 },
    });
    return projectId;
  });
}
