import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Principal } from '../principal.ts';
import { type CsrfTokens, csrfHeaderName } from './csrf-tokens.ts';
import { readTokenCookie, sessionCookieName } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';

/** A request, as far as a session is concerned. */
export interface SessionRequest {
  readonly method: string;
  readonly header: (name: string) => string | undefined;
  readonly context: {
    readonly origin: string;
    readonly prefix: string;
    readonly clientAddress: string;
    readonly client: string;
    /** Joined to whatever is answered, refusals too. */
    readonly answerHeaders: Record<string, string>;
  };
}

/** Who a request is from by its cookie; undefined without a session that lives. */
export type SessionSignIn = (request: SessionRequest) => Promise<Principal | undefined>;

/** What the addresses for browsers need. */
export interface SessionRoutesDeps {
  readonly db: Database;
  readonly sessions: Sessions;
  readonly csrf: CsrfTokens;
  readonly bySession: SessionSignIn;
  /** @throws AppError UNAUTHORIZED, TOO_MANY_REQUESTS */
  readonly signIn: (
    header: string | undefined,
    from: { readonly clientAddress: string },
  ) => Promise<{ readonly principal: Principal; readonly passwordVersion: number | undefined }>;
  readonly administers: (principal: Principal) => Promise<boolean>;
  /** Whether strangers may make accounts for themselves. */
  readonly selfRegistration: () => boolean;
}

/** Harbor's: a page asks by itself, which is no use of the session. */
export const noRenewalHeader = 'x-harbor-no-session-renewal';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * A browser sends the cookie whatever page asks, so a request that changes something has to show a token that only
 * pages of ours know. Every answer brings one.
 */
export function createSessionSignIn(deps: {
  readonly sessions: Sessions;
  readonly csrf: CsrfTokens;
}): SessionSignIn {
  const { sessions, csrf } = deps;
  return async ({ method, header, context }) => {
    const cookies = header('cookie');
    const id = readTokenCookie(cookies, sessionCookieName);
    if (id === undefined) return undefined;
    const session = await sessions.find(id, header(noRenewalHeader) === undefined ? context : undefined);
    if (session === undefined) return undefined;
    Object.assign(context.answerHeaders, csrf.offer(id, cookies, context));
    if (!safeMethods.includes(method)) {
      const problem = csrf.problem(id, cookies, header(csrfHeaderName));
      if (problem !== undefined) throw new AppError('DENIED', { message: problem });
    }
    return { kind: 'user', id: session.userId, username: session.username };
  };
}
