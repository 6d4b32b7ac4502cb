import { AppError } from '../lib/errors.ts';
import type { ParsedName } from '../lib/oci/repository-name.ts';
import type { Database } from '../platform/db/database.ts';
import type { Actor } from '../platform/events/append.ts';
import { can } from './authorize.ts';
import type { NewProject } from './defaults/require-unlocked.ts';
import type { Principal } from './principal.ts';
import { type CreateProjectInput, createProject } from './projects/create-project.ts';
import { findProject } from './projects/project-reads.ts';
import { grantsOf, timeFor } from './resolve-and-require.ts';

/** Harbor's, which the first start makes. */
const ownerId = 1;

/**
 * Makes the project of a push that is the first into it, for whoever may push everywhere. In Docker's registry there
 * are no projects: a name is enough.
 */
export async function projectOfFirstPush(
  deps: {
    readonly db: Database;
    readonly newProject: () => NewProject & Pick<CreateProjectInput, 'begin'>;
  },
  input: { readonly principal: Principal; readonly name: ParsedName; readonly actor: Actor },
): Promise<void> {
  const { name, principal, actor } = input;
  const { db } = deps;
  if ((await findProject(db.reader, name.project)) !== undefined) return;
  const grants = await grantsOf(db.reader, principal);
  // Of no project: only what is granted everywhere counts.
  const nowhere = { project: { id: 0, public: false }, path: name.path };
  if (!can(grants, 'repository:push', nowhere, await timeFor(db, grants)).allowed) return;
  try {
    await createProject(deps, {
      ...deps.newProject(),
      name: name.project,
      sparseManifests: false,
      ownerId,
      firstPush: true,
      actor,
    });
  } catch (error) {
    // Somebody else's push was first.
    if (!(error instanceof AppError && error.code === 'CONFLICT')) throw error;
  }
}
