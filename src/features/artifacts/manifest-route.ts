import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { findBytesOf } from '../../content/referrers/referrer-reads.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { findRow } from './find-row.ts';
import { parametersOfOne } from './parameters.ts';
import { tag } from './paths.ts';

/** `/v2` takes no session, and a look at a manifest is no pull. */
export function manifestRoute(deps: { readonly db: Database }): RestRoute {
  return restRoute.repository({
    method: 'GET',
    path: '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/manifest',
    operationId: 'getManifest',
    tag,
    summary: 'The manifest of an artifact as it was pushed, without counting as a pull.',
    needs: 'repository',
    permission: 'artifact-addition:read',
    parameters: parametersOfOne,
    answers: {
      200: {
        description: 'Its bytes.',
        headers: ['Content-Type'],
        schema: { type: 'object', properties: {} },
      },
    },
    refusals: [401, 403, 404],
    run: async ({ parameters }, { repository }) => {
      const row = await findRow(deps, repository.fullName, parameters.reference);
      const bytes = (await findBytesOf(deps.db.reader, [row.blobId])).get(row.blobId);
      if (bytes === undefined)
        throw new AppError('NOT_FOUND', { message: `the manifest of ${row.digest} is not stored` });
      return { status: 200, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: bytes };
    },
  });
}
