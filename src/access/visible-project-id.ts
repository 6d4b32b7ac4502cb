import type { ParsedName } from '../lib/oci/repository-name.ts';
import type { Database } from '../platform/db/database.ts';
import { can } from './authorize.ts';
import { findCurrentName } from './names/former-name-reads.ts';
import type { Principal } from './principal.ts';
import { findProject } from './projects/project-reads.ts';
import { grantsOf, timeFor } from './resolve-and-require.ts';

/** The project of a name, also of an earlier one; undefined also for one that exists and that the principal cannot see, after the same reads. */
export async function visibleProjectId(
  deps: { readonly db: Database },
  principal: Principal,
  name: ParsedName,
): Promise<number | undefined> {
  const current = await findCurrentName(deps, name);
  const grants = await grantsOf(deps.db.reader, principal);
  const now = await timeFor(deps.db, grants);
  for (const { project: named, path } of current === undefined ? [name] : [current.name, name]) {
    const project = await findProject(deps.db.reader, named);
    if (project !== undefined && can(grants, 'repository:pull', { project, path }, now).visible)
      return project.id;
  }
  return undefined;
}
