import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { countArtifactsOfEach } from '../../content/artifacts/shown/count-artifacts-reads.ts';
import { pageOfTree, type TreeRow } from '../../content/repositories/repository-tree-reads.ts';
import { AppError } from '../../lib/errors.ts';
import { isNameComponent } from '../../lib/oci/repository-name.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';

const integer = { type: 'integer', format: 'int64' } as const;

/** A folder may hold as many repositories as a project. */
const mostAtOnce = 1000;

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'Up to the next slash.' },
    path: { type: 'string', description: 'Behind the slash of the project.' },
    repositories: { ...integer, description: 'How many there are below it.' },
    repository: {
      type: 'object',
      description: 'Absent: it is a folder only.',
      properties: {
        artifact_count: integer,
        pull_count: integer,
        update_time: { type: 'string', format: 'date-time' },
      },
    },
  },
} as const;

/** Harbor lists repositories flat only. */
export function repositoryTreeRoute({ db }: { readonly db: Database }): RestRoute {
  return restRoute.project({
    method: 'GET',
    path: '/api/berth/v1/projects/{project_name}/repository-tree',
    operationId: 'listRepositoryTree',
    tag: 'repository',
    summary: 'The folders and repositories in one folder of a project’s names.',
    needs: 'project',
    permission: 'repository:list',
    inPart: 'repository:list',
    parameters: {
      project_name: { in: 'path', required: true, description: 'The project.', schema: { type: 'string' } },
      under: {
        in: 'query',
        description: 'The folder, such as backend or backend/tools; default: the project itself.',
        schema: { type: 'string' },
      },
      ...pageParameters,
    },
    answers: {
      200: {
        description: `One page of them by name, never more than ${mostAtOnce}.`,
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: schema },
      },
    },
    refusals: [400, 401, 403, 404],
    run: async (call, { project, grants, now }) => {
      const { under = '' } = call.parameters;
      const parts = under === '' ? [] : under.split('/');
      if (under.length > 255 || !parts.every(isNameComponent))
        throw new AppError('BAD_REQUEST', {
          message: `"${under.slice(0, 100)}" is no folder of repositories`,
          detail: 'write it without slashes at its ends: backend/tools',
        });
      const page = parsePage(call.parameters);
      const { rows, count } = await pageOfTree(db.reader, {
        visible: visibleTo(grants, 'repository:list', now),
        folder: `${[project.name, ...parts].join('/')}/`,
        offset: offsetOf(page),
        limit: page.size === 0 ? mostAtOnce : page.size,
      });
      const items = await treeView(db, parts, rows);
      return pageAnswer(call, page, { items, total: count });
    },
  });
}

async function treeView(db: Database, parts: readonly string[], rows: readonly TreeRow[]) {
  const ids = rows.flatMap(({ repository }) => repository?.id ?? []);
  const artifacts = await countArtifactsOfEach(db.reader, ids);
  return rows.map(({ segment, below, repository }) => ({
    name: segment,
    path: [...parts, segment].join('/'),
    repositories: below,
    ...(repository === undefined
      ? {}
      : {
          repository: {
            artifact_count: artifacts.get(repository.id) ?? 0,
            pull_count: repository.pullCount,
            update_time: apiTime(repository.updatedAt),
          },
        }),
  }));
}
