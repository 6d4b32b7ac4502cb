import { can } from '../../../access/authorize.ts';
import { type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { copyArtifact } from '../../../content/artifacts/copying/copy-artifact.ts';
import type { Database } from '../../../platform/db/database.ts';
import { readSource } from '../files/read-source.ts';
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
      const { source, text } = await readSource(deps, asker, {
        parameter: 'from',
        value: call.parameters.from,
      });
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
