import { can } from '../../access/authorize.ts';
import { projectParameters } from '../../access/projects/project-parameters.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { countRepositoriesByProject } from '../../content/repositories/repository-count-reads.ts';
import type { Database } from '../../platform/db/database.ts';
import { pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { listSeenProjects } from './list-seen-projects.ts';
import { countRepositoriesIn } from './project-summary-store.ts';

const integer = { type: 'integer', format: 'int64' } as const;
const time = { type: 'string', format: 'date-time' } as const;

const seen = {
  project_id: integer,
  name: { type: 'string' },
  public: { type: 'boolean' },
  whole: {
    type: 'boolean',
    description: 'Whether the caller may read the project itself; else some of its repositories only.',
  },
  repository_count: { ...integer, description: 'Of those that the caller sees.' },
} as const;

interface VisiblePartDeps {
  readonly db: Database;
  readonly settings: Settings;
}

/** What Harbor hides from who may see some repositories of a project only: that there is one, and how many. */
export function visiblePartRoutes(deps: VisiblePartDeps): readonly RestRoute[] {
  return [listRoute(deps), oneRoute(deps)];
}

function listRoute(deps: { readonly db: Database }): RestRoute {
  return restRoute.visitor({
    method: 'GET',
    path: '/api/berth/v1/projects',
    operationId: 'listVisibleProjects',
    tag: 'project',
    summary: 'The projects of which the caller sees anything, be it a single repository.',
    needs: 'anyone',
    parameters: {
      ...pageParameters,
      sort: {
        in: 'query',
        description: 'name, creation_time, update_time, each with - for descending.',
        schema: { type: 'string' },
      },
      name: { in: 'query', description: 'A part of the name.', schema: { type: 'string' } },
      public: { in: 'query', description: 'Only public, or only others.', schema: { type: 'boolean' } },
    },
    answers: {
      200: {
        description: 'One page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              ...seen,
              role_id: {
                ...integer,
                description: 'The strongest role that the caller holds in all of it; absent: none.',
              },
              stored_bytes: {
                ...integer,
                description: 'What its quota counts; absent where the caller sees a part of it only.',
              },
              creation_time: time,
              update_time: time,
            },
          },
        },
      },
    },
    refusals: [],
    run: async (call, asker) => {
      const page = parsePage(call.parameters);
      return pageAnswer(call, page, await listSeenProjects(deps, asker, { ...call.parameters, page }));
    },
  });
}

function oneRoute({ db, settings }: VisiblePartDeps): RestRoute {
  return restRoute.project({
    method: 'GET',
    path: '/api/berth/v1/projects/{project_name_or_id}/visible',
    operationId: 'getVisibleProject',
    tag: 'project',
    summary: 'A project as far as the caller sees it, be it a single repository.',
    needs: 'project',
    permission: 'project:read',
    inPart: 'repository:list',
    parameters: projectParameters,
    answers: {
      200: {
        description: 'It.',
        schema: {
          type: 'object',
          properties: {
            ...seen,
            former_name_days: {
              ...integer,
              description:
                'How many days pulls by an earlier name go on, of it and of its repositories; a setting of the registry.',
            },
          },
        },
      },
    },
    refusals: [401, 403, 404],
    run: async (_call, { project: { id, name, ...project }, grants, now }) => {
      const whole = can(grants, 'project:read', { project: { id, ...project } }, now).allowed;
      const part = { visible: visibleTo(grants, 'repository:list', now), projectIds: [id] };
      const count = whole
        ? await countRepositoriesIn(db.reader, id)
        : ((await countRepositoriesByProject(db.reader, part)).get(id) ?? 0);
      const former = settings.get('former_name_days');
      const figures = { repository_count: count, former_name_days: former };
      return { status: 200, body: { project_id: id, name, public: project.public, whole, ...figures } };
    },
  });
}
