import { can } from '../../access/authorize.ts';
import { projectParameters } from '../../access/projects/project-parameters.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { pageOfShownRepositories } from '../../content/repositories/repository-page-reads.ts';
import type { Database } from '../../platform/db/database.ts';
import { countRepositoriesIn } from './project-summary-store.ts';

/** What Harbor answers with 403 to who may see some repositories of a project only: that there is one, and how many. */
export function visiblePartRoute({ db }: { readonly db: Database }): RestRoute {
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
            project_id: { type: 'integer', format: 'int64' },
            name: { type: 'string' },
            public: { type: 'boolean' },
            whole: {
              type: 'boolean',
              description:
                'Whether the caller may read the project itself; else some of its repositories only.',
            },
            repository_count: {
              type: 'integer',
              format: 'int64',
              description: 'Of those that the caller sees.',
            },
          },
        },
      },
    },
    refusals: [401, 403, 404],
    run: async (_call, { project: { id, name, ...project }, grants, now }) => {
      const whole = can(grants, 'project:read', { project: { id, ...project } }, now).allowed;
      const visible = visibleTo(grants, 'repository:list', now);
      const part = { visible, projectIds: [id], offset: 0, limit: 0, sort: [] };
      const count = whole
        ? await countRepositoriesIn(db.reader, id)
        : (await pageOfShownRepositories(db.reader, part)).count;
      const body = { project_id: id, name, public: project.public, whole, repository_count: count };
      return { status: 200, body };
    },
  });
}
