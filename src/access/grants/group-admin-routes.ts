import type { Database } from '../../platform/db/database.ts';
import { JsonBody } from '../../platform/http/json-body.ts';
import { operator } from '../../platform/http/operator.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import { createGroup } from '../groups/create-group.ts';
import { deleteGroup } from '../groups/delete-group.ts';
import { pageOfGroups, pageOfMemberships } from '../groups/group-reads.ts';
import { joinGroup, leaveGroup } from '../groups/join-group.ts';
import { parseGroupType } from '../groups/parse-group-type.ts';
import { requireGroup } from '../groups/require-group.ts';
import { groupTypes } from '../groups/require-group-name.ts';
import { requireUser } from '../users/require-user.ts';

const pageSize = 100;

interface Deps {
  readonly db: Database;
}

/** For the admin socket only: whoever can open it is the operator of the machine. */
export function groupAdminRoutes(deps: Deps): Routes {
  const { reader } = deps.db;
  return (server) => {
    server.post('/groups/create', async ({ raw, body }) => {
      contextOf(raw).route = '/groups/create';
      const fields = new JsonBody(body);
      const type = parseGroupType(fields.optionalText('type')) ?? groupTypes.local;
      return { id: await createGroup(deps, { name: fields.text('name'), type, actor: operator(raw) }) };
    });
    server.post('/groups/list', async ({ raw, body }) => {
      contextOf(raw).route = '/groups/list';
      const offset = new JsonBody(body).optionalWhole('offset') ?? 0;
      return pageOfGroups(reader, { offset, limit: pageSize });
    });
    server.post('/groups/members', async ({ raw, body }) => {
      contextOf(raw).route = '/groups/members';
      const fields = new JsonBody(body);
      const { id: groupId } = await namedGroup(deps, fields);
      const offset = fields.optionalWhole('offset') ?? 0;
      return pageOfMemberships(reader, { groupId, offset, limit: pageSize });
    });
    server.post('/groups/delete', async ({ raw, body }) => {
      contextOf(raw).route = '/groups/delete';
      const { id: groupId } = await namedGroup(deps, new JsonBody(body));
      await deleteGroup(deps, { groupId, actor: operator(raw) });
      return {};
    });
    server.post('/groups/add', async ({ raw, body }) => {
      contextOf(raw).route = '/groups/add';
      const ids = await namedMember(deps, new JsonBody(body));
      return { changed: await joinGroup(deps, { ...ids, actor: operator(raw) }) };
    });
    server.post('/groups/remove', async ({ raw, body }) => {
      contextOf(raw).route = '/groups/remove';
      const ids = await namedMember(deps, new JsonBody(body));
      await leaveGroup(deps, { ...ids, actor: operator(raw) });
      return {};
    });
  };
}

function namedGroup({ db }: Deps, fields: JsonBody) {
  const type = parseGroupType(fields.optionalText('type'));
  return requireGroup(db.reader, { name: fields.text('name'), type });
}

async function namedMember(deps: Deps, fields: JsonBody): Promise<{ groupId: number; userId: number }> {
  const group = await namedGroup(deps, fields);
  const user = await requireUser(deps.db.reader, fields.text('username'));
  return { groupId: group.id, userId: user.id };
}
