import type { ParsedName } from '../lib/oci/repository-name.ts';
import type { Database } from '../platform/db/database.ts';
import { can } from './authorize.ts';
import type { Principal } from './principal.ts';
import { findProject } from './projects/project-reads.ts';
import { grantsOf, timeFor } from './resolve-and-require.ts';

/** The project of a name; undefined also for one that exists and that the principal cannot see, after the same reads. */
export async function visibleProjectId(
  deps: { readonly db: Database },
  principal: Principal,
  name: ParsedName,
): Promise<number | undefined> {
  const project = await findProject(deps.db.reader, name.project);
  const grants = await grantsOf(deps.db.reader, principal);
  const now = await timeFor(deps.db, grants);
  if (project === undefined) return undefined;
  const { visible } = can(grants, 'repository:pull', { project, path: name.path }, now);
  return visible ? project.id : undefined;
}
