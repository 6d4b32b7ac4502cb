import { can } from '../../../access/authorize.ts';
import { requireInProject } from '../../../access/denied.ts';
import { findProject } from '../../../access/projects/project-reads.ts';
import { type Asker, type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { copyArtifact } from '../../../content/artifacts/copying/copy-artifact.ts';
import { AppError } from '../../../lib/errors.ts';
import { readRepositoryName } from '../../../lib/oci/repository-name.ts';
import { parseReference, type Reference } from '../../../lib/oci/tag.ts';
import type { Database } from '../../../platform/db/database.ts';
import { parametersOfPart } from '../parameters.ts';
import { path, tag } from '../paths.ts';

interface Deps {
  readonly db: Database;
}

/** Harbor's operation that copies an artifact into the repository of the path. */
export function copyRoute(deps: Deps): RestRoute {
  return restRoute.repository({
    method: 'POST',
    path,
    operationId: 'CopyArtifact',
    tag,
    summary:
      'Copies an artifact here, with its children, what is about them and all its tags; needs the right to pull it there.',
    needs: 'repository',
    permission: 'artifact:create',
    parameters: {
      ...parametersOfPart,
      from: {
        in: 'query',
        required: true,
        description: 'project/repository:tag or project/repository@digest.',
        schema: { type: 'string' },
      },
    },
    answers: { 201: { description: 'Copied, or there already.', headers: ['Location'] } },
    refusals: [400, 401, 403, 404, 412],
    run: async (call, asker) => {
      const { project, repository, grants, now, actor } = asker;
      const { source, text } = await readSource(deps, asker, call.parameters.from);
      await copyArtifact(deps, {
        source,
        projectId: project.id,
        repositoryName: repository.fullName,
        sparse: project.sparseManifests,
        allowsTag: (name) => {
          const place = { project, path: repository.path, tag: name };
          return can(grants, 'artifact:create', place, now).allowed;
        },
        actor,
      });
      return { status: 201, headers: { Location: `${call.path}/${text}` } };
    },
  });
}

interface Source {
  readonly source: { readonly repositoryName: string; readonly reference: Reference };
  /** The reference as it was given. */
  readonly text: string;
}

/**
 * Who reads a description without being allowed to pull does not get the content by a copy.
 * @throws AppError BAD_REQUEST, UNAUTHORIZED, DENIED, NOT_FOUND
 */
async function readSource(deps: Deps, asker: Asker, from: string): Promise<Source> {
  const [, name = '', byTag, byDigest] =
    /^([^:@]{1,255})(?::([^:@]{1,128})|@([^@]{1,320}))$/.exec(from) ?? [];
  const text = byTag ?? byDigest ?? '';
  const parsed = readRepositoryName(name, '');
  if (parsed === undefined || text === '') {
    throw new AppError('BAD_REQUEST', {
      message: 'from names no artifact',
      detail: 'write project/repository:tag or project/repository@digest',
    });
  }
  const reference = parseReference(text);
  const project = await findProject(deps.db.reader, parsed.project);
  for (const permission of ['artifact:read', 'repository:pull'] as const) {
    await requireInProject(deps, asker, {
      permission,
      project,
      named: parsed.project,
      path: parsed.path,
      ...(reference.kind === 'tag' ? { tag: reference.tag } : {}),
    });
  }
  return { source: { repositoryName: parsed.fullName, reference }, text };
}
