import type { MasterKey } from '../platform/crypto/master-key.ts';
import type { Database } from '../platform/db/database.ts';
import type { SignIn } from './authenticate.ts';
import { administersSystem } from './authorize.ts';
import { grantsOf, timeFor } from './resolve-and-require.ts';
import { CsrfTokens } from './sessions/csrf-tokens.ts';
import { createSessionSignIn, type SessionRoutesDeps } from './sessions/session-sign-in.ts';
import { Sessions } from './sessions/sessions.ts';

export interface CreateSessionsDeps {
  readonly db: Database;
  readonly masterKey: MasterKey;
  readonly signIn: SignIn;
  readonly sessionMinutes: () => number;
  readonly selfRegistration: () => boolean;
}

/** Sign-ins of browsers: who a cookie stands for, and what the addresses below `/c` need. */
export function createSessions(deps: CreateSessionsDeps): SessionRoutesDeps {
  const { db } = deps;
  const sessions = new Sessions({ db, lifeMs: () => deps.sessionMinutes() * 60_000 });
  const csrf = new CsrfTokens(deps.masterKey);
  const bySession = createSessionSignIn({ sessions, csrf });
  return {
    ...deps,
    sessions,
    csrf,
    bySession,
    administers: async (principal) => {
      const grants = await grantsOf(db.reader, principal);
      return administersSystem(grants, await timeFor(db, grants));
    },
  };
}
