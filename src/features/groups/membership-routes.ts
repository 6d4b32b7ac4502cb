import { grantsOfGroup } from '../../access/grants/grant-reads.ts';
import { findGroup, pageOfMemberships } from '../../access/groups/group-reads.ts';
import { joinGroup, leaveGroup } from '../../access/groups/join-group.ts';
import { requireGrantsHeld } from '../../access/require-held.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { requireUser } from '../../access/users/require-user.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';

interface Deps {
  readonly db: Database;
}

const path = '/api/berth/v1/groups/{group_id}/members';
const tag = 'usergroup';
const id = { type: 'integer', format: 'int64' } as const;
const ofGroup = {
  group_id: { in: 'path', required: true, description: 'The id of the group.', schema: id },
} as const;

/** Berth's own: who is in a group because an administrator says so. */
export function membershipRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), ...changeRoutes(deps)];
}

function listRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path,
    operationId: 'listGroupMembers',
    tag,
    summary: 'Who is in a group, and by whose word.',
    needs: 'system',
    permission: 'user-group:read',
    parameters: { ...ofGroup, ...pageParameters },
    answers: {
      200: {
        description: 'One page of them, by name.',
        headers: ['X-Total-Count', 'Link'],
        schema: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              user_id: id,
              username: { type: 'string' },
              source: { type: 'string', description: '`local`: an administrator.' },
              creation_time: { type: 'string', format: 'date-time' },
            },
          },
        },
      },
    },
    refusals: [401, 403, 404],
    run: async (call) => {
      const page = parsePage(call.parameters);
      const { group_id: groupId } = call.parameters;
      if ((await findGroup(db.reader, groupId)) === undefined)
        throw new AppError('NOT_FOUND', { message: `user group ${groupId} not found` });
      const limit = page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size;
      const { rows, count } = await pageOfMemberships(db.reader, { groupId, offset: offsetOf(page), limit });
      const items = rows.map(({ userId, username, source, createdAt }) => ({
        user_id: userId,
        username,
        source,
        creation_time: apiTime(createdAt),
      }));
      return pageAnswer(call, page, { items, total: count });
    },
  });
}

function changeRoutes(deps: Deps): readonly RestRoute[] {
  return [
    restRoute.system({
      method: 'POST',
      path,
      operationId: 'addGroupMember',
      tag,
      summary: 'Puts somebody into a group, by id or by name; who is in it already stays.',
      needs: 'system',
      permission: 'user-group:update',
      parameters: ofGroup,
      body: {
        name: 'member',
        schema: { type: 'object', properties: { user_id: id, username: { type: 'string' } } },
      },
      answers: { 201: { description: 'They are in it.', headers: ['Location'] } },
      refusals: [401, 403, 404, 409],
      run: async (call, asker) => {
        const { actor } = asker;
        requireGrantsHeld(asker, await grantsOfGroup(deps.db.reader, call.parameters.group_id));
        const { user_id: given, username = '' } = call.body;
        const userId = given ?? (await requireUser(deps.db.reader, username)).id;
        await joinGroup(deps, { groupId: call.parameters.group_id, userId, actor });
        return { status: 201, headers: { Location: `${call.path}/${userId}` } };
      },
    }),
    restRoute.system({
      method: 'DELETE',
      path: `${path}/{user_id}`,
      operationId: 'removeGroupMember',
      tag,
      summary: 'Takes back that an administrator put somebody into a group.',
      needs: 'system',
      permission: 'user-group:update',
      parameters: {
        ...ofGroup,
        user_id: { in: 'path', required: true, description: 'The id of the account.', schema: id },
      },
      answers: { 200: { description: 'Taken back.' } },
      refusals: [401, 403, 404],
      run: async (call, { actor }) => {
        const { group_id: groupId, user_id: userId } = call.parameters;
        await leaveGroup(deps, { groupId, userId, actor });
        return { status: 200 };
      },
    }),
  ];
}
