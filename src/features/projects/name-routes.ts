import { type FormerName, pageOfFormerNames } from '../../access/names/former-name-reads.ts';
import { releaseName } from '../../access/names/release-name.ts';
import { dayMs } from '../../access/names/reserved.ts';
import { projectParameters } from '../../access/projects/project-parameters.ts';
import { renameProject } from '../../access/projects/rename-project.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { AppError } from '../../lib/errors.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { requireCreator } from './require-creator.ts';
import type { ProjectDeps } from './routes.ts';

const tag = 'project';
const formerPath = '/api/berth/v1/former-names';

/** Another name for a project, and the names that projects and repositories had. */
export function nameRoutes(deps: ProjectDeps): readonly RestRoute[] {
  return [renameRoute(deps), listRoute(deps), releaseRoute(deps)];
}

function renameRoute(deps: ProjectDeps): RestRoute {
  return restRoute.project({
    method: 'POST',
    path: '/api/berth/v1/projects/{project_name_or_id}/rename',
    operationId: 'renameProject',
    tag,
    summary:
      'Gives a project another name; who does it may make projects, too. Pulls by the old name go on for former_name_days.',
    needs: 'project',
    permission: 'project:update',
    parameters: projectParameters,
    body: {
      name: 'rename',
      schema: {
        type: 'object',
        properties: { name: { type: 'string', description: 'The new name.' } },
        required: ['name'],
      },
    },
    answers: { 200: { description: 'Renamed.' } },
    refusals: [400, 401, 403, 404, 409, 429],
    run: async ({ body }, { project, ...asker }) => {
      const { principal, grants, now, actor } = asker;
      if (principal.kind === 'anonymous') throw new AppError('UNAUTHORIZED');
      const name = body.name ?? '';
      await requireCreator(deps, { ...asker, principal }, name);
      // Who sees every project learns nothing from a name that is taken.
      const seesAll = visibleTo(grants, 'project:read', now).kind === 'all';
      const giveBack = seesAll ? () => {} : deps.conflicts.begin(actor.principal);
      const keptMs = deps.settings.get('former_name_days') * dayMs;
      try {
        await renameProject(deps, { projectId: project.id, name, keptMs, actor });
        giveBack();
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'CONFLICT')) giveBack();
        throw error;
      }
      return { status: 200 };
    },
  });
}

const formerNameSchema = {
  type: 'object',
  properties: {
    kind: { type: 'string', description: 'project or repository.' },
    name: { type: 'string', description: 'The earlier name, of a repository with its project.' },
    current_name: { type: 'string', description: 'What it is called now.' },
    since: { type: 'string', format: 'date-time' },
    ends_at: { type: 'string', format: 'date-time', description: 'Until then nothing else gets the name.' },
  },
} as const;

function view({ kind, name, current, since, endsAt }: FormerName) {
  return { kind, name, current_name: current, since: apiTime(since), ends_at: apiTime(endsAt) };
}

function listRoute({ db }: ProjectDeps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: formerPath,
    operationId: 'listFormerNames',
    tag,
    summary: 'Earlier names of projects and repositories that pulls still use.',
    needs: 'system',
    permission: 'project:list',
    parameters: pageParameters,
    answers: {
      200: {
        description: 'One page of them, by name.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: formerNameSchema },
      },
    },
    refusals: [401, 403],
    run: async (call) => {
      const page = parsePage(call.parameters);
      const limit = page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size;
      const now = await db.now();
      const { rows, count } = await pageOfFormerNames(db.reader, { now, offset: offsetOf(page), limit });
      return pageAnswer(call, page, { items: rows.map(view), total: count });
    },
  });
}

function releaseRoute(deps: ProjectDeps): RestRoute {
  return restRoute.system({
    method: 'DELETE',
    path: formerPath,
    operationId: 'releaseFormerName',
    tag,
    summary: 'Ends pulls by an earlier name, which anybody may then take.',
    needs: 'system',
    permission: 'configuration:update',
    parameters: {
      name: {
        in: 'query',
        required: true,
        description: 'Of a project, or of a repository with the name that its project has now.',
        schema: { type: 'string' },
      },
    },
    answers: { 200: { description: 'Released.' } },
    refusals: [401, 403, 404],
    run: async ({ parameters: { name } }, { actor }) => {
      await releaseName(deps, { name, actor });
      return { status: 200 };
    },
  });
}
