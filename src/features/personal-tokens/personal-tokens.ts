import type { PersonalTokenUse } from '../../access/authenticate.ts';
import { tokenUse } from '../../access/personal-tokens/token-use.ts';
import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { personalTokenRoutes } from './routes.ts';

/** Tokens of people: their operations, and what sign-ins by them need. */
export function createPersonalTokens(deps: {
  readonly db: Database;
  readonly log: Logger;
}): AsyncDisposable & { readonly routes: readonly RestRoute[]; readonly signIns: PersonalTokenUse } {
  const use = tokenUse(deps);
  return {
    routes: personalTokenRoutes(deps),
    signIns: { note: (...of) => use.note(...of) },
    [Symbol.asyncDispose]: () => use[Symbol.asyncDispose](),
  };
}
