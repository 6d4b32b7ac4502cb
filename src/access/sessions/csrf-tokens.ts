import { isMaskOf, maskToken } from '../../platform/crypto/mask-token.ts';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import { randomToken } from '../../platform/crypto/random-token.ts';
import { type CookiePlace, csrfCookie, csrfCookieName, readTokenCookie } from './session-cookie.ts';

export const csrfHeaderName = 'X-Harbor-CSRF-Token';

/**
 * Tokens that a page of ours can read and one of another site cannot. Each belongs to one session and one cookie: it is
 * made of both with a key that all instances have, so nothing is kept.
 */
export class CsrfTokens {
  readonly #masterKey: Pick<MasterKey, 'nameOf'>;

  constructor(masterKey: Pick<MasterKey, 'nameOf'>) {
    this.#masterKey = masterKey;
  }

  /** Headers of an answer: a new form of the token, and the cookie where the client has none. */
  offer(sessionId: string, cookies: string | undefined, place: CookiePlace): Record<string, string> {
    const known = readTokenCookie(cookies, csrfCookieName);
    const cookie = known ?? randomToken();
    const masked = maskToken(this.#secretOf(sessionId, cookie));
    return {
      [csrfHeaderName]: masked,
      ...(known === undefined ? { 'Set-Cookie': csrfCookie(cookie, place) } : {}),
    };
  }

  /** Undefined, or why the request is not known to come from a page of ours, in Harbor's words. */
  problem(sessionId: string, cookies: string | undefined, given: string | undefined): string | undefined {
    const cookie = readTokenCookie(cookies, csrfCookieName);
    if (cookie === undefined || given === undefined || given === '') return 'CSRF token not found in request';
    return isMaskOf(this.#secretOf(sessionId, cookie), given) ? undefined : 'CSRF token invalid';
  }

  #secretOf(sessionId: string, cookie: string): string {
    return this.#masterKey.nameOf(`csrf ${sessionId} ${cookie}`);
  }
}
