import { type RestRoute, restRoute } from '../../../access/rest-route.ts';
import {
  countTagsOf,
  findParentsOf,
  findTagsOf,
} from '../../../content/artifacts/shown/artifact-part-reads.ts';
import type { Database } from '../../../platform/db/database.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../../platform/http/api/page.ts';
import { findRow } from '../find-row.ts';
import { parametersOfOne } from '../parameters.ts';
import { tag } from '../paths.ts';

/** An index may have tens of thousands of tags. */
const mostTags = 20;

const schema = {
  type: 'object',
  properties: {
    digest: { type: 'string', description: 'Of the index.' },
    tags: { type: 'array', items: { type: 'string' }, description: `Its newest, at most ${mostTags}.` },
    tag_count: { type: 'integer', format: 'int64', description: 'How many tags it has.' },
  },
} as const;

/** What lists an image as one of its platforms: who has its digest only learns which tags bring it. */
export function indexesRoute(deps: { readonly db: Database }): RestRoute {
  return restRoute.repository({
    method: 'GET',
    path: '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/indexes',
    operationId: 'listIndexes',
    tag,
    summary: 'The indexes of the repository that list an artifact, the newest first.',
    needs: 'repository',
    permission: 'artifact:read',
    parameters: { ...parametersOfOne, ...pageParameters },
    answers: {
      200: {
        description: 'One page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: schema },
      },
    },
    refusals: [401, 403, 404],
    run: async (call, { repository }) => {
      const { reader } = deps.db;
      const row = await findRow(deps, repository.fullName, call.parameters.reference);
      const listing = (await findParentsOf(reader, [row.blobId])).filter(
        ({ repositoryId }) => repositoryId === row.repositoryId,
      );
      // One may list it more than once.
      const parents = [...new Map(listing.map((parent) => [parent.id, parent])).values()];
      const page = parsePage(call.parameters);
      const start = offsetOf(page);
      const shown = parents
        .toSorted((one, other) => other.id - one.id)
        .slice(start, page.size === 0 ? undefined : start + page.size);
      const ids = shown.map(({ id }) => id);
      const tags = Map.groupBy(await findTagsOf(reader, ids, mostTags), ({ artifactId }) => artifactId);
      const counts = new Map(
        (await countTagsOf(reader, ids)).map(({ artifactId, count }) => [artifactId, count]),
      );
      const items = shown.map(({ id, digest }) => ({
        digest,
        tags: (tags.get(id) ?? []).map(({ name }) => name),
        tag_count: counts.get(id) ?? 0,
      }));
      return pageAnswer(call, page, { items, total: parents.length });
    },
  });
}
