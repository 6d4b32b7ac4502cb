import { AppError } from '../../lib/errors.ts';
import type { Passwords } from '../../platform/crypto/password.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { requireStrongPassword } from './require-strong-password.ts';
import { findAlike } from './user-reads.ts';
import { addUser } from './user-writes.ts';

const maxLength = 255;
/** Harbor's five, the colon at which a sign-in divides name and password, and what cannot be seen. */
const forbidden = /[,"~#%$:\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const emailGrammar = /^[^\s@,"<>\p{Cc}]+@[^\s@,"<>\p{Cc}]+\.[^\s@,"<>\p{Cc}]+$/u;
/** Called so in every log and list although it is nobody. */
const reserved = 'anonymous';

export interface CreateUserInput {
  readonly username: string;
  readonly password: string;
  readonly email?: string;
  readonly realname?: string;
  readonly actor: Actor;
}

/**
 * Makes an account without any role and returns its id. Names are told apart exactly when somebody signs in, but no
 * two differ by case alone: `Admin` beside `admin` would be taken for it.
 * @throws AppError BAD_REQUEST, CONFLICT for a name or an e-mail address that is taken
 */
export async function createUser(
  deps: { readonly db: Database; readonly passwords: Pick<Passwords, 'hash'> },
  input: CreateUserInput,
): Promise<number> {
  requireUsername(input.username);
  requireRealname(input.realname ?? '');
  if (input.email !== undefined) requireEmail(input.email);
  requireStrongPassword(input.password);
  const passwordHash = await deps.passwords.hash(input.password);
  const now = await deps.db.now();
  return deps.db.transaction((tx) => create(tx, input, { passwordHash, now }));
}

async function create(
  tx: Tx,
  input: CreateUserInput,
  made: { readonly passwordHash: string; readonly now: number },
): Promise<number> {
  const { username, email = null, realname = '', actor } = input;
  await oneAtATime(tx, 'user-names');
  const taken = await findAlike(tx, { username, email });
  if (taken !== undefined) throw conflict(username, taken);
  const id = await addUser(tx, { username, email, realname, ...made });
  if (id === undefined) throw conflict(username, { username });
  await append(tx, {
    type: 'user.created',
    at: made.now,
    actor,
    projectId: null,
    object: `user:${id}`,
    data: { username },
  });
  return id;
}

function conflict(username: string, taken: { readonly username: string }): AppError {
  if (taken.username.toLowerCase() !== username.toLowerCase())
    return new AppError('CONFLICT', { message: `the user ${taken.username} has this e-mail address` });
  const same = taken.username === username ? '' : ', which differs by case only';
  return new AppError('CONFLICT', {
    message: `there is a user ${taken.username} already${same}`,
    detail: 'choose another name',
  });
}

export function isUsername(text: string): boolean {
  return isName(text) && text !== '' && text.toLowerCase() !== reserved;
}

function requireUsername(username: string): void {
  if (isUsername(username)) return;
  throw new AppError('BAD_REQUEST', {
    message: `"${username.slice(0, maxLength)}" is not a user name`,
    detail: `use 1 to ${maxLength} characters without , " ~ # % $ : and no blank at either end; ${reserved} is reserved`,
  });
}

function requireRealname(realname: string): void {
  if (isName(realname)) return;
  throw new AppError('BAD_REQUEST', {
    message: `"${realname.slice(0, maxLength)}" is not a name of a person`,
    detail: `use at most ${maxLength} characters without , " ~ # % $ :`,
  });
}

function isName(text: string): boolean {
  return text.length <= maxLength && text.isWellFormed() && text === text.trim() && !forbidden.test(text);
}

function requireEmail(email: string): void {
  if (email.length <= maxLength && email.isWellFormed() && emailGrammar.test(email)) return;
  throw new AppError('BAD_REQUEST', { message: `"${email.slice(0, maxLength)}" is not an e-mail address` });
}
