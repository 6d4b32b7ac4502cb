import { AppError } from '../lib/errors.ts';
import type { Passwords } from '../platform/crypto/password.ts';
import type { Database } from '../platform/db/database.ts';
import type { Caller } from './caller.ts';
import { anonymous } from './principal.ts';
import { RememberedPasswords, type Verified } from './remembered-passwords.ts';
import { findPasswordVersion, findUser } from './users/user-reads.ts';

/**
 * Finds out who a request is from.
 * @param header the `Authorization` header; without one the principal is anonymous
 * @throws AppError UNAUTHORIZED, TOO_MANY_REQUESTS
 */
export type Authenticate = (header: string | undefined) => Promise<Caller>;

/** A password that was verified is remembered, and forgotten when it changes, on whatever instance. */
export function createAuthenticate(deps: {
  readonly db: Database;
  readonly passwords: Passwords;
}): Authenticate {
  const remembered = new RememberedPasswords();
  return async (header) => {
    if (header === undefined || header === '' || isEmptyBasic(header)) return { principal: anonymous };
    const verified = await verify(deps, remembered, header);
    if (verified === undefined) {
      throw new AppError('UNAUTHORIZED', { message: 'the user name or the password is wrong' });
    }
    return { principal: { kind: 'user', id: verified.id, username: verified.username } };
  };
}

interface Deps {
  readonly db: Database;
  readonly passwords: Passwords;
}

async function verify(
  deps: Deps,
  remembered: RememberedPasswords,
  header: string,
): Promise<Verified | undefined> {
  const recalled = remembered.recall(header);
  if (recalled !== undefined) {
    const verified = await recalled;
    if (verified === undefined) return undefined;
    const current = await findPasswordVersion(deps.db.reader, verified.id);
    if (current === verified.passwordVersion) return verified;
  }
  const outcome = check(deps, header);
  remembered.remember(header, outcome);
  return outcome;
}

async function check(deps: Deps, header: string): Promise<Verified | undefined> {
  const credentials = parseBasic(header);
  if (credentials === undefined) return undefined;
  const user = await findUser(deps.db.reader, credentials.username);
  const right = await deps.passwords.verify(credentials.password, user?.passwordHash ?? undefined);
  return right ? user : undefined;
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
