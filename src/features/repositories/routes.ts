import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { deleteRepository } from '../../content/artifacts/delete-repository.ts';
import { countArtifacts } from '../../content/artifacts/shown/count-artifacts-reads.ts';
import { findShownRepository } from '../../content/repositories/repository-page-reads.ts';
import { updateRepository } from '../../content/repositories/update-repository.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { listRepositories } from './list-repositories.ts';
import { repositorySchema, repositoryView, unescapeHtml } from './repository-view.ts';

const tag = 'repository';
const pathOfProject = '/api/v2.0/projects/{project_name}/repositories';
const pathOfOne = `${pathOfProject}/{repository_name}`;

const listParameters = {
  ...pageParameters,
  q: {
    in: 'query',
    description:
      'Conditions on name (exact, ~part or {any of}), project_id and blob_digest, divided by commas.',
    schema: { type: 'string' },
  },
  sort: {
    in: 'query',
    description: 'name, creation_time, update_time, pull_count, id, each with - for descending.',
    schema: { type: 'string' },
  },
} as const;

const projectName = {
  project_name: { in: 'path', required: true, description: 'The project.', schema: { type: 'string' } },
} as const;

const repositoryParameters = {
  ...projectName,
  repository_name: {
    in: 'path',
    required: true,
    description: 'Without the project; slashes are encoded, once or twice.',
    schema: { type: 'string' },
  },
} as const;

const list = {
  200: {
    description: 'One page of them.',
    headers: ['X-Total-Count', 'Link'],
    schema: { type: 'array', items: repositorySchema },
  },
} as const;

/** Harbor's operations on repositories. */
export function repositoryRoutes(deps: { readonly db: Database }): readonly RestRoute[] {
  const { db } = deps;
  return [
    restRoute.visitor({
      method: 'GET',
      path: '/api/v2.0/repositories',
      operationId: 'listAllRepositories',
      tag,
      summary: 'The repositories that the caller may see.',
      needs: 'anyone',
      parameters: listParameters,
      answers: list,
      refusals: [],
      run: async (call, { grants, now }) => {
        const visible = visibleTo(grants, 'repository:list', now);
        const page = parsePage(call.parameters);
        return pageAnswer(call, page, await listRepositories(deps, { ...call.parameters, visible, page }));
      },
    }),
    restRoute.project({
      method: 'GET',
      path: pathOfProject,
      operationId: 'listRepositories',
      tag,
      summary: 'The repositories of a project.',
      needs: 'project',
      permission: 'repository:list',
      inPart: 'repository:list',
      parameters: { ...projectName, ...listParameters },
      answers: list,
      refusals: [401, 403, 404],
      run: async (call, { project, grants, now }) => {
        const visible = visibleTo(grants, 'repository:list', now);
        const page = parsePage(call.parameters);
        const given = { ...call.parameters, projectId: project.id, visible, page };
        return pageAnswer(call, page, await listRepositories(deps, given));
      },
    }),
    restRoute.repository({
      method: 'GET',
      path: pathOfOne,
      operationId: 'getRepository',
      tag,
      summary: 'One repository.',
      needs: 'repository',
      permission: 'repository:read',
      parameters: repositoryParameters,
      answers: { 200: { description: 'It.', schema: repositorySchema } },
      refusals: [401, 403, 404],
      run: async (_call, { repository: { fullName } }) => {
        const found = await findShownRepository(db.reader, fullName);
        if (found === undefined)
          throw new AppError('NOT_FOUND', { message: `repository ${fullName} not found` });
        return {
          status: 200,
          body: repositoryView(found, await countArtifacts(db.reader, { repositoryId: found.id })),
        };
      },
    }),
    restRoute.repository({
      method: 'PUT',
      path: pathOfOne,
      operationId: 'updateRepository',
      tag,
      summary: 'Changes the description of a repository; nothing else of the body counts.',
      needs: 'repository',
      permission: 'repository:update',
      parameters: repositoryParameters,
      body: { name: 'repository', schema: withLimit },
      answers: { 200: { description: 'Changed.' } },
      refusals: [401, 403, 404],
      run: async ({ body }, { project, repository: { fullName: repositoryName }, actor }) => {
        const description = unescapeHtml(body.description ?? '');
        await updateRepository(deps, { projectId: project.id, repositoryName, description, actor });
        return { status: 200 };
      },
    }),
    restRoute.repository({
      method: 'DELETE',
      path: pathOfOne,
      operationId: 'deleteRepository',
      tag,
      summary: 'Moves a repository with all its artifacts to the trash.',
      needs: 'repository',
      permission: 'repository:delete',
      parameters: repositoryParameters,
      answers: { 200: { description: 'Deleted.' } },
      refusals: [401, 403, 404, 412],
      run: async (_call, { project, repository: { fullName: repositoryName }, actor }) => {
        await deleteRepository(deps, { projectId: project.id, repositoryName, actor });
        return { status: 200 };
      },
    }),
  ];
}

/** A list shows a hundred of them. */
const withLimit = {
  ...repositorySchema,
  properties: { ...repositorySchema.properties, description: { type: 'string', maxLength: 65_536 } },
} as const;
