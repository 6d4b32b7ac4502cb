import type { RestRoute } from '../../access/rest-route.ts';
import type { ReadContentDeps } from '../../content/descriptions/read-content.ts';
import { copyRoute } from './copy-route.ts';
import { labellingRoutes } from './labelling-routes.ts';
import { artifactRoutes } from './routes.ts';
import { taggingRoutes } from './tagging-routes.ts';

export function createArtifacts(deps: ReadContentDeps): { readonly routes: readonly RestRoute[] } {
  return {
    routes: [...artifactRoutes(deps), ...labellingRoutes(deps), ...taggingRoutes(deps), copyRoute(deps)],
  };
}
