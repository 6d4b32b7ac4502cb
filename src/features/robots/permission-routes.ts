import { administersSystem } from '../../access/authorize.ts';
import { robotPermissions } from '../../access/grants/robot-permissions.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { AppError } from '../../lib/errors.ts';

const list = {
  type: 'array',
  items: {
    type: 'object',
    properties: { resource: { type: 'string' }, action: { type: 'string' } },
  },
} as const;

export function permissionRoutes(): readonly RestRoute[] {
  return [
    restRoute.signedIn({
      method: 'GET',
      path: '/api/v2.0/permissions',
      operationId: 'getPermissions',
      tag: 'permissions',
      summary: 'What robot accounts can be given; for who can make some.',
      needs: 'signed-in',
      parameters: {},
      answers: {
        200: {
          description: 'Resources and actions; those of the system only for its administrators.',
          schema: { type: 'object', properties: { system: list, project: list } },
        },
      },
      refusals: [401, 403],
      run: async (_call, { principal, grants, now }) => {
        const system = administersSystem(grants, now);
        const places = visibleTo(grants, 'robot:create', now);
        const administers = places.kind === 'all' || places.projectIds.length > 0;
        if (principal.kind === 'robot' || !administers)
          throw new AppError('DENIED', {
            message: 'only admins(system and project) can access permissions',
          });
        return {
          status: 200,
          body: {
            ...(system ? { system: robotPermissions.system.map(pairOf) } : {}),
            project: robotPermissions.project.map(pairOf),
          },
        };
      },
    }),
  ];
}

function pairOf(permission: string): { resource: string; action: string } {
  const [resource = '', action = ''] = permission.split(':');
  return { resource, action };
}
