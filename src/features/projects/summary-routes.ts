import { can } from '../../access/authorize.ts';
import type { Permission } from '../../access/grants/roles.ts';
import { projectParameters } from '../../access/projects/project-parameters.ts';
import { findFilledRepository } from '../../access/projects/project-reads.ts';
import { type ProjectAsker, type RestRoute, restRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { countMembers, countRepositoriesIn, usageOf } from './project-summary-store.ts';

interface SummaryDeps {
  readonly db: Database;
  readonly settings: Settings;
}

const path = '/api/v2.0/projects/{project_name_or_id}';
const count = { type: 'integer', format: 'int64' } as const;
const bytes = { type: 'object', properties: { storage: count } } as const;

const summary: ObjectSchema = {
  type: 'object',
  properties: {
    repo_count: count,
    project_admin_count: count,
    maintainer_count: count,
    developer_count: count,
    guest_count: count,
    limited_guest_count: count,
    quota: { type: 'object', properties: { hard: bytes, used: bytes } },
  },
};

/** What somebody who looks at a project wants to know first. */
export function summaryRoutes(deps: SummaryDeps): readonly RestRoute[] {
  return [
    restRoute.project({
      method: 'GET',
      path: `${path}/summary`,
      operationId: 'getProjectSummary',
      tag: 'project',
      summary: 'How much there is in a project, and how many are its members, as far as the caller may know.',
      needs: 'project',
      permission: 'project:read',
      parameters: projectParameters,
      answers: { 200: { description: 'The counts.', schema: summary } },
      refusals: [401, 403, 404],
      run: async (_call, asker) => ({ status: 200, body: await readSummary(deps, asker) }),
    }),
    restRoute.project({
      method: 'GET',
      path: `${path}/_deletable`,
      operationId: 'getProjectDeletable',
      tag: 'project',
      summary: 'Whether the project could be deleted now.',
      needs: 'project',
      permission: 'project:delete',
      parameters: projectParameters,
      answers: {
        200: {
          description: 'Whether, and if not why.',
          schema: {
            type: 'object',
            properties: { deletable: { type: 'boolean' }, message: { type: 'string' } },
          },
        },
      },
      refusals: [401, 403, 404],
      run: async (_call, { project }) => {
        const filled = await findFilledRepository(deps.db.reader, project.id);
        const message = filled === undefined ? '' : `the repository ${filled} still holds artifacts`;
        return { status: 200, body: withoutZeros({ deletable: filled === undefined, message }) };
      },
    }),
  ];
}

async function readSummary(
  { db, settings }: SummaryDeps,
  { project, grants, now }: ProjectAsker,
): Promise<Readonly<Record<string, unknown>>> {
  const may = (permission: Permission): boolean => can(grants, permission, { project }, now).allowed;
  const seesQuota = settings.get('quota_per_project_enable') && may('quota:read');
  const [repositories, members, usage] = await Promise.all([
    countRepositoriesIn(db.reader, project.id),
    may('member:list') ? countMembers(db.reader, project.id) : undefined,
    seesQuota ? usageOf(db.reader, project.id) : undefined,
  ]);
  return {
    repo_count: repositories,
    ...withoutZeros({
      project_admin_count: members?.get('projectAdmin'),
      maintainer_count: members?.get('maintainer'),
      developer_count: members?.get('developer'),
      guest_count: members?.get('guest'),
      limited_guest_count: members?.get('limitedGuest'),
    }),
    ...(usage === undefined
      ? {}
      : { quota: { hard: { storage: usage.limitBytes }, used: { storage: usage.usedBytes } } }),
  };
}
