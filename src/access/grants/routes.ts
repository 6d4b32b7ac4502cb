import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { JsonBody } from '../../platform/http/json-body.ts';
import { operator } from '../../platform/http/operator.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import { findGroupsByName } from '../groups/group-reads.ts';
import { parseGroupType } from '../groups/parse-group-type.ts';
import { requireProject } from '../projects/require-project.ts';
import { listOwnRoles } from '../roles/role-reads.ts';
import { requireUser } from '../users/require-user.ts';
import type { Holder } from './find-holder.ts';
import { listGrants } from './grant-reads.ts';
import { grantRole, type RoleInput, revokeRole } from './grant-role.ts';
import { grantSystemAdmin, revokeSystemAdmin, type SystemAdminInput } from './grant-system-admin.ts';
import { grantSystemRole, revokeSystemRole, type SystemRoleInput } from './grant-system-role.ts';
import { parseRole } from './parse-role.ts';
import { isProjectRole, systemAdmin } from './roles.ts';

interface Deps {
  readonly db: Database;
}

/** For the admin socket only: whoever can open it is the operator of the machine. */
export function grantAdminRoutes(deps: Deps): Routes {
  return (server) => {
    server.post('/grants/grant', async ({ raw, body }) => {
      contextOf(raw).route = '/grants/grant';
      const fields = new JsonBody(body);
      const asked = await readRole(deps, fields, operator(raw));
      const expiresAt = fields.optionalWhole('expiresAt');
      if (asked.kind === 'project')
        await grantRole(deps, { ...asked.input, ...(expiresAt === undefined ? {} : { expiresAt }) });
      else if (asked.kind === 'on system') await grantSystemRole(deps, { ...asked.input, expiresAt });
      else if (expiresAt === undefined) await grantSystemAdmin(deps, asked.input);
      else
        throw new AppError('BAD_REQUEST', {
          message: 'a system administrator stays one until the role is revoked',
        });
      return { role: asked.input.role };
    });
    server.post('/grants/revoke', async ({ raw, body }) => {
      contextOf(raw).route = '/grants/revoke';
      const asked = await readRole(deps, new JsonBody(body), operator(raw));
      if (asked.kind === 'project') await revokeRole(deps, asked.input);
      else if (asked.kind === 'on system') await revokeSystemRole(deps, asked.input);
      else await revokeSystemAdmin(deps, asked.input);
      return { role: asked.input.role };
    });
    server.post('/grants/list', async ({ raw, body }) => {
      contextOf(raw).route = '/grants/list';
      return { rows: await list(deps, new JsonBody(body)) };
    });
  };
}

async function list(deps: Deps, fields: JsonBody) {
  const project = fields.optionalText('project');
  const username = fields.optionalText('username');
  const group = fields.optionalText('group');
  const { reader } = deps.db;
  if (username !== undefined) await requireUser(reader, username);
  if (group !== undefined && (await findGroupsByName(reader, group)).length === 0)
    throw new AppError('NOT_FOUND', { message: `there is no group "${group.slice(0, 255)}"` });
  return listGrants(reader, {
    ...(group === undefined ? {} : { group }),
    ...(project === undefined ? {} : { projectId: (await requireProject(reader, project)).id }),
    ...(username === undefined ? {} : { username }),
  });
}

type Asked =
  | { readonly kind: 'administrator'; readonly input: SystemAdminInput & { readonly role: string } }
  | { readonly kind: 'on system'; readonly input: SystemRoleInput }
  | { readonly kind: 'project'; readonly input: RoleInput };

async function readRole(deps: Deps, fields: JsonBody, actor: Actor): Promise<Asked> {
  const own = await listOwnRoles(deps.db.reader);
  const role = parseRole(
    fields.text('role'),
    own.map(({ name }) => name),
  );
  const holder = readHolder(fields);
  const project = fields.optionalText('project');
  const repositoryPattern = fields.optionalText('repositories');
  const tagPattern = fields.optionalText('tags');
  const inProjects =
    isProjectRole(role) || own.some(({ name, level }) => name === role && level === 'project');
  if (!inProjects) {
    if (role === systemAdmin && holder.kind === 'group')
      throw new AppError('BAD_REQUEST', { message: `${role} is a role of accounts, not of groups` });
    // These roles are nowhere else, so that the word is no project's name.
    const somewhere = (project !== undefined && project !== 'system') || repositoryPattern !== undefined;
    if (somewhere || tagPattern !== undefined)
      throw new AppError('BAD_REQUEST', {
        message: `${role} is a role on everything: name no project and no tags`,
      });
    return role === systemAdmin
      ? { kind: 'administrator', input: { username: holder.name, role, actor } }
      : { kind: 'on system', input: { holder, role, actor } };
  }
  if (project === undefined) {
    throw new AppError('BAD_REQUEST', {
      message: `${role} is a role in a project: say in which`,
      detail: 'berth access grant <user> <role> <project>',
    });
  }
  const { id: projectId } = await requireProject(deps.db.reader, project);
  const where = {
    ...(repositoryPattern === undefined ? {} : { repositoryPattern }),
    ...(tagPattern === undefined ? {} : { tagPattern }),
  };
  return { kind: 'project', input: { holder, role, projectId, ...where, actor } };
}

/** A group where the request says so. */
function readHolder(fields: JsonBody): Holder {
  const name = fields.text('username');
  if (!fields.flag('isGroup')) return { kind: 'user', name };
  return { kind: 'group', name, type: parseGroupType(fields.optionalText('type')) };
}
