import { grantsOfGroup } from '../../access/grants/grant-reads.ts';
import { createGroup } from '../../access/groups/create-group.ts';
import { deleteGroup } from '../../access/groups/delete-group.ts';
import { findGroup, pageOfGroups } from '../../access/groups/group-reads.ts';
import { renameGroup } from '../../access/groups/rename-group.ts';
import type { Group } from '../../access/groups/require-group-name.ts';
import { requireGrantsHeld } from '../../access/require-held.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { offsetOf, type Page, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';

interface Deps {
  readonly db: Database;
}

const path = '/api/v2.0/usergroups';
const tag = 'usergroup';
const id = { type: 'integer', format: 'int64' } as const;

const foundSchema = {
  type: 'object',
  properties: {
    id,
    group_name: { type: 'string' },
    group_type: { ...id, description: '1 LDAP, 2 HTTP, 3 OIDC; absent: of Berth itself.' },
  },
} as const satisfies ObjectSchema;

const groupSchema = {
  ...foundSchema,
  properties: {
    ...foundSchema.properties,
    ldap_group_dn: { type: 'string', description: 'Of a group of LDAP, which this version has none of.' },
  },
} as const satisfies ObjectSchema;

const parameters = {
  group_id: { in: 'path', required: true, description: 'The id of the group.', schema: id },
} as const;

/** Harbor's operations on groups. */
export function groupRoutes(deps: Deps): readonly RestRoute[] {
  return [...listRoutes(deps), createRoute(deps), ...oneRoutes(deps)];
}

function listRoutes(deps: Deps): readonly RestRoute[] {
  const list = async (page: Page, part: string) => {
    const limit = page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size;
    const { rows, count } = await pageOfGroups(deps.db.reader, { part, offset: offsetOf(page), limit });
    return {
      items: rows.map((row) => ({ ...withoutZeros({ id: row.id }), ...groupView(row) })),
      total: count,
    };
  };
  return [
    restRoute.system({
      method: 'GET',
      path,
      operationId: 'listUserGroups',
      tag,
      summary: 'The groups, by name.',
      needs: 'system',
      permission: 'user-group:list',
      parameters: {
        ...pageParameters,
        ldap_group_dn: {
          in: 'query',
          description: 'Exactly this group of LDAP: there are none.',
          schema: { type: 'string' },
        },
        group_name: { in: 'query', description: 'A part of the name.', schema: { type: 'string' } },
      },
      answers: {
        200: {
          description: 'One page of them.',
          headers: ['X-Total-Count', 'Link'],
          schema: { type: 'array', items: groupSchema },
        },
      },
      refusals: [401, 403],
      run: async (call) => {
        const page = parsePage(call.parameters);
        if (call.parameters.ldap_group_dn !== undefined)
          return pageAnswer(call, page, { items: [], total: 0 });
        return pageAnswer(call, page, await list(page, call.parameters.group_name ?? ''));
      },
    }),
    restRoute.signedIn({
      method: 'GET',
      path: `${path}/search`,
      operationId: 'searchUserGroups',
      tag,
      summary: 'Groups by a part of the name.',
      needs: 'signed-in',
      parameters: {
        ...pageParameters,
        groupname: {
          in: 'query',
          required: true,
          allowEmptyValue: true,
          description: 'A part of the name; an empty one is refused.',
          schema: { type: 'string' },
        },
      },
      answers: {
        200: {
          description: 'One page of them.',
          headers: ['X-Total-Count', 'Link'],
          schema: { type: 'array', items: foundSchema },
        },
      },
      refusals: [401, 409],
      run: async (call) => {
        const page = parsePage(call.parameters);
        if (call.parameters.groupname === '')
          throw new AppError('BAD_REQUEST', { message: 'groupname is empty' });
        return pageAnswer(call, page, await list(page, call.parameters.groupname));
      },
    }),
  ];
}

function createRoute(deps: Deps): RestRoute {
  return restRoute.system({
    method: 'POST',
    path,
    operationId: 'createUserGroup',
    tag,
    summary: 'Makes a group without members.',
    needs: 'system',
    permission: 'user-group:create',
    parameters: {},
    body: { name: 'usergroup', schema: groupSchema },
    answers: { 201: { description: 'Made.', headers: ['Location'] } },
    refusals: [401, 403, 409],
    run: async ({ body }, { actor }) => {
      const { group_name: name = '', group_type: type = 0 } = body;
      return {
        status: 201,
        headers: { Location: `${path}/${await createGroup(deps, { name, type, actor })}` },
      };
    },
  });
}

function oneRoutes(deps: Deps): readonly RestRoute[] {
  const one = { path: `${path}/{group_id}`, tag, needs: 'system', parameters } as const;
  return [
    restRoute.system({
      ...one,
      method: 'GET',
      operationId: 'getUserGroup',
      summary: 'One group; as with Harbor the answer has no id.',
      permission: 'user-group:read',
      answers: { 200: { description: 'It.', schema: groupSchema } },
      refusals: [401, 403, 404],
      run: async (call) => {
        const group = await findGroup(deps.db.reader, call.parameters.group_id);
        if (group === undefined) throw notFound(call.parameters.group_id);
        return { status: 200, body: groupView(group) };
      },
    }),
    restRoute.system({
      ...one,
      method: 'PUT',
      operationId: 'updateUserGroup',
      summary: 'Gives a group another name; its type stays.',
      permission: 'user-group:update',
      body: { name: 'usergroup', schema: groupSchema },
      answers: { 200: { description: 'Renamed.' } },
      refusals: [401, 403, 404, 409],
      run: async (call, asker) => {
        const { group_name: name = '' } = call.body;
        const { group_id: groupId } = call.parameters;
        // Login providers name the groups of people: under another name it is other people's.
        requireGrantsHeld(asker, await grantsOfGroup(deps.db.reader, groupId));
        await renameGroup(deps, { groupId, name, actor: asker.actor });
        return { status: 200 };
      },
    }),
    restRoute.system({
      ...one,
      method: 'DELETE',
      operationId: 'deleteUserGroup',
      summary: 'Takes a group away with all its roles; one that is not there is no error.',
      permission: 'user-group:delete',
      answers: { 200: { description: 'It is gone.' } },
      refusals: [401, 403],
      run: async (call, { actor }) => {
        await deleteGroup(deps, { groupId: call.parameters.group_id, actor });
        return { status: 200 };
      },
    }),
  ];
}

function groupView({ name, type }: Group): Readonly<Record<string, unknown>> {
  return withoutZeros({ group_name: name, group_type: type });
}

function notFound(groupId: number): AppError {
  return new AppError('NOT_FOUND', { message: `user group ${groupId} not found` });
}
