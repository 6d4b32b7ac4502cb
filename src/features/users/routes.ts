import { administersSystem } from '../../access/authorize.ts';
import { requireUserPrincipal } from '../../access/require-user-principal.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { findProfile } from '../../access/users/profile-reads.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';

export function userRoutes(deps: { readonly db: Database }): readonly RestRoute[] {
  return [
    restRoute.signedIn({
      method: 'GET',
      path: '/api/v2.0/users/current',
      operationId: 'getCurrentUserInfo',
      tag: 'user',
      summary: 'The account that asks.',
      needs: 'signed-in',
      parameters: {},
      answers: {
        200: {
          description: 'Its name, and whether it administers the system.',
          schema: {
            type: 'object',
            properties: {
              user_id: { type: 'integer', format: 'int64' },
              username: { type: 'string' },
              email: { type: 'string' },
              realname: { type: 'string' },
              sysadmin_flag: { type: 'boolean' },
              admin_role_in_auth: {
                type: 'boolean',
                description: 'Whether a login provider says so; there is none, so never.',
              },
              creation_time: { type: 'string', format: 'date-time' },
              update_time: { type: 'string', format: 'date-time' },
            },
          },
        },
      },
      refusals: [401, 412],
      run: async (_call, { principal, grants, now }) => {
        const profile = await findProfile(deps.db.reader, requireUserPrincipal(principal).id);
        // Deleted between the sign-in and now.
        if (profile === undefined) throw new AppError('UNAUTHORIZED');
        const { id, username, email, realname, createdAt, updatedAt } = profile;
        return {
          status: 200,
          body: {
            ...withoutZeros({ user_id: id, username, email: email ?? '', realname }),
            sysadmin_flag: administersSystem(grants, now),
            admin_role_in_auth: false,
            creation_time: apiTime(createdAt),
            update_time: apiTime(updatedAt),
          },
        };
      },
    }),
  ];
}
