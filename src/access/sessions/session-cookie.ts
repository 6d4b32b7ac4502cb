import { readCookie } from './read-cookie.ts';

export const sessionCookieName = 'sid';
export const csrfCookieName = '_gorilla_csrf';

/** Ours are 43 letters; whatever else comes is none, and never gets to the database. */
const token = /^[\w-]{43}$/;

export function readTokenCookie(header: string | undefined, name: string): string | undefined {
  const value = readCookie(header, name);
  return value !== undefined && token.test(value) ? value : undefined;
}

/** Scheme, host and path below which the client has the server. */
export interface CookiePlace {
  readonly origin: string;
  readonly prefix: string;
}

/** Links from elsewhere open a page with the session; requests that change something need a token beside it. */
export function sessionCookie(id: string, place: CookiePlace): string {
  return `${sessionCookieName}=${id}; ${pathOf(place)}; HttpOnly; SameSite=Lax${secure(place)}`;
}

export function endedSessionCookie(place: CookiePlace): string {
  return `${sessionCookie('', place)}; Max-Age=0`;
}

export function csrfCookie(value: string, place: CookiePlace): string {
  return `${csrfCookieName}=${value}; ${pathOf(place)}; HttpOnly; SameSite=Strict${secure(place)}`;
}

/** Others of the same host do not get it. Without a slash at the end it is the path itself, too (RFC 6265, 5.1.4). */
function pathOf({ prefix }: CookiePlace): string {
  return `Path=${prefix === '' ? '/' : prefix}`;
}

function secure({ origin }: CookiePlace): string {
  return origin.startsWith('https:') ? '; Secure' : '';
}
