import { projectParameters } from '../../access/projects/project-parameters.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { deleteWithDependents } from '../../content/artifacts/delete-with-dependents.ts';
import type { ReadContentDeps } from '../../content/descriptions/read-content.ts';
import { findVisibleRepositoryId } from '../../content/repositories/repository-reads.ts';
import { AppError } from '../../lib/errors.ts';
import { parseReference } from '../../lib/oci/tag.ts';
import { pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { type AdditionName, additionNames } from './additions-of.ts';
import { accessorySchema, artifactSchema, iconSchema, tagSchema } from './artifact-schema.ts';
import { findIcon } from './find-icon.ts';
import { findRow } from './find-row.ts';
import { listAccessories } from './list-accessories.ts';
import { listArtifacts } from './list-artifacts.ts';
import { listTags } from './list-tags.ts';
import { described, loadArtifacts } from './load-artifacts.ts';
import {
  acceptVulnerabilities,
  listParameters,
  parametersOfOne,
  parametersOfPart,
  switches,
} from './parameters.ts';
import { path, pathOfOne, tag } from './paths.ts';
import { readAddition } from './read-addition.ts';

const listOf = (items: typeof artifactSchema | typeof tagSchema | typeof accessorySchema) => ({
  200: {
    description: 'One page of them.',
    headers: ['X-Total-Count', 'Link'],
    schema: { type: 'array', items } as const,
  },
});

/** Harbor's operations that read and delete artifacts. */
export function artifactRoutes(deps: ReadContentDeps): readonly RestRoute[] {
  return [...listRoutes(deps), ...oneRoutes(deps), ...additionRoutes(deps)];
}

function listRoutes(deps: ReadContentDeps): readonly RestRoute[] {
  return [
    restRoute.repository({
      method: 'GET',
      path,
      operationId: 'listArtifacts',
      tag,
      summary: 'The artifacts of a repository, without accessories and untagged children of an index.',
      needs: 'repository',
      permission: 'artifact:list',
      parameters: { ...parametersOfPart, ...listParameters, ...acceptVulnerabilities, ...switches },
      answers: listOf(artifactSchema),
      refusals: [401, 403, 404],
      run: async (call, { repository: { fullName } }) => {
        const page = parsePage(call.parameters);
        const repositoryId = await findVisibleRepositoryId(deps.db.reader, fullName);
        const of = { repositoryId: repositoryId ?? 0 };
        return pageAnswer(call, page, await listArtifacts(deps, { ...call.parameters, of, page }));
      },
    }),
    restRoute.project({
      method: 'GET',
      path: '/api/v2.0/projects/{project_name_or_id}/artifacts',
      operationId: 'listArtifactsOfProject',
      tag: 'project',
      summary: 'The artifacts of all repositories of a project.',
      needs: 'project',
      permission: 'artifact:list',
      parameters: {
        ...projectParameters,
        ...listParameters,
        ...acceptVulnerabilities,
        ...switches,
        latest_in_repository: {
          in: 'query',
          description: 'Of each repository the newest; needs media_type or artifact_type in q.',
          schema: { type: 'boolean', default: false },
        },
      },
      answers: listOf(artifactSchema),
      refusals: [401, 403, 404],
      run: async (call, { project, principal }) => {
        if (principal.kind === 'anonymous') throw new AppError('UNAUTHORIZED');
        const page = parsePage(call.parameters);
        const of = { projectId: project.id };
        return pageAnswer(call, page, await listArtifacts(deps, { ...call.parameters, of, page }));
      },
    }),
    restRoute.repository({
      method: 'GET',
      path: `${pathOfOne}/tags`,
      operationId: 'listTags',
      tag,
      summary: 'The tags of an artifact.',
      needs: 'repository',
      permission: 'tag:list',
      parameters: {
        ...parametersOfOne,
        ...pageParameters,
        q: {
          in: 'query',
          description: 'A condition on name: exact, ~part or {any of}.',
          schema: { type: 'string' },
        },
        sort: {
          in: 'query',
          description: 'name, push_time, pull_time, id, each with - for descending.',
          schema: { type: 'string' },
        },
        with_immutable_status: switches.with_immutable_status,
      },
      answers: listOf(tagSchema),
      refusals: [401, 403, 404],
      run: async (call, { repository }) => {
        const row = await findRow(deps, repository.fullName, call.parameters.reference);
        const page = parsePage(call.parameters);
        return pageAnswer(call, page, await listTags(deps, row, { ...call.parameters, page }));
      },
    }),
    restRoute.repository({
      method: 'GET',
      path: `${pathOfOne}/accessories`,
      operationId: 'listAccessories',
      tag,
      summary: 'What is directly about an artifact: signatures, SBOMs and the like.',
      needs: 'repository',
      permission: 'accessory:list',
      parameters: {
        ...parametersOfOne,
        ...pageParameters,
        q: { in: 'query', description: 'Conditions on type and digest.', schema: { type: 'string' } },
        sort: {
          in: 'query',
          description: 'id, creation_time, size, type, digest, each with - for descending.',
          schema: { type: 'string' },
        },
      },
      answers: listOf(accessorySchema),
      refusals: [401, 403, 404],
      run: async (call, { repository }) => {
        const row = await findRow(deps, repository.fullName, call.parameters.reference);
        const page = parsePage(call.parameters);
        return pageAnswer(call, page, await listAccessories(deps, row, { ...call.parameters, page }));
      },
    }),
  ];
}

function oneRoutes(deps: ReadContentDeps): readonly RestRoute[] {
  return [
    restRoute.repository({
      method: 'GET',
      path: pathOfOne,
      operationId: 'getArtifact',
      tag,
      summary: 'One artifact, by a tag or its digest.',
      needs: 'repository',
      permission: 'artifact:read',
      parameters: {
        ...parametersOfOne,
        ...pageParameters,
        ...acceptVulnerabilities,
        ...switches,
        with_signature: { ...switches.with_label, description: 'Does not count.' },
      },
      answers: { 200: { description: 'It.', schema: artifactSchema } },
      refusals: [401, 403, 404],
      run: async ({ parameters }, { repository }) => {
        const row = await findRow(deps, repository.fullName, parameters.reference);
        const [body] = await loadArtifacts(deps, [row], parameters);
        return { status: 200, body };
      },
    }),
    restRoute.repository({
      method: 'DELETE',
      path: pathOfOne,
      operationId: 'deleteArtifact',
      tag,
      summary: 'Moves an artifact with its tags, its accessories and its untagged children to the trash.',
      needs: 'repository',
      permission: 'artifact:delete',
      parameters: parametersOfOne,
      answers: { 200: { description: 'Deleted.' } },
      refusals: [401, 403, 404, 412],
      run: async ({ parameters }, { project, repository: { fullName: repositoryName }, actor }) => {
        const reference = parseReference(parameters.reference);
        await deleteWithDependents(deps, { projectId: project.id, repositoryName, reference, actor });
        return { status: 200 };
      },
    }),
    restRoute.visitor({
      method: 'GET',
      path: '/api/v2.0/icons/{digest}',
      operationId: 'getIcon',
      tag: 'icon',
      summary: 'The picture of a type of artifacts, or one that an artifact brings.',
      needs: 'anyone',
      parameters: {
        digest: { in: 'path', required: true, description: 'Its digest.', schema: { type: 'string' } },
      },
      answers: { 200: { description: 'It.', schema: iconSchema } },
      refusals: [404],
      run: async ({ parameters }, asker) => ({
        status: 200,
        body: await findIcon(deps, asker, parameters.digest),
      }),
    }),
  ];
}

function additionRoutes(deps: ReadContentDeps): readonly RestRoute[] {
  return [
    restRoute.repository({
      method: 'GET',
      path: `${pathOfOne}/additions/vulnerabilities`,
      operationId: 'getVulnerabilitiesAddition',
      tag,
      summary: 'Reports of vulnerabilities, by their type. There is no scanner, so there are none.',
      needs: 'repository',
      permission: 'artifact-addition:read',
      parameters: { ...parametersOfOne, ...acceptVulnerabilities },
      answers: { 200: { description: 'An empty object.', schema: { type: 'object', properties: {} } } },
      refusals: [401, 403, 404],
      run: async ({ parameters }, { repository }) => {
        await findRow(deps, repository.fullName, parameters.reference);
        return { status: 200, body: {} };
      },
    }),
    restRoute.repository({
      method: 'GET',
      path: `${pathOfOne}/additions/{addition}`,
      operationId: 'getAddition',
      tag,
      summary: 'A part of what the artifact contains; the answer has the type of that part.',
      needs: 'repository',
      permission: 'artifact-addition:read',
      parameters: {
        ...parametersOfOne,
        addition: {
          in: 'path',
          required: true,
          description: 'Which; what there is depends on the type of the artifact.',
          schema: { type: 'string', enum: additionNames },
        },
      },
      answers: { 200: { description: 'It.', headers: ['Content-Type'], schema: { type: 'string' } } },
      refusals: [401, 403, 404, 413],
      run: async ({ parameters }, { repository }) => {
        const row = await findRow(deps, repository.fullName, parameters.reference);
        const name = parameters.addition as AdditionName;
        const { contentType, content } = await readAddition(deps, await described(deps, row), name);
        return { status: 200, headers: { 'Content-Type': contentType }, body: content };
      },
    }),
  ];
}
