import type { RestRoute } from '../../access/rest-route.ts';
import { findShownArtifacts } from '../../content/artifacts/shown/artifact-page-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import { copyRoute } from './changes/copy-route.ts';
import { labellingRoutes } from './changes/labelling-routes.ts';
import { tagHistoryRoutes } from './changes/tag-history-routes.ts';
import { taggingRoutes } from './changes/tagging-routes.ts';
import { comparisonRoutes } from './files/comparison-routes.ts';
import { fileContentRoute, fileDownloadRoute } from './files/file-content-route.ts';
import { filesRoute } from './files/files-route.ts';
import { layersRoute } from './files/layers-route.ts';
import { SendingRoom } from './files/sending-room.ts';
import { indexesRoute } from './indexes/indexes-route.ts';
import { manifestRoute } from './manifest-route.ts';
import { parseArtifactQuery } from './parse-artifact-query.ts';
import { repositoryTagsRoute } from './repository-tags-route.ts';
import { artifactRoutes } from './routes.ts';

export function createArtifacts(
  deps: Omit<Parameters<typeof fileContentRoute>[0], 'room'> & {
    /** What stands before the names of robots. */
    readonly prefix: () => string;
  },
): { readonly routes: readonly RestRoute[] } {
  const withRoom = { ...deps, room: new SendingRoom() };
  return {
    routes: [
      ...artifactRoutes(deps),
      ...labellingRoutes(deps),
      ...taggingRoutes(deps),
      ...tagHistoryRoutes(deps),
      copyRoute(deps),
      repositoryTagsRoute(deps),
      manifestRoute(deps),
      indexesRoute(deps),
      layersRoute(deps),
      filesRoute(deps),
      fileContentRoute(withRoom),
      fileDownloadRoute(withRoom),
      ...comparisonRoutes(deps),
    ],
  };
}

/**
 * What the list of a repository's artifacts shows with that `q`, for who changes all of it at once.
 * @throws AppError BAD_REQUEST
 */
export async function artifactsMatching(
  db: Queries,
  { q, ...of }: { readonly repositoryId: number; readonly q: string | undefined; readonly limit: number },
): Promise<readonly { readonly id: number; readonly name: string }[]> {
  const query = parseArtifactQuery(q);
  const { limit, repositoryId } = of;
  return query === undefined ? [] : findShownArtifacts(db, { ...query, of: { repositoryId }, limit });
}
