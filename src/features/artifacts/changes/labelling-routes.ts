import { type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { markArtifact, unmarkArtifact } from '../../../content/labels/mark-artifact.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Database } from '../../../platform/db/database.ts';
import { labelSchema } from '../artifact-schema.ts';
import { findRow } from '../find-row.ts';
import { parametersOfOne } from '../parameters.ts';
import { pathOfOne, tag } from '../paths.ts';

interface Deps {
  readonly db: Database;
}

/** Harbor's operations on the labels of artifacts. */
export function labellingRoutes(deps: Deps): readonly RestRoute[] {
  return [
    restRoute.repository({
      method: 'POST',
      path: `${pathOfOne}/labels`,
      operationId: 'addLabel',
      tag,
      summary: 'Puts a label of the system or of the project on an artifact; of the body only the id counts.',
      needs: 'repository',
      permission: 'artifact-label:create',
      parameters: parametersOfOne,
      body: { name: 'label', schema: labelSchema },
      answers: { 200: { description: 'Put.' } },
      refusals: [400, 401, 403, 404, 409],
      run: async ({ parameters, body }, { project, repository, actor }) => {
        const artifact = await findRow(deps, repository.fullName, parameters.reference);
        const { id: labelId } = body;
        if (labelId === undefined)
          throw new AppError('BAD_REQUEST', { message: 'the id of the label is missing' });
        await markArtifact(deps, { projectId: project.id, artifact, labelId, actor });
        return { status: 200 };
      },
    }),
    restRoute.repository({
      method: 'DELETE',
      path: `${pathOfOne}/labels/{label_id}`,
      operationId: 'removeLabel',
      tag,
      summary: 'Takes a label from an artifact.',
      needs: 'repository',
      permission: 'artifact-label:delete',
      parameters: {
        ...parametersOfOne,
        label_id: {
          in: 'path',
          required: true,
          description: 'The id of the label.',
          schema: { type: 'integer', format: 'int64' },
        },
      },
      answers: { 200: { description: 'Taken.' } },
      refusals: [401, 403, 404],
      run: async ({ parameters }, { project, repository, actor }) => {
        const artifact = await findRow(deps, repository.fullName, parameters.reference);
        const labelId = parameters.label_id;
        await unmarkArtifact(deps, { projectId: project.id, artifact, labelId, actor });
        return { status: 200 };
      },
    }),
  ];
}
