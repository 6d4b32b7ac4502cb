import { AppError } from '../../lib/errors.ts';
import type { RequestContext } from '../../platform/http/request-context.ts';
import { anonymous, type Principal, principalName, principalText } from '../principal.ts';
import { readTokenCookie, sessionCookie, sessionCookieName } from './session-cookie.ts';
import type { SessionRoutesDeps } from './session-sign-in.ts';

/** A form of a browser, with what came beside it. */
export interface SignInForm {
  readonly form: URLSearchParams | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly context: RequestContext;
}

/**
 * Signs a browser in by the fields `principal` and `password`.
 * @returns headers of the answer; undefined: nobody is signed in
 * @throws AppError DENIED for another site's page, TOO_MANY_REQUESTS
 */
export async function openSessionByForm(
  deps: SessionRoutesDeps,
  { form, headers: sent, context }: SignInForm,
): Promise<Record<string, string | string[]> | undefined> {
  refuseOtherSites(sent, context);
  const [username, password] = [form?.get('principal') ?? '', form?.get('password') ?? ''];
  const { principal, passwordVersion } = await deps
    .signIn(basic(username, password), context)
    .catch(whoIsNobody);
  // A program has no browser to sign in with, and tokens are for programs.
  if (principal.kind !== 'user' || principal.personalToken !== undefined || passwordVersion === undefined)
    return undefined;
  context.principal = principalName(principal);
  const cookies = typeof sent['cookie'] === 'string' ? sent['cookie'] : undefined;
  const { clientAddress: address, client, id: requestId } = context;
  const id = await deps.sessions.open({
    userId: principal.id,
    username: principal.username,
    passwordVersion,
    before: readTokenCookie(cookies, sessionCookieName),
    actor: { principal: principalText(principal), address, client, requestId },
  });
  const { 'Set-Cookie': csrfCookie, ...headers } = deps.csrf.offer(id, cookies, context);
  const set = [sessionCookie(id, context), ...(csrfCookie === undefined ? [] : [csrfCookie])];
  return { ...headers, 'Set-Cookie': set };
}

/** For `catch`: wrong credentials are nobody's. */
export function whoIsNobody(error: unknown): { principal: Principal; passwordVersion: undefined } {
  if (error instanceof AppError && error.row.status === 401)
    return { principal: anonymous, passwordVersion: undefined };
  throw error;
}

/**
 * Another site's page could sign a person in as somebody else. Browsers tell which site asks; other programs have no
 * cookies to protect.
 */
function refuseOtherSites(
  { origin: from, 'sec-fetch-site': site }: SignInForm['headers'],
  { origin }: RequestContext,
): void {
  const foreign =
    site === undefined
      ? from !== undefined && from !== origin
      : !['same-origin', 'none'].includes(String(site));
  if (foreign) throw new AppError('DENIED', { message: 'CSRF token invalid: another site asks' });
}

/** A colon would move the border between name and password: such a name is nobody's. */
function basic(username: string, password: string): string {
  const text = username.includes(':') ? '' : `${username}:${password}`;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}
