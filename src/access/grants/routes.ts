import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { JsonBody } from '../../platform/http/json-body.ts';
import { operator } from '../../platform/http/operator.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import { parseGroupType } from '../groups/parse-group-type.ts';
import { requireProject } from '../projects/require-project.ts';
import { listOwnRoles } from '../roles/role-reads.ts';
import type { NamedHolder } from './find-holder.ts';
import { giveRights, takeRights } from './give-rights.ts';
import type { RoleInput } from './grant-role.ts';
import { kindOfRights } from './written/kind-of-rights.ts';
import { parseRole } from './written/parse-role.ts';

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
      await giveRights(deps, { ...asked, ...(expiresAt === undefined ? {} : { expiresAt }) });
      return { role: asked.role };
    });
    server.post('/grants/revoke', async ({ raw, body }) => {
      contextOf(raw).route = '/grants/revoke';
      const asked = await readRole(deps, new JsonBody(body), operator(raw));
      await takeRights(deps, asked);
      return { role: asked.role };
    });
  };
}

async function readRole(deps: Deps, fields: JsonBody, actor: Actor): Promise<RoleInput> {
  const own = await listOwnRoles(deps.db.reader);
  const role = parseRole(fields.text('role'), own);
  const holder = readHolder(fields);
  const project = fields.optionalText('project');
  const repositoryPattern = fields.optionalText('repositories');
  const tagPattern = fields.optionalText('tags');
  if (project === undefined && kindOfRights(role, own) === 'in projects') {
    throw new AppError('BAD_REQUEST', {
      message: `${role} is a role in a project: say in which`,
      detail: 'berth access grant <user> <role> <project>',
    });
  }
  const projectId = project === undefined ? null : (await requireProject(deps.db.reader, project)).id;
  return {
    holder,
    role,
    projectId,
    ...(repositoryPattern === undefined ? {} : { repositoryPattern }),
    ...(tagPattern === undefined ? {} : { tagPattern }),
    actor,
  };
}

/** A group where the request says so. */
function readHolder(fields: JsonBody): NamedHolder {
  const name = fields.text('username');
  if (!fields.flag('isGroup')) return { kind: 'user', name };
  return { kind: 'group', name, type: parseGroupType(fields.optionalText('type')) };
}
