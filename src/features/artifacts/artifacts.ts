import type { RestRoute } from '../../access/rest-route.ts';
import type { ReadContentDeps } from '../../content/descriptions/read-content.ts';
import { artifactRoutes } from './routes.ts';

export function createArtifacts(deps: ReadContentDeps): { readonly routes: readonly RestRoute[] } {
  return { routes: artifactRoutes(deps) };
}
