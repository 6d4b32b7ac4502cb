import { readCookie } from './read-cookie.ts';

export const sessionCookieName = 'sid';
export const csrfCookieName = '_gorilla_csrf';

/** Ours are 43 letters; whatever else comes is none, and never gets to the database. */
const token = /^[\w-]{43}$/;

export function readTokenCookie(header: string | undefined, name: string): string | undefined {
  const value = readCookie(header, name);
  return value !== undefined && token.test(value) ? value : undefined;
}

/**
 * Links from elsewhere open a page with the session; requests that change something need a token beside it.
 * @param origin the scheme and host that the client uses
 */
export function sessionCookie(id: string, origin: string): string {
  return `${sessionCookieName}=${id}; Path=/; HttpOnly; SameSite=Lax${secure(origin)}`;
}

export function endedSessionCookie(origin: string): string {
  return `${sessionCookie('', origin)}; Max-Age=0`;
}

export function csrfCookie(value: string, origin: string): string {
  return `${csrfCookieName}=${value}; Path=/; HttpOnly; SameSite=Strict${secure(origin)}`;
}

function secure(origin: string): string {
  return origin.startsWith('https:') ? '; Secure' : '';
}
