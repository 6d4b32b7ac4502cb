import type { RestRoute } from '../../access/rest-route.ts';
import { copyRoute } from './changes/copy-route.ts';
import { labellingRoutes } from './changes/labelling-routes.ts';
import { tagHistoryRoutes } from './changes/tag-history-routes.ts';
import { taggingRoutes } from './changes/tagging-routes.ts';
import { comparisonRoutes } from './files/comparison-routes.ts';
import { fileContentRoute } from './files/file-content-route.ts';
import { filesRoute } from './files/files-route.ts';
import { layersRoute } from './files/layers-route.ts';
import { manifestRoute } from './manifest-route.ts';
import { repositoryTagsRoute } from './repository-tags-route.ts';
import { artifactRoutes } from './routes.ts';

export function createArtifacts(
  deps: Parameters<typeof fileContentRoute>[0] & {
    /** What stands before the names of robots. */
    readonly prefix: () => string;
  },
): { readonly routes: readonly RestRoute[] } {
  return {
    routes: [
      ...artifactRoutes(deps),
      ...labellingRoutes(deps),
      ...taggingRoutes(deps),
      ...tagHistoryRoutes(deps),
      copyRoute(deps),
      repositoryTagsRoute(deps),
      manifestRoute(deps),
      layersRoute(deps),
      filesRoute(deps),
      fileContentRoute(deps),
      ...comparisonRoutes(deps),
    ],
  };
}
