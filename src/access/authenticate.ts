import { AppError } from '../lib/errors.ts';
import type { RecentAnswers } from '../platform/cache/recent-answers.ts';
import { isTokenText } from '../platform/crypto/new-token-text.ts';
import type { Passwords } from '../platform/crypto/password.ts';
import type { Database } from '../platform/db/database.ts';
import type { Caller } from './caller.ts';
import type { Use } from './last-use/last-use.ts';
import { findPersonalTokenVersion, verifyPersonalToken } from './personal-tokens/verify-personal-token.ts';
import { anonymous, type Principal, principalKey, type SignedInPrincipal } from './principal.ts';
import { noteFailedSignIn, type Refusals } from './refusals/note-refusal.ts';
import {
  findRobotOfLogin,
  findSecretVersion,
  type RobotSignIns,
  verifyRobot,
} from './robots/verify-robot.ts';
import type { LoginSlowing } from './slowing/login-slowing.ts';
import type { Tokens } from './tokens/tokens.ts';
import { RememberedPasswords, type Verified } from './users/remembered-passwords.ts';
import { renewPasswordHash } from './users/renew-password-hash.ts';
import { findActiveUser, findPasswordVersion } from './users/user-reads.ts';

export interface From {
  /** Of the other end of the connection, or what a trusted proxy says it is. */
  readonly clientAddress: string;
  /** What it calls itself. */
  readonly client?: string;
  /** Of the request. */
  readonly id?: string;
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
  readonly robots: RobotSignIns;
  readonly personalTokens: PersonalTokenUse;
  readonly refusals?: Refusals;
}

/** Told of each use of a personal token. */
export interface PersonalTokenUse {
  readonly note: (tokenId: number, use: Use) => void;
}

/** A password that was verified is remembered, and forgotten when it changes, on whatever instance. */
export function createAuthenticate(deps: AuthenticateDeps): {
  readonly authenticate: Authenticate;
  readonly signIn: SignIn;
  /** Whether a sign-in of a while ago would succeed now. */
  readonly stillCounts: (signedIn: SignedIn) => Promise<boolean>;
} {
  const remembered = new RememberedPasswords();
  const check = async (
    header: string | undefined,
    from: From,
    recent?: RecentVersions,
  ): Promise<SignedIn> => {
    if (header === undefined || header === '' || isEmptyBasic(header))
      return { principal: anonymous, passwordVersion: undefined };
    const verified = await verify({ ...deps, remembered, recent }, header, from).catch((error: unknown) => {
      noteFailure(deps, header, from, error);
      throw error;
    });
    if (verified === undefined) {
      const error = wrong(header);
      noteFailure(deps, header, from, error);
      throw error;
    }
    noteUse(deps, verified.principal, from);
    return verified;
  };
  return {
    signIn: (header, from) => check(header, from),
    stillCounts: async ({ principal, passwordVersion }) =>
      principal.kind === 'anonymous' ||
      ((await currentVersion(deps, principal, undefined)) === passwordVersion && hasItsName(deps, principal)),
    authenticate: async (header, from, recent) => {
      if (header !== undefined && /^bearer\b/i.test(header) && !isPersonalBearer(header))
        return readBearer(deps, header, from, recent);
      return { principal: (await check(header, from, recent)).principal };
    },
  };
}

/** RFC 6750 §2.1. The account is looked up at each use: it may be gone, or have another password by now. */
async function readBearer(
  deps: AuthenticateDeps,
  header: string,
  from: From,
  recent: RecentVersions | undefined,
): Promise<Caller> {
  const text = bearerOf(header);
  const token = text === undefined ? undefined : await deps.tokens.verify(text);
  if (token === undefined) throw new AppError('TOKEN_INVALID');
  const { principal, passwordVersion, access } = token;
  if (principal.kind !== 'anonymous') {
    const current = await currentVersion(deps, principal, recent);
    if (current === undefined || current !== passwordVersion)
      throw new AppError('TOKEN_INVALID', {
        message:
          'the account of this token is closed, its password has changed, or the personal token that it was given for has ended',
      });
    noteUse(deps, principal, from);
  }
  return { principal, token: { access } };
}

