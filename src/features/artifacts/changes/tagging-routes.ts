import { type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { createTag } from '../../../content/artifacts/tagging/create-tag.ts';
import { deleteTag } from '../../../content/tags/delete-tag.ts';
import { because } from '../../../lib/because.ts';
import { AppError } from '../../../lib/errors.ts';
import { isTag, parseReference, type Tag } from '../../../lib/oci/tag.ts';
import type { Database } from '../../../platform/db/database.ts';
import { findRow } from '../find-row.ts';
import { parametersOfOne } from '../parameters.ts';
import { pathOfOne, tag } from '../paths.ts';
import { requireTagRight } from './require-tag-right.ts';

interface Deps {
  readonly db: Database;
}

/** Harbor's operations that make and delete tags. */
export function taggingRoutes(deps: Deps): readonly RestRoute[] {
  return [
    restRoute.repository({
      method: 'POST',
      path: `${pathOfOne}/tags`,
      operationId: 'createTag',
      tag,
      summary: 'Gives an artifact one more tag, which the repository must not have.',
      needs: 'repository',
      permission: 'tag:create',
      parameters: parametersOfOne,
      body: {
        name: 'tag',
        schema: { type: 'object', properties: { name: { type: 'string', description: 'The tag.' } } },
      },
      answers: { 201: { description: 'Made.' } },
      refusals: [400, 401, 403, 404, 409, 412],
      run: async ({ parameters, body }, asker) => {
        const { project, repository, actor } = asker;
        const reference = parseReference(parameters.reference);
        await findRow(deps, repository.fullName, parameters.reference);
        const name = readTag(body.name ?? '');
        await requireTagRight(deps, asker, { permission: 'tag:create', tag: name });
        const repositoryName = repository.fullName;
        await createTag(deps, { projectId: project.id, repositoryName, reference, tag: name, actor });
        return { status: 201 };
      },
    }),
    restRoute.repository({
      method: 'DELETE',
      path: `${pathOfOne}/tags/{tag_name}`,
      operationId: 'deleteTag',
      tag,
      summary: 'Takes a tag from an artifact, which stays, also when it was its last.',
      needs: 'repository',
      permission: 'tag:delete',
      parameters: {
        ...parametersOfOne,
        tag_name: { in: 'path', required: true, description: 'The tag.', schema: { type: 'string' } },
      },
      answers: { 200: { description: 'Taken.' } },
      refusals: [401, 403, 404, 412],
      run: async ({ parameters }, asker) => {
        const { project, repository, actor } = asker;
        const { tag_name: name } = parameters;
        await requireTagRight(deps, asker, { permission: 'tag:delete', tag: name });
        const { id: artifactId } = await findRow(deps, repository.fullName, parameters.reference);
        if (!isTag(name)) throw new AppError('NOT_FOUND', { message: `the artifact does not have that tag` });
        const repositoryName = repository.fullName;
        await deleteTag(deps, { projectId: project.id, repositoryName, tag: name, artifactId, actor });
        return { status: 200 };
      },
    }),
  ];
}

/** @throws AppError BAD_REQUEST */
function readTag(text: string): Tag {
  if (isTag(text)) return text;
  throw new AppError('BAD_REQUEST', {
    message: `"${text.slice(0, 128).replaceAll('\0', '')}" is not a tag`,
    detail: 'use letters, digits, _ . - (not . or - first), at most 128 characters',
    because: because('form wrong', { what: 'name', form: 'tag' }),
  });
}
