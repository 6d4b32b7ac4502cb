import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Passwords } from '../../platform/crypto/password.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { requireHarborPassword } from './require-harbor-password.ts';
import { requireProfile } from './require-profile.ts';
import { requireStrongPassword } from './require-strong-password.ts';
import { findAlike } from './user-reads.ts';
import { addUser } from './user-writes.ts';

export interface CreateUserInput {
  readonly username: string;
  readonly password: string;
  readonly email?: string;
  readonly realname?: string;
  readonly comment?: string;
  /** Harbor's clients choose by Harbor's rule; default: the stricter one. */
  readonly passwordRule?: 'harbor';
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
  requireProfile(input);
  if (input.passwordRule === 'harbor') requireHarborPassword(input.password);
  else requireStrongPassword(input.password);
  const passwordHash = await deps.passwords.hash(input.password);
  const now = await deps.db.now();
  return deps.db.transaction((tx) => create(tx, input, { passwordHash, now }));
}

async function create(
  tx: Tx,
  input: CreateUserInput,
  made: { readonly passwordHash: string; readonly now: number },
): Promise<number> {
  const { username, email = null, realname = '', comment = '', actor } = input;
  await oneAtATime(tx, 'user-names');
  const taken = await findAlike(tx, { username, email });
  if (taken !== undefined) throw conflict(username, taken);
  const id = await addUser(tx, { username, email, realname, comment, ...made });
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
    // Strangers who register are not told whose it is.
    return new AppError('CONFLICT', {
      message: 'another account has this e-mail address',
      because: because('e-mail taken', {}),
    });
  const same = taken.username === username ? '' : ', which differs by case only';
  return new AppError('CONFLICT', {
    message: `there is a user ${taken.username} already${same}`,
    detail: 'choose another name',
    because: because('user exists', { name: taken.username }),
  });
}