/** Of names and passwords: a token has no name that could be told. */
function noteFailure({ refusals }: AuthenticateDeps, header: string, from: From, error: unknown): void {
  const given = parseBasic(header);
  if (refusals === undefined || given === undefined) return;
  if (error instanceof AppError && error.row.status >= 500) return;
  const { clientAddress: address, client = '', id = '' } = from;
  noteFailedSignIn(refusals, { username: given.username, address, client, id }, error);
}

function wrong(header: string): AppError {
  return isPersonalBearer(header)
    ? new AppError('TOKEN_INVALID', { message: 'the token is unknown or revoked, or it has ended' })
    : signInIsWrong();
}

/** Also of an account that is disabled: only who has it may know that it is there. */
export function signInIsWrong(): AppError {
  return new AppError('UNAUTHORIZED', { message: 'the user name or the password is wrong' });
}

/** Whether a header has the form of a personal token, which needs no name beside it. */
export function isPersonalBearer(header: string): boolean {
  const text = bearerOf(header);
  return text !== undefined && isTokenText(text);
}

/** What follows the word Bearer; undefined for what is no such header. */
function bearerOf(header: string): string | undefined {
  return /^bearer +(\S+)\s*$/i.exec(header)?.[1];
}

/** Of what a sign-in is compared with; undefined once the account, or the token by which it signed in, has ended. */
export function currentVersion(
  { db }: Pick<AuthenticateDeps, 'db'>,
  principal: SignedInPrincipal,
  recent: RecentVersions | undefined,
): Promise<number | undefined> {
  const ask = (): Promise<number | undefined> => {
    if (principal.kind === 'robot') return findSecretVersion({ db }, principal.robotId);
    const { personalToken } = principal;
    return personalToken === undefined
      ? findPasswordVersion(db.reader, principal.id)
      : findPersonalTokenVersion({ db }, personalToken);
  };
  return recent === undefined ? ask() : recent.ask('', principalKey(principal), ask);
}

function noteUse(deps: AuthenticateDeps, principal: SignedInPrincipal, from: From): void {
  const use = { address: from.clientAddress, client: from.client ?? '' };
  if (principal.kind === 'robot') deps.robots.note(principal.robotId, use);
  else if (principal.personalToken !== undefined) deps.personalTokens.note(principal.personalToken, use);
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
    const current = await currentVersion(deps, verified.principal, recent);
    if (current === verified.passwordVersion && hasItsName(deps, verified.principal)) return verified;
  }
  const outcome = checkPassword(deps, header, from);
  remembered.remember(header, outcome);
  return outcome;
}

/** What robots' names begin with is a setting: with it all their logins change. */
function hasItsName({ robots }: AuthenticateDeps, principal: SignedInPrincipal): boolean {
  return principal.kind !== 'robot' || principal.robotName.startsWith(robots.prefix());
}

async function checkPassword(
  deps: AuthenticateDeps,
  header: string,
  from: From,
): Promise<Verified | undefined> {
  const personal = bearerOf(header);
  if (personal !== undefined) return verifyPersonalToken(deps, personal);
  const credentials = parseBasic(header);
  if (credentials === undefined) return undefined;
  const { username, password } = credentials;
  return deps.slowing.attempt({ username, address: from.clientAddress }, async () => {
    const robot = await findRobotOfLogin(deps, username);
    if (robot !== undefined) {
      const right = await verifyRobot(deps, robot, { login: username, secret: password });
      const principal = { kind: 'robot', robotId: robot.id, robotName: username } as const;
      return right ? { principal, passwordVersion: robot.secretVersion } : undefined;
    }
    if (isTokenText(password)) return checkPersonalToken(deps, username, password);
    const user = await findActiveUser(deps.db.reader, username);
    const right = await deps.passwords.verify(password, user?.passwordHash ?? undefined);
    if (user === undefined || !right) return undefined;
    await renewPasswordHash(deps, user, password);
    const { id, passwordVersion } = user;
    return { principal: { kind: 'user', id, username: user.username } as const, passwordVersion };
  });
}

/** Where a password is asked for, a token stands for that of its owner only. */
async function checkPersonalToken(
  deps: AuthenticateDeps,
  username: string,
  text: string,
): Promise<Verified | undefined> {
  const verified = await verifyPersonalToken(deps, text);
  return verified?.principal.username === username ? verified : undefined;
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
