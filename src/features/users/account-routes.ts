import { setSystemAdmin } from '../../access/grants/grant-system-admin.ts';
import { requireAdministrationHeld, requireNoMore } from '../../access/require-held.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { changePassword } from '../../access/users/change-password.ts';
import { deleteUser } from '../../access/users/delete-user.ts';
import { disableUser, enableUser } from '../../access/users/disable-user.ts';
import { renameAdmin } from '../../access/users/rename-admin.ts';
import { updateProfile } from '../../access/users/update-profile.ts';
import { AppError } from '../../lib/errors.ts';
import { tag, type UserDeps, path as users } from './routes.ts';
import { userSchema, userView } from './user-view.ts';

const path = `${users}/{user_id}`;

/** Whom the first start makes. */
const firstAdminId = 1;

const parameters = {
  user_id: {
    in: 'path',
    required: true,
    description: 'The id of the account.',
    schema: { type: 'integer', format: 'int64' },
  },
} as const;

/** What is done with one account. */
export function accountRoutes(deps: UserDeps): readonly RestRoute[] {
  return [
    ...profileRoutes(deps),
    ...rightRoutes(deps),
    ...secretRoutes(deps),
    switchRoute(deps),
    renameRoute(deps),
  ];
}

function profileRoutes(deps: UserDeps): readonly RestRoute[] {
  return [
    restRoute.account({
      method: 'GET',
      path,
      operationId: 'getUser',
      tag,
      summary: 'One account.',
      needs: 'account',
      permission: 'user:read',
      parameters,
      answers: { 200: { description: 'It.', schema: userSchema } },
      refusals: [401, 403, 404],
      run: (_call, { account }) => Promise.resolve({ status: 200, body: userView(account) }),
    }),
    restRoute.account({
      method: 'PUT',
      path,
      operationId: 'updateUserProfile',
      tag,
      summary: 'Replaces what an account says of itself: e-mail address, name of the person, comment.',
      needs: 'account',
      permission: 'user:update',
      parameters,
      body: {
        name: 'profile',
        schema: {
          type: 'object',
          properties: {
            email: { type: 'string' },
            realname: { type: 'string' },
            comment: { type: 'string' },
          },
        },
      },
      answers: { 200: { description: 'Replaced.' } },
      refusals: [401, 403, 404, 409],
      run: async ({ body }, asker) => {
        await requireNoMore(deps, asker);
        const { account, actor } = asker;
        const { email = '', realname = '', comment = '' } = body;
        await updateProfile(deps, { userId: account.id, email, realname, comment, actor });
        return { status: 200 };
      },
    }),
  ];
}

function rightRoutes(deps: UserDeps): readonly RestRoute[] {
  return [
    restRoute.system({
      method: 'DELETE',
      path,
      operationId: 'deleteUser',
      tag,
      summary: 'Ends an account with all its roles; its name is free, its id is not.',
      needs: 'system',
      permission: 'user:delete',
      parameters,
      answers: { 200: { description: 'Deleted.' } },
      refusals: [401, 403, 404, 412],
      run: async (call, { principal, actor }) => {
        const byUserId = principal.kind === 'user' ? principal.id : undefined;
        await deleteUser(deps, { userId: call.parameters.user_id, byUserId, actor });
        return { status: 200 };
      },
    }),
    restRoute.system({
      method: 'PUT',
      path: `${path}/sysadmin`,
      operationId: 'setUserSysAdmin',
      tag,
      summary: 'Makes an account an administrator of the system, or no longer one.',
      needs: 'system',
      permission: 'user:update',
      parameters,
      body: {
        name: 'sysadmin_flag',
        schema: {
          type: 'object',
          properties: {
            sysadmin_flag: {
              type: 'boolean',
              description: 'Left out it is false: clients leave out what is false.',
            },
          },
        },
      },
      answers: { 200: { description: 'Done.' } },
      refusals: [401, 403, 404, 409, 412],
      run: async (call, asker) => {
        requireAdministrationHeld(asker);
        const { actor } = asker;
        const admin = call.body.sysadmin_flag ?? false;
        await setSystemAdmin(deps, { userId: call.parameters.user_id, admin, actor });
        return { status: 200 };
      },
    }),
  ];
}

