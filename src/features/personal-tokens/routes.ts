import { createToken } from '../../access/personal-tokens/create-token.ts';
import { revokeToken } from '../../access/personal-tokens/revoke-token.ts';
import { listTokens } from '../../access/personal-tokens/token-reads.ts';
import type { UserPrincipal } from '../../access/principal.ts';
import { requireUserPrincipal } from '../../access/require-user-principal.ts';
import { type RestRoute, restRoute, type SignedInAsker } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { readScopes } from './read-scopes.ts';
import { newTokenBody, tokenSchema, tokenView } from './token-view.ts';

interface Deps {
  readonly db: Database;
}

const path = '/api/berth/v1/users/{user_id}/tokens';
const currentPath = '/api/berth/v1/tokens/current';
const tag = 'token';

const userId = {
  in: 'path',
  required: true,
  description: 'The id of the account.',
  schema: { type: 'integer', format: 'int64' },
} as const;

const tokenId = { ...userId, description: 'The id of the token.' } as const;

/** Personal tokens: a program signs in by one as its owner, or as less. */
export function personalTokenRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), createRoute(deps), revokeRoute(deps), ...currentRoutes(deps)];
}

function listRoute({ db }: Deps): RestRoute {
  return restRoute.account({
    method: 'GET',
    path,
    operationId: 'listPersonalTokens',
    tag,
    summary: 'The tokens of an account, without their secrets.',
    needs: 'account',
    permission: 'user:read',
    parameters: { user_id: userId },
    answers: { 200: { description: 'All of them.', schema: { type: 'array', items: tokenSchema } } },
    refusals: [401, 403, 404],
    run: async (_call, { account }) => ({
      status: 200,
      body: (await listTokens(db.reader, account.id)).map(tokenView),
    }),
  });
}

function createRoute(deps: Deps): RestRoute {
  return restRoute.account({
    method: 'POST',
    path,
    operationId: 'createPersonalToken',
    tag,
    summary: 'Makes a token of the own account; it is shown this once.',
    needs: 'account',
    permission: 'user:update',
    parameters: { user_id: userId },
    body: { name: 'token', schema: newTokenBody },
    answers: {
      201: {
        description: 'Made.',
        schema: {
          type: 'object',
          properties: { ...tokenSchema.properties, token: { type: 'string', description: 'The secret.' } },
        },
      },
    },
    refusals: [400, 401, 403, 404, 409],
    run: async ({ body }, asker) => {
      const { account, self, actor } = asker;
      if (!self)
        throw new AppError('DENIED', {
          message: `a token of ${account.username} is made by ${account.username} only`,
          detail: 'for a program that belongs to nobody make a robot account',
        });
      const expiresAt = readEnd(body.expires_at);
      const name = body.name ?? '';
      const scopes = await readScopes(deps.db.reader, asker, body.scopes);
      const made = await createToken(deps, { userId: account.id, name, scopes, expiresAt, actor });
      return {
        status: 201,
        body: {
          id: made.id,
          name: name.trim(),
          token: made.token,
          created_at: apiTime(made.createdAt),
          ...(expiresAt === null ? {} : { expires_at: apiTime(expiresAt) }),
          ...(scopes === undefined
            ? {}
            : { scopes: scopes.map(({ place, actions }) => ({ where: place, actions })) }),
        },
      };
    },
  });
}

function revokeRoute(deps: Deps): RestRoute {
  return restRoute.account({
    method: 'DELETE',
    path: `${path}/{token_id}`,
    operationId: 'revokePersonalToken',
    tag,
    summary: 'Ends a token, on every instance at once.',
    needs: 'account',
    permission: 'user:update',
    parameters: { user_id: userId, token_id: tokenId },
    answers: { 200: { description: 'Ended.' } },
    refusals: [401, 403, 404],
    run: async ({ parameters }, { account, actor }) => {
      await revokeToken(deps, { tokenId: parameters.token_id, owner: account, actor });
      return { status: 200 };
    },
  });
}

function currentRoutes(deps: Deps): readonly RestRoute[] {
  return [
    restRoute.signedIn({
      method: 'GET',
      path: currentPath,
      operationId: 'getCurrentPersonalToken',
      tag,
      summary: 'The token that asks: what it is limited to, and when it ends.',
      needs: 'signed-in',
      parameters: {},
      answers: { 200: { description: 'It.', schema: tokenSchema } },
      refusals: [401, 404, 412],
      run: async (_call, asker) => {
        const { owner, id } = requireToken(asker);
        const token = (await listTokens(deps.db.reader, owner.id)).find((each) => each.id === id);
        if (token === undefined) throw new AppError('NOT_FOUND', { message: 'the token was just revoked' });
        return { status: 200, body: tokenView(token) };
      },
    }),
    restRoute.signedIn({
      method: 'DELETE',
      path: currentPath,
      operationId: 'revokeCurrentPersonalToken',
      tag,
      summary: 'Ends the token that asks: a program that needs it no longer gives it back.',
      needs: 'signed-in',
      parameters: {},
      answers: { 200: { description: 'Ended.' } },
      refusals: [401, 404, 412],
      run: async (_call, asker) => {
        const { owner, id } = requireToken(asker);
        await revokeToken(deps, { tokenId: id, owner, actor: asker.actor });
        return { status: 200 };
      },
    }),
  ];
}

/** @throws AppError BAD_REQUEST */
function readEnd(text: string | undefined): number | null {
  if (text === undefined) return null;
  const at = Date.parse(text);
  if (Number.isNaN(at) || !/^\d{4}-\d\d-\d\d/.test(text))
    throw new AppError('BAD_REQUEST', {
      message: `"${text.slice(0, 50)}" is no time`,
      detail: 'write it like 2027-03-31T12:00:00Z',
    });
  return at;
}

/** @throws AppError NOT_A_USER, NOT_FOUND for who signed in otherwise */
function requireToken({ principal }: SignedInAsker): { readonly owner: UserPrincipal; readonly id: number } {
  const owner = requireUserPrincipal(principal);
  if (owner.personalToken === undefined)
    throw new AppError('NOT_FOUND', { message: `${owner.username} did not sign in by a token` });
  return { owner, id: owner.personalToken };
}
