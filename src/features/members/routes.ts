import { requireMemberUnlocked } from '../../access/defaults/require-unlocked.ts';
import { addMember } from '../../access/grants/add-member.ts';
import { changeMember, removeMember } from '../../access/grants/change-member.ts';
import { findMember, type Member, pageOfMembers } from '../../access/grants/member-reads.ts';
import { type ProjectRole, roleIds } from '../../access/grants/roles.ts';
import { projectParameters } from '../../access/projects/project-parameters.ts';
import { requireRoleHeld } from '../../access/require-held.ts';
import { type ProjectAsker, type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { memberRequest, newMemberSchema, parseRoleId, roleSchema } from './member-request.ts';

export interface MemberDeps {
  readonly db: Database;
  readonly settings: Pick<Settings, 'get'>;
}

const path = '/api/v2.0/projects/{project_name_or_id}/members';
const tag = 'member';
const id = { type: 'integer', format: 'int64' } as const;

const ofMember = {
  ...projectParameters,
  mid: { in: 'path', required: true, description: 'The id of the membership.', schema: id },
} as const;

const memberSchema = {
  type: 'object',
  properties: {
    id,
    project_id: id,
    entity_name: { type: 'string' },
    role_name: { type: 'string' },
    role_id: id,
    entity_id: id,
    entity_type: { type: 'string', description: 'u a user, g a group.' },
  },
} as const satisfies ObjectSchema;

/** Harbor's operations on who has which role in a project as such. */
export function memberRoutes(deps: MemberDeps): readonly RestRoute[] {
  return [...readRoutes(deps), createRoute(deps), ...changeRoutes(deps)];
}

function readRoutes({ db }: MemberDeps): readonly RestRoute[] {
  return [
    restRoute.project({
      method: 'GET',
      path,
      operationId: 'listProjectMembers',
      tag,
      summary: 'The members of a project, by name.',
      needs: 'project',
      permission: 'member:list',
      parameters: {
        ...projectParameters,
        ...pageParameters,
        entityname: { in: 'query', description: 'Exactly this name.', schema: { type: 'string' } },
      },
      answers: {
        200: {
          description: 'One page of them.',
          headers: ['X-Total-Count', 'Link'],
          schema: { type: 'array', items: memberSchema },
        },
      },
      refusals: [401, 403, 404],
      run: async (call, { project }) => {
        const page = parsePage(call.parameters);
        const { entityname: name } = call.parameters;
        const { rows, count } = await pageOfMembers(db.reader, {
          projectId: project.id,
          now: await db.now(),
          ...(name === undefined ? {} : { name }),
          offset: offsetOf(page),
          limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
        });
        return pageAnswer(call, page, { items: rows.map(memberView), total: count });
      },
    }),
    restRoute.project({
      method: 'GET',
      path: `${path}/{mid}`,
      operationId: 'getProjectMember',
      tag,
      summary: 'One member of a project.',
      needs: 'project',
      permission: 'member:read',
      parameters: ofMember,
      answers: { 200: { description: 'It.', schema: memberSchema } },
      refusals: [401, 403, 404],
      run: async (call, { project }) => {
        const of = { projectId: project.id, now: await db.now(), id: call.parameters.mid };
        const member = await findMember(db.reader, of);
        if (member === undefined)
          throw new AppError('NOT_FOUND', { message: `project member ${of.id} not found` });
        return { status: 200, body: memberView(member) };
      },
    }),
  ];
}

function createRoute(deps: MemberDeps): RestRoute {
  return restRoute.project({
    method: 'POST',
    path,
    operationId: 'createProjectMember',
    tag,
    summary: 'Gives a user or a group a role in a project.',
    needs: 'project',
    permission: 'member:create',
    parameters: projectParameters,
    body: { name: 'project_member', schema: newMemberSchema },
    answers: { 201: { description: 'Given.', headers: ['Location'] } },
    refusals: [401, 403, 404, 409],
    run: async (call, asker) => {
      const { project, actor } = asker;
      const role = requireGivable(asker, call.body.role_id);
      const member = memberRequest(call.body);
      const memberId = await addMember(deps, { projectId: project.id, role, member, actor });
      return { status: 201, headers: { Location: `${call.path}/${memberId}` } };
    },
  });
}

function changeRoutes(deps: MemberDeps): readonly RestRoute[] {
  return [
    restRoute.project({
      method: 'PUT',
      path: `${path}/{mid}`,
      operationId: 'updateProjectMember',
      tag,
      summary: 'Gives a member another role; roles on single repositories or tags stay.',
      needs: 'project',
      permission: 'member:update',
      parameters: ofMember,
      body: { name: 'role', schema: roleSchema },
      answers: { 200: { description: 'Changed.' } },
      refusals: [401, 403, 404, 409],
      run: async (call, asker) => {
        const { project, actor } = asker;
        const role = requireGivable(asker, call.body.role_id);
        await requireOpen(deps, { projectId: project.id, id: call.parameters.mid, role });
        await changeMember(deps, { projectId: project.id, memberId: call.parameters.mid, role, actor });
        return { status: 200 };
      },
    }),
    restRoute.project({
      method: 'DELETE',
      path: `${path}/{mid}`,
      operationId: 'deleteProjectMember',
      tag,
      summary: 'Takes the role of a member; roles on single repositories or tags stay.',
      needs: 'project',
      permission: 'member:delete',
      parameters: ofMember,
      answers: { 200: { description: 'Taken.' } },
      refusals: [401, 403, 404],
      run: async (call, { project, actor }) => {
        await requireOpen(deps, { projectId: project.id, id: call.parameters.mid });
        await removeMember(deps, { projectId: project.id, memberId: call.parameters.mid, actor });
        return { status: 200 };
      },
    }),
  ];
}

/** @throws AppError BAD_REQUEST for no role, DENIED for one that a robot must not give */
function requireGivable({ project, principal, ...asker }: ProjectAsker, number: number | undefined) {
  const role = parseRoleId(number);
  if (principal.kind !== 'anonymous') requireRoleHeld({ ...asker, principal }, role, project.id);
  return role;
}

/**
 * @param of what becomes of the member; without a role it is taken
 * @throws AppError DENIED for what the defaults of projects lock
 */
async function requireOpen(
  { db, settings }: MemberDeps,
  of: { readonly projectId: number; readonly id: number; readonly role?: ProjectRole },
): Promise<void> {
  const member = await findMember(db.reader, { projectId: of.projectId, id: of.id, now: await db.now() });
  if (member !== undefined && member.role !== of.role) requireMemberUnlocked(settings, member);
}

/** A member as Harbor prints one. */
function memberView(member: Member): Readonly<Record<string, unknown>> {
  return {
    id: member.id,
    project_id: member.projectId,
    entity_name: member.name,
    role_name: member.role,
    role_id: roleIds[member.role],
    entity_id: member.principalId,
    entity_type: member.kind === 'user' ? 'u' : 'g',
  };
}
