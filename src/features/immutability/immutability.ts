import type { RestRoute } from '../../access/rest-route.ts';
import { type ImmutabilityDeps, immutabilityRoutes } from './routes.ts';

export function createImmutability(deps: ImmutabilityDeps): { readonly routes: readonly RestRoute[] } {
  return { routes: immutabilityRoutes(deps) };
}
