import { requirePermissionsHeld } from '../../access/require-held.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { createRole } from '../../access/roles/create-role.ts';
import { deleteRole } from '../../access/roles/delete-role.ts';
import { listOwnRoles } from '../../access/roles/role-reads.ts';
import { updateRole } from '../../access/roles/update-role.ts';
import type { Database } from '../../platform/db/database.ts';
import { builtInRoles } from './built-in-roles.ts';
import { changedRoleBody, newRoleBody, parseNewRole, parsePermissions } from './parse-new-role.ts';

const path = '/api/berth/v1/roles';
const tag = 'role';

const named = {
  role_name: { in: 'path', required: true, description: 'The name.', schema: { type: 'string' } },
} as const;

const roleSchema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    level: { type: 'string', description: '"system" or "project".' },
    built_in: { type: 'boolean', description: 'Every registry has it, and nobody changes it.' },
    permissions: { type: 'array', items: { type: 'string' } },
  },
} as const;

export function roleRoutes(deps: { readonly db: Database }): readonly RestRoute[] {
  return [
    restRoute.signedIn({
      method: 'GET',
      path,
      operationId: 'listRoles',
      tag,
      summary: 'The roles that can be given, with what they confer; first those that every registry has.',
      needs: 'signed-in',
      parameters: {},
      answers: { 200: { description: 'All of them.', schema: { type: 'array', items: roleSchema } } },
      refusals: [401],
      run: async () => {
        const own = await listOwnRoles(deps.db.reader);
        const all = [
          ...builtInRoles.map((role) => ({ role, built_in: true })),
          ...own.map((role) => ({ role, built_in: false })),
        ];
        return {
          status: 200,
          body: all.map(({ role: { name, level, permissions }, built_in }) => ({
            name,
            level,
            built_in,
            permissions,
          })),
        };
      },
    }),
    ...changingRoutes(deps),
  ];
}

function changingRoutes(deps: { readonly db: Database }): readonly RestRoute[] {
  return [
    restRoute.system({
      method: 'POST',
      path,
      operationId: 'createRole',
      tag,
      summary: 'Makes a role, of permissions that the caller holds on the system or in all projects.',
      needs: 'system',
      permission: 'role:create',
      parameters: {},
      body: { name: 'role', schema: newRoleBody },
      answers: { 201: { description: 'Made.', headers: ['Location'] } },
      refusals: [400, 401, 403, 409],
      run: async ({ body }, asker) => {
        const role = parseNewRole(body);
        requirePermissionsHeld(asker, role.level, role.permissions);
        await createRole(deps, { ...role, actor: asker.actor });
        return { status: 201, headers: { Location: `${path}/${role.name}` } };
      },
    }),
    restRoute.system({
      method: 'PUT',
      path: `${path}/{role_name}`,
      operationId: 'updateRole',
      tag,
      summary: 'Puts other permissions in the place of a role’s: they count at once for all who hold it.',
      needs: 'system',
      permission: 'role:update',
      parameters: named,
      body: { name: 'role', schema: changedRoleBody },
      answers: { 200: { description: 'Changed.' } },
      refusals: [400, 401, 403, 404, 409],
      run: async ({ parameters, body }, asker) => {
        const parse = (level: 'system' | 'project') => {
          const permissions = parsePermissions(level, body.permissions);
          requirePermissionsHeld(asker, level, permissions);
          return permissions;
        };
        await updateRole(deps, { name: parameters.role_name, parse, actor: asker.actor });
        return { status: 200 };
      },
    }),
    restRoute.system({
      method: 'DELETE',
      path: `${path}/{role_name}`,
      operationId: 'deleteRole',
      tag,
      summary: 'Deletes a role that nobody holds.',
      needs: 'system',
      permission: 'role:delete',
      parameters: named,
      answers: { 200: { description: 'Deleted.' } },
      refusals: [401, 403, 404, 409],
      run: async ({ parameters }, { actor }) => {
        await deleteRole(deps, { name: parameters.role_name, actor });
        return { status: 200 };
      },
    }),
  ];
}
