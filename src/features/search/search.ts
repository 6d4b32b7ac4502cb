import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { searchRoute } from './search-route.ts';

export function createSearch(deps: { readonly db: Database }): { readonly routes: readonly RestRoute[] } {
  return { routes: [searchRoute(deps)] };
}
