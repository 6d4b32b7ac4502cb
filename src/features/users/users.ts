import type { RestRoute } from '../../access/rest-route.ts';
import type { SessionSignIn } from '../../access/sessions/session-sign-in.ts';
import type { Database } from '../../platform/db/database.ts';
import { accountRoutes } from './account-routes.ts';
import { findCurrentUser } from './find-current-user.ts';
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

/** Whose session a browser has, as `getCurrentUserInfo` tells it; undefined without one that lives. */
export function createWhoAsks(deps: {
  readonly db: Database;
  readonly bySession: SessionSignIn;
}): (request: Parameters<SessionSignIn>[0]) => Promise<object | undefined> {
  return async (request) => {
    const principal = await deps.bySession(request);
    return principal?.kind === 'user' ? findCurrentUser(deps, principal.id) : undefined;
  };
}
