import { pageOfProjects } from '../../access/project-page-reads.ts';
import { type Asker, type RestRoute, restRoute } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { artifactsOfRow } from '../../content/artifacts/shown/count-artifacts-reads.ts';
import { findRepositories } from '../../content/repositories/found-repository-reads.ts';
import type { Database } from '../../platform/db/database.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';
import { loadDetails } from './load-details.ts';
import { projectSchema, projectView } from './project-view.ts';

/** Of each kind; nobody reads more, and of a hundred thousand an answer would take long. */
const mostFound = 1000;
const longestPart = 255;

const integer = { type: 'integer', format: 'int64' } as const;

const found: ObjectSchema = {
  type: 'object',
  properties: {
    project: { type: 'array', description: `At most ${mostFound}.`, items: projectSchema },
    repository: {
      type: 'array',
      description: `At most ${mostFound}.`,
      items: {
        type: 'object',
        properties: {
          project_id: integer,
          project_name: { type: 'string' },
          project_public: { type: 'boolean' },
          repository_name: { type: 'string' },
          pull_count: integer,
          artifact_count: integer,
        },
      },
    },
  },
};

export function searchRoutes(deps: { readonly db: Database }): readonly RestRoute[] {
  return [
    restRoute.visitor({
      method: 'GET',
      path: '/api/v2.0/search',
      operationId: 'search',
      tag: 'search',
      summary: 'Projects and repositories with this part in their name that the caller can see.',
      needs: 'anyone',
      parameters: {
        q: { in: 'query', required: true, description: 'Part of a name.', schema: { type: 'string' } },
      },
      answers: { 200: { description: 'Both lists, by name.', schema: found } },
      refusals: [],
      run: async ({ parameters: { q } }, asker) => ({
        status: 200,
        body: await search(deps, asker, q),
      }),
    }),
  ];
}

async function search({ db }: { readonly db: Database }, asker: Asker, part: string) {
  if (part.length > longestPart || !part.isWellFormed()) return { project: [], repository: [] };
  const { grants, now } = asker;
  const [{ rows }, repositories] = await Promise.all([
    pageOfProjects(db.reader, {
      visible: visibleTo(grants, 'project:read', now),
      name: { fuzzy: part },
      offset: 0,
      limit: mostFound,
      sort: [{ key: 'name', descending: false }],
    }),
    findRepositories(db.reader, {
      visible: visibleTo(grants, 'repository:list', now),
      part,
      limit: mostFound,
      artifactCount: artifactsOfRow,
    }),
  ]);
  const ids = rows.map(({ id }) => id);
  const details = await loadDetails(db.reader, ids);
  return {
    project: rows.map((row) => projectView(row, asker, details(row.id))),
    repository: repositories.map((each) =>
      withoutZeros({
        project_id: each.projectId,
        project_name: each.projectName,
        project_public: each.projectPublic,
        repository_name: each.fullName,
        pull_count: each.pullCount,
        artifact_count: each.artifactCount,
      }),
    ),
  };
}
