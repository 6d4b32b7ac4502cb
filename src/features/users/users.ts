import type { RestRoute } from '../../access/rest-route.ts';
import { accountRoutes } from './account-routes.ts';
import { type UserDeps, userRoutes } from './routes.ts';

/** @param given.selfRegistration whether strangers may make accounts for themselves */
export function createUsers(
  given: Omit<UserDeps, 'registrationOf'> & { readonly selfRegistration: () => boolean },
): { readonly routes: readonly RestRoute[] } {
  const deps: UserDeps = {
    ...given,
    // Browsers say from which site a request comes; no script of a page can write that.
    registrationOf: ({ header }) => ({
      isOpen: () => Promise.resolve(given.selfRegistration()),
      isFromBrowser: () => header('sec-fetch-site') === 'same-origin',
    }),
  };
  return { routes: [...userRoutes(deps), ...accountRoutes(deps)] };
}
