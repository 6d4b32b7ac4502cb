import { requireUserPrincipal } from '../../access/require-user-principal.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import type { ChangePasswordDeps } from '../../access/users/change-password.ts';
import { AppError } from '../../lib/errors.ts';
import type { ApiCall, Body, Parameters } from '../../platform/http/api/api-route.ts';
import { pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { createAccount, type Registration } from './create-account.ts';
import { findCurrentUser } from './find-current-user.ts';
import { listPermissions } from './list-permissions.ts';
import { listUsers, searchUsers } from './list-users.ts';
import { userSchema, userView } from './user-view.ts';

export interface UserDeps extends ChangePasswordDeps {
  /** Of one request. */
  readonly registrationOf: (call: ApiCall<Parameters, Body | undefined>) => Registration;
}

export const path = '/api/v2.0/users';
export const tag = 'user';

/** Lists of accounts, new ones, and what the one that asks is. */
export function userRoutes(deps: UserDeps): readonly RestRoute[] {
  return [listRoute(deps), createRoute(deps), ...currentRoutes(deps), searchRoute(deps)];
}

function listRoute(deps: UserDeps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path,
    operationId: 'listUsers',
    tag,
    summary: 'The accounts, without the first administrator unless it is asked for.',
    needs: 'system',
    permission: 'user:list',
    parameters: {
      ...pageParameters,
      q: {
        in: 'query',
        description: 'Conditions on username, email, username_or_email (exact, ~part, {any of}), by commas.',
        schema: { type: 'string' },
      },
      sort: {
        in: 'query',
        description:
          'username, user_id, email, realname, creation_time, update_time, each with - for descending.',
        schema: { type: 'string' },
      },
      username: { in: 'query', description: 'A part of the name.', schema: { type: 'string' } },
      email: { in: 'query', description: 'A part of the e-mail address.', schema: { type: 'string' } },
      first_administrator: {
        in: 'query',
        description: 'Berth’s own: the first administrator, too, whom Harbor lists nowhere.',
        schema: { type: 'boolean', default: false },
      },
    },
    answers: {
      200: {
        description: 'One page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: userSchema },
      },
    },
    refusals: [401, 403],
    run: async (call) => {
      const page = parsePage(call.parameters);
      const { rows, count } = await listUsers(deps, { ...call.parameters, page });
      return pageAnswer(call, page, { items: rows.map(userView), total: count });
    },
  });
}

function createRoute(deps: UserDeps): RestRoute {
  return restRoute.visitor({
    method: 'POST',
    path,
    operationId: 'createUser',
    tag,
    summary: 'Makes an account without any role; strangers make their own where the setting lets them.',
    needs: 'anyone',
    parameters: {},
    body: {
      name: 'userReq',
      schema: {
        type: 'object',
        properties: {
          username: { type: 'string', maxLength: 255 },
          password: { type: 'string' },
          email: { type: 'string', maxLength: 255 },
          realname: { type: 'string' },
          comment: { type: 'string' },
        },
      },
    },
    answers: { 201: { description: 'Made.', headers: ['Location'] } },
    refusals: [401, 403, 409, 429],
    run: async (call, asker) => {
      const { username = '', password = '', email = '', realname = '', comment = '' } = call.body;
      const account = { username, password, email, realname, comment };
      const id = await createAccount(deps, asker, deps.registrationOf(call), account);
      return { status: 201, headers: { Location: `${path}/${id}` } };
    },
  });
}

function currentRoutes(deps: UserDeps): readonly RestRoute[] {
  return [
    restRoute.signedIn({
      method: 'GET',
      path: `${path}/current`,
      operationId: 'getCurrentUserInfo',
      tag,
      summary: 'The account that asks.',
      needs: 'signed-in',
      parameters: {},
      answers: { 200: { description: 'What it is.', schema: userSchema } },
      refusals: [401, 412],
      run: async (_call, { principal }) => {
        const user = await findCurrentUser(deps, requireUserPrincipal(principal).id);
        if (user === undefined) throw new AppError('UNAUTHORIZED');
        return { status: 200, body: user };
      },
    }),
    restRoute.signedIn({
      method: 'GET',
      path: `${path}/current/permissions`,
      operationId: 'getCurrentUserPermissions',
      tag,
      summary: 'What the account that asks may do in a project or with the system.',
      needs: 'signed-in',
      parameters: {
        scope: { in: 'query', description: '`/project/1` or `/system`.', schema: { type: 'string' } },
        relative: {
          in: 'query',
          description: 'Resources without the scope before them.',
          schema: { type: 'boolean' },
        },
      },
      answers: {
        200: {
          description: 'Each right.',
          schema: {
            type: 'array',
            items: {
              type: 'object',
              properties: { resource: { type: 'string' }, action: { type: 'string' } },
            },
          },
        },
      },
      refusals: [401],
      run: async ({ parameters: { scope = '', relative = false } }, asker) => ({
        status: 200,
        body: await listPermissions(deps, asker, { scope, relative }),
      }),
    }),
  ];
}

function searchRoute(deps: UserDeps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: `${path}/search`,
    operationId: 'searchUsers',
    tag,
    summary: 'Accounts by a part of the name, the shortest name first: nothing but names and ids.',
    needs: 'signed-in',
    parameters: {
      ...pageParameters,
      username: {
        in: 'query',
        required: true,
        description: 'A part of the name.',
        schema: { type: 'string' },
      },
    },
    answers: {
      200: {
        description: 'One page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: {
          type: 'array',
          items: {
            type: 'object',
            properties: { user_id: { type: 'integer', format: 'int64' }, username: { type: 'string' } },
          },
        },
      },
    },
    refusals: [401],
    run: async (call) => {
      const page = parsePage(call.parameters);
      const { rows, count } = await searchUsers(deps, { page, username: call.parameters.username });
      const items = rows.map(({ id, username }) => ({ user_id: id, username }));
      return pageAnswer(call, page, { items, total: count });
    },
  });
}
