import type { RestRoute } from '../../access/rest-route.ts';
import { accountRoutes } from './account-routes.ts';
import type { Registration } from './create-account.ts';
import { type UserDeps, userRoutes } from './routes.ts';

/** Without sessions nobody comes by a browser, so nobody registers. */
const closed: Registration = { isOpen: () => Promise.resolve(false), isFromBrowser: () => false };

export function createUsers(
  given: Omit<UserDeps, 'registrationOf'> & Partial<Pick<UserDeps, 'registrationOf'>>,
): { readonly routes: readonly RestRoute[] } {
  const deps: UserDeps = { registrationOf: () => closed, ...given };
  return { routes: [...userRoutes(deps), ...accountRoutes(deps)] };
}