function secretRoutes(deps: UserDeps): readonly RestRoute[] {
  return [
    restRoute.account({
      method: 'PUT',
      path: `${path}/password`,
      operationId: 'updateUserPassword',
      tag,
      summary:
        'Sets a password; of the own account the old one is needed. What was made with the old one ends.',
      needs: 'account',
      permission: 'user:update',
      parameters,
      body: {
        name: 'password',
        schema: {
          type: 'object',
          properties: { old_password: { type: 'string' }, new_password: { type: 'string' } },
        },
      },
      answers: { 200: { description: 'Set.' } },
      refusals: [401, 403, 404, 429],
      run: async ({ body }, asker) => {
        await requireNoMore(deps, asker);
        const { account, self, actor } = asker;
        await changePassword(deps, {
          userId: account.id,
          oldPassword: self ? (body.old_password ?? '') : undefined,
          newPassword: body.new_password ?? '',
          actor,
        });
        return { status: 200 };
      },
    }),
    restRoute.account({
      method: 'PUT',
      path: `${path}/cli_secret`,
      operationId: 'setCliSecret',
      tag,
      summary:
        'The secret that stands for a password where people sign in by OIDC, which this version does not.',
      needs: 'account',
      permission: 'user:update',
      parameters,
      body: { name: 'secret', schema: { type: 'object', properties: { secret: { type: 'string' } } } },
      answers: { 200: { description: 'Set, once there is OIDC.' } },
      refusals: [401, 403, 404, 412],
      run: () =>
        Promise.reject(
          new AppError('PRECONDITION', {
            message: 'there are secrets for the command line only where people sign in by OIDC',
          }),
        ),
    }),
  ];
}

function switchRoute(deps: UserDeps): RestRoute {
  return restRoute.account({
    method: 'PUT',
    path: '/api/berth/v1/users/{user_id}/disabled',
    operationId: 'setUserDisabled',
    tag,
    summary:
      'Disables an account, or enables it: disabled, it keeps its roles and tokens and cannot use them; its sessions end.',
    needs: 'account',
    permission: 'user:update',
    parameters,
    body: {
      name: 'disabled',
      schema: { type: 'object', required: ['disabled'], properties: { disabled: { type: 'boolean' } } },
    },
    answers: { 200: { description: 'Done; or it was so already.' } },
    refusals: [400, 401, 403, 404, 412],
    run: async ({ body: { disabled } }, asker) => {
      const { account, self, actor } = asker;
      if (disabled === undefined)
        throw new AppError('BAD_REQUEST', {
          message: 'it is not said whether the account is to be disabled',
          detail: 'send {"disabled": true} or {"disabled": false}',
        });
      if (self)
        throw new AppError('DENIED', {
          message: 'an account does not disable or enable itself',
          detail: 'ask another administrator',
        });
      await requireNoMore(deps, asker);
      await (disabled ? disableUser : enableUser)(deps, { username: account.username, actor });
      return { status: 200 };
    },
  });
}

function renameRoute(deps: UserDeps): RestRoute {
  return restRoute.signedIn({
    method: 'POST',
    path: '/api/internal/renameadmin',
    operationId: 'renameAdmin',
    tag,
    summary:
      'Calls the first administrator admin@harbor.local, at its own wish: the name admin is free then.',
    needs: 'signed-in',
    parameters: {},
    answers: { 200: { description: 'Renamed; its sessions have ended.' } },
    refusals: [401, 403, 409],
    run: async (_call, { principal, actor }) => {
      if (principal.kind !== 'user' || principal.id !== firstAdminId)
        throw new AppError('DENIED', { message: 'only the first administrator may rename itself' });
      await renameAdmin(deps, { userId: principal.id, actor });
      return { status: 200 };
    },
  });
}
