import { requireInProject } from '../../../access/denied.ts';
import type { Permission } from '../../../access/grants/roles.ts';
import type { RepositoryAsker } from '../../../access/rest-route.ts';
import type { Database } from '../../../platform/db/database.ts';

/**
 * Grants may be for some tags only; what they are asked for before does not know which.
 * @throws AppError DENIED
 */
export async function requireTagRight(
  deps: { readonly db: Database },
  asker: RepositoryAsker,
  need: { readonly permission: Permission; readonly tag: string },
): Promise<void> {
  const { project, repository } = asker;
  await requireInProject(deps, asker, { ...need, project, named: project.name, path: repository.path });
}
