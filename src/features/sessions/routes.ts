import { requireNoMore } from '../../access/require-held.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { revokeOtherSessions, revokeSession } from '../../access/sessions/revoke-session.ts';
import { readTokenCookie, sessionCookieName } from '../../access/sessions/session-cookie.ts';
import { type ListedSession, pageOfSessions } from '../../access/sessions/session-reads.ts';
import { hashOf } from '../../access/sessions/sessions.ts';
import type { Database } from '../../platform/db/database.ts';
import type { ApiCall, Body, Parameters } from '../../platform/http/api/api-route.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';

interface Deps {
  readonly db: Database;
}

const path = '/api/berth/v1/users/{user_id}/sessions';
const tag = 'session';

const userId = {
  in: 'path',
  required: true,
  description: 'The id of the account.',
  schema: { type: 'integer', format: 'int64' },
} as const;

const sessionSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', description: 'Names it; nobody signs in by it.' },
    current: { type: 'boolean', description: 'Whether it is the one that asks.' },
    created_at: { type: 'string', format: 'date-time' },
    expires_at: { type: 'string', format: 'date-time', description: 'Unless it is used before.' },
    last_used_at: { type: 'string', format: 'date-time', description: 'To a minute.' },
    last_used_address: { type: 'string' },
    last_used_client: { type: 'string', description: 'What it says that it is.' },
  },
} as const satisfies ObjectSchema;

export function sessionRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), revokeRoute(deps), revokeOthersRoute(deps)];
}

function listRoute({ db }: Deps): RestRoute {
  return restRoute.account({
    method: 'GET',
    path,
    operationId: 'listSessions',
    tag,
    summary: 'Where an account is signed in by a browser, the last used first.',
    needs: 'account',
    permission: 'user:read',
    parameters: { user_id: userId, ...pageParameters },
    answers: {
      200: {
        description: 'One page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: sessionSchema },
      },
    },
    refusals: [401, 403, 404],
    run: async (call, { account }) => {
      const page = parsePage(call.parameters);
      const { rows, count } = await pageOfSessions(db.reader, {
        userId: account.id,
        now: await db.now(),
        offset: offsetOf(page),
        limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
      });
      const current = askingHash(call);
      return pageAnswer(call, page, { items: rows.map((row) => sessionView(row, current)), total: count });
    },
  });
}

function revokeRoute(deps: Deps): RestRoute {
  return restRoute.account({
    method: 'DELETE',
    path: `${path}/{session_id}`,
    operationId: 'revokeSession',
    tag,
    summary: 'Ends a session, on every instance at once.',
    needs: 'account',
    permission: 'user:update',
    parameters: {
      user_id: userId,
      session_id: {
        in: 'path',
        required: true,
        description: 'The id of the session, from the list.',
        schema: { type: 'string' },
      },
    },
    answers: { 200: { description: 'Ended.' } },
    refusals: [401, 403, 404],
    run: async ({ parameters }, asker) => {
      await requireNoMore(deps, asker);
      const { account, actor } = asker;
      await revokeSession(deps, { idHash: parameters.session_id, owner: account, actor });
      return { status: 200 };
    },
  });
}

function revokeOthersRoute(deps: Deps): RestRoute {
  return restRoute.account({
    method: 'DELETE',
    path,
    operationId: 'revokeOtherSessions',
    tag,
    summary: 'Ends all sessions of an account but the one that asks, on every instance at once.',
    needs: 'account',
    permission: 'user:update',
    parameters: { user_id: userId },
    answers: {
      200: {
        description: 'Ended.',
        schema: {
          type: 'object',
          properties: { ended: { type: 'integer', format: 'int64', description: 'How many there were.' } },
        },
      },
    },
    refusals: [401, 403, 404],
    run: async (call, asker) => {
      await requireNoMore(deps, asker);
      const { account, actor } = asker;
      const ended = await revokeOtherSessions(deps, { kept: askingHash(call), owner: account, actor });
      return { status: 200, body: { ended } };
    },
  });
}

/** Undefined: who asks does so without a cookie. */
function askingHash(call: ApiCall<Parameters, Body | undefined>): string | undefined {
  const id = readTokenCookie(call.header('cookie'), sessionCookieName);
  return id === undefined ? undefined : hashOf(id);
}

function sessionView(session: ListedSession, current: string | undefined): object {
  const { idHash, createdAt, expiresAt, lastUsedAt, address, client } = session;
  return {
    id: idHash,
    current: idHash === current,
    created_at: apiTime(createdAt),
    expires_at: apiTime(expiresAt),
    last_used_at: apiTime(lastUsedAt),
    last_used_address: address,
    last_used_client: client,
  };
}
