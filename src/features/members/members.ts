import type { RestRoute } from '../../access/rest-route.ts';
import { type MemberDeps, memberRoutes } from './routes.ts';

export function createMembers(deps: MemberDeps): { readonly routes: readonly RestRoute[] } {
  return { routes: memberRoutes(deps) };
}
