import { AppError } from '../lib/errors.ts';
import type { RecentAnswers } from '../platform/cache/recent-answers.ts';
import type { Passwords } from '../platform/crypto/password.ts';
import type { Database } from '../platform/db/database.ts';
import type { Caller } from './caller.ts';
import { anonymous, type Principal } from './principal.ts';
import type { LoginSlowing } from './slowing/login-slowing.ts';
import type { Tokens } from './tokens/tokens.ts';
import { RememberedPasswords, type Verified } from './users/remembered-passwords.ts';
import { renewPasswordHash } from './users/renew-password-hash.ts';
import { findActiveUser, findPasswordVersion } from './users/user-reads.ts';

export interface From {
  /** Of the other end of the connection, or what a trusted proxy says it is. */
  readonly clientAddress: string;
}

/**
 * Finds out who a request is from.
 * @param header the `Authorization` header; without one the principal is anonymous
 * @param recent of requests that go on while the database is away: versions of passwords, by account
 * @throws AppError UNAUTHORIZED, TOKEN_INVALID, TOO_MANY_REQUESTS
 */
export type Authenticate = (
  header: string | undefined,
  from: From,
  recent?: RecentVersions,
) => Promise<Caller>;

export type RecentVersions = RecentAnswers<number | undefined>;

/** Somebody with a password: the version of it is what ends a token when it changes. */
export interface SignedIn {
  readonly principal: Principal;
  readonly passwordVersion: number | undefined;
}

/** The same for names and passwords alone: a token gives no other token. */
export type SignIn = (header: string | undefined, from: From) => Promise<SignedIn>;

export interface AuthenticateDeps {
  readonly db: Database;
  readonly passwords: Passwords;
  readonly slowing: LoginSlowing;
  readonly tokens: Pick<Tokens, 'verify'>;
}

/** A password that was verified is remembered, and forgotten when it changes, on whatever instance. */
export function createAuthenticate(deps: AuthenticateDeps): {
  readonly authenticate: Authenticate;
  readonly signIn: SignIn;
} {
  const remembered = new RememberedPasswords();
  const check = async (
    header: string | undefined,
    from: From,
    recent?: RecentVersions,
  ): Promise<SignedIn> => {
    if (header === undefined || header === '' || isEmptyBasic(header))
      return { principal: anonymous, passwordVersion: undefined };
    const verified = await verify({ ...deps, remembered, recent }, header, from);
    if (verified === undefined) {
      throw new AppError('UNAUTHORIZED', { message: 'the user name or the password is wrong' });
    }
    const { id, username, passwordVersion } = verified;
    return { principal: { kind: 'user', id, username }, passwordVersion };
  };
  return {
    signIn: (header, from) => check(header, from),
    authenticate: async (header, from, recent) => {
      if (header !== undefined && /^bearer\b/i.test(header)) return readBearer(deps, header, recent);
      return { principal: (await check(header, from, recent)).principal };
    },
  };
}

/** RFC 6750 §2.1. The account is looked up at each use: it may be gone, or have another password by now. */
async function readBearer(
  deps: AuthenticateDeps,
  header: string,
  recent: RecentVersions | undefined,
): Promise<Caller> {
  const [, text] = /^bearer +(\S+)\s*$/i.exec(header) ?? [];
  const token = text === undefined ? undefined : await deps.tokens.verify(text);
  if (token === undefined) throw new AppError('TOKEN_INVALID');
  const { principal, passwordVersion, access } = token;
  if (principal.kind === 'user') {
    const current = await currentVersion(deps, principal.id, recent);
    if (current === undefined || current !== passwordVersion)
      throw new AppError('TOKEN_INVALID', {
        message: 'the account of this token is closed, or its password has changed',
      });
  }
  return { principal, token: { access } };
}

function currentVersion(
  { db }: AuthenticateDeps,
  id: number,
  recent: RecentVersions | undefined,
): Promise<number | undefined> {
  const ask = (): Promise<number | undefined> => findPasswordVersion(db.reader, id);
  return recent === undefined ? ask() : recent.ask('', String(id), ask);
}

interface VerifyDeps extends AuthenticateDeps {
  readonly remembered: RememberedPasswords;
  readonly recent: RecentVersions | undefined;
}

async function verify(deps: VerifyDeps, header: string, from: From): Promise<Verified | undefined> {
  const { remembered, recent } = deps;
  const recalled = remembered.recall(header);
  if (recalled !== undefined) {
    const verified = await recalled;
    if (verified === undefined) return undefined;
    const current = await currentVersion(deps, verified.id, recent);
    if (current === verified.passwordVersion) return verified;
  }
  const outcome = checkPassword(deps, header, from);
  remembered.remember(header, outcome);
  return outcome;
}

async function checkPassword(
  deps: AuthenticateDeps,
  header: string,
  from: From,
): Promise<Verified | undefined> {
  const credentials = parseBasic(header);
  if (credentials === undefined) return undefined;
  const { username, password } = credentials;
  return deps.slowing.attempt({ username, address: from.clientAddress }, async () => {
    const user = await findActiveUser(deps.db.reader, username);
    const right = await deps.passwords.verify(password, user?.passwordHash ?? undefined);
    if (!right || user === undefined) return undefined;
    await renewPasswordHash(deps, user, password);
    return user;
  });
}

/** What some clients send when they are asked for a password and have none. */
function isEmptyBasic(header: string): boolean {
  return /^basic +og==\s*$/i.test(header);
}

/** RFC 7617: UTF-8, and only the first colon divides. */
function parseBasic(header: string): { username: string; password: string } | undefined {
  const match = /^basic +([a-z0-9+/=_-]+)\s*$/i.exec(header);
  if (match === null) return undefined;
  const text = Buffer.from(match[1] ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 || text.includes('\0')
    ? undefined
    : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
