import { can, canOnSystem } from '../../access/authorize.ts';
import { permissions } from '../../access/grants/roles.ts';
import { systemPermissions } from '../../access/grants/system-permissions.ts';
import { findProjectById } from '../../access/projects/project-reads.ts';
import type { Asker } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';

export interface PermissionView {
  readonly resource: string;
  readonly action: string;
}

/**
 * What the asker may do in a project (`/project/1`) or with the system (`/system`), one entry for each right. Of a
 * project that is not there or hidden: nothing, as of any other text.
 */
export async function listPermissions(
  deps: { readonly db: Database },
  { grants, now }: Asker,
  { scope, relative }: { readonly scope: string; readonly relative: boolean },
): Promise<readonly PermissionView[]> {
  const root = relative ? '' : `${scope}/`;
  if (scope === '/system') {
    return systemPermissions
      .filter((permission) => canOnSystem(grants, permission, now))
      .map((permission) => viewOf(permission, root));
  }
  const [, digits] = /^\/project\/(\d{1,16})$/.exec(scope) ?? [];
  const id = Number(digits);
  const project = Number.isSafeInteger(id) ? await findProjectById(deps.db.reader, id) : undefined;
  if (project === undefined) return [];
  return permissions
    .filter((permission) => can(grants, permission, { project }, now).allowed)
    .map((permission) => {
      const { resource, action } = viewOf(permission, root);
      // The project itself has no name below its own.
      if (permission.startsWith('project:')) return { resource: relative ? '.' : scope, action };
      return { resource, action };
    });
}

function viewOf(permission: string, root: string): PermissionView {
  const colon = permission.indexOf(':');
  return { resource: `${root}${permission.slice(0, colon)}`, action: permission.slice(colon + 1) };
}
