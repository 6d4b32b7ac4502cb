import type { ApiRoute } from '../../platform/http/api/api-route.ts';
import type { Routes } from '../../platform/http/server.ts';
import { apiPageRoutes } from './routes.ts';

export function createApiPage(deps: { readonly routes: () => readonly ApiRoute[] }): {
  readonly routes: Routes;
} {
  return { routes: apiPageRoutes(deps) };
}
