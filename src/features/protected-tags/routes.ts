import { projectParameters } from '../../access/projects/project-parameters.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { holderNames } from '../../content/tags/protection.ts';
import { protectionsOf } from '../../content/tags/protection-reads.ts';
import {
  createProtection,
  deleteProtection,
  updateProtection,
} from '../../content/tags/update-protection.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Bound } from '../../platform/http/api/schema.ts';

interface Deps {
  readonly db: Database;
}

const tag = 'protected-tag';
const path = '/api/berth/v1/projects/{project_name_or_id}/protected-tags';

const parametersOfOne = {
  ...projectParameters,
  protection_id: {
    in: 'path',
    required: true,
    description: "The rule's id.",
    schema: { type: 'integer', format: 'int64' },
  },
} as const;

const given = {
  tags: { type: 'string', description: 'One tag (latest), all that begin alike (v*), or * for all.' },
  repositories: {
    type: 'string',
    description:
      'Without the project: one (api), all below a folder (team/**), or ** for all; left out: all.',
  },
  allowed: {
    type: 'array',
    description: 'Who may: alice, group:releasers, robot:pay+ci.',
    items: { type: 'string' },
  },
} as const;

const body = { name: 'rule', schema: { type: 'object', properties: given } } as const;
const ruleSchema = {
  type: 'object',
  properties: { id: { type: 'integer', format: 'int64' }, ...given },
} as const;

/**
 * Rules by which only some may create, move and delete tags. Such a rule names members, so the permissions are those
 * for members.
 */
export function protectedTagRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), createRoute(deps), ...oneRoutes(deps)];
}

function listRoute({ db }: Deps): RestRoute {
  return restRoute.project({
    method: 'GET',
    path,
    operationId: 'listProtectedTags',
    tag,
    summary: 'Which tags of a project only some may create, move and delete.',
    needs: 'project',
    permission: 'member:list',
    parameters: projectParameters,
    answers: { 200: { description: 'All of them.', schema: { type: 'array', items: ruleSchema } } },
    refusals: [401, 403, 404],
    run: async (_call, { project }) => {
      const rules = [];
      for (const { id, tags, repositories, holders } of await protectionsOf(db.reader, project.id))
        rules.push({ id, tags, repositories, allowed: await holderNames(db.reader, holders) });
      return { status: 200, body: rules };
    },
  });
}

function createRoute(deps: Deps): RestRoute {
  return restRoute.project({
    method: 'POST',
    path,
    operationId: 'createProtectedTags',
    tag,
    summary:
      'Adds a rule. It holds at once, for tags that are there, and for administrators who are not named.',
    needs: 'project',
    permission: 'member:create',
    parameters: projectParameters,
    body,
    answers: {
      201: {
        description: 'Made.',
        schema: { type: 'object', properties: { id: { type: 'integer', format: 'int64' } } },
      },
    },
    refusals: [400, 401, 403, 404, 409],
    run: async (call, { project, actor }) => {
      const where = { projectId: project.id, projectName: project.name, actor };
      const id = await createProtection(deps, { ...where, ...ruleOf(call.body) });
      return { status: 201, body: { id } };
    },
  });
}

function oneRoutes(deps: Deps): readonly RestRoute[] {
  return [
    restRoute.project({
      method: 'PUT',
      path: `${path}/{protection_id}`,
      operationId: 'updateProtectedTags',
      tag,
      summary: 'Replaces a rule.',
      needs: 'project',
      permission: 'member:update',
      parameters: parametersOfOne,
      body,
      answers: { 200: { description: 'Changed.' } },
      refusals: [400, 401, 403, 404, 409],
      run: async (call, { project, actor }) => {
        const where = { projectId: project.id, projectName: project.name, actor };
        await updateProtection(deps, { ...where, ...ruleOf(call.body), id: call.parameters.protection_id });
        return { status: 200 };
      },
    }),
    restRoute.project({
      method: 'DELETE',
      path: `${path}/{protection_id}`,
      operationId: 'deleteProtectedTags',
      tag,
      summary: 'Removes a rule.',
      needs: 'project',
      permission: 'member:delete',
      parameters: parametersOfOne,
      answers: { 200: { description: 'Removed.' } },
      refusals: [401, 403, 404],
      run: async ({ parameters: { protection_id: id } }, { project, actor }) => {
        await deleteProtection(deps, { id, projectId: project.id, projectName: project.name, actor });
        return { status: 200 };
      },
    }),
  ];
}

function ruleOf(rule: Bound<typeof body.schema>) {
  return {
    tags: rule.tags ?? '',
    repositories: rule.repositories ?? '**',
    allowed: rule.allowed ?? [],
  };
}
