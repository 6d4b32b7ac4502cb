import { AppError } from '../../lib/errors.ts';
import type { Passwords } from '../../platform/crypto/password.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { requireGoodPassword } from './require-good-password.ts';
import { addUser } from './user-writes.ts';

export interface CreateUserInput {
  readonly username: string;
  readonly password: string;
  readonly email: string | null;
  readonly realname: string;
  readonly actor: Actor;
}

const maxLength = 255;
/** Harbor's, and what Basic authentication and terminals cannot carry. */
const forbidden = /[,"~#%$:\p{Cc}]/u;

/**
 * Makes an account without rights. Names are taken as written: letter case tells accounts apart, as in Harbor.
 * @throws AppError BAD_REQUEST, CONFLICT
 */
export async function createUser(
  deps: { readonly db: Database; readonly passwords: Passwords; readonly allowWeak: boolean },
  input: CreateUserInput,
): Promise<number> {
  const { username, email, realname, actor } = input;
  requireUsername(username);
  requireGoodPassword(input.password, deps.allowWeak);
  const passwordHash = await deps.passwords.hash(input.password);
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    const id = await addUser(tx, { username, email, realname, passwordHash, now });
    if (id === undefined) {
      throw new AppError('CONFLICT', { message: `there is an account ${username} already` });
    }
    await append(tx, {
      type: 'user.created',
      at: now,
      actor,
      projectId: null,
      object: `user:${id}`,
      data: { username },
    });
    return id;
  });
}

function requireUsername(name: string): void {
  if (name !== '' && name === name.trim() && name.length <= maxLength && !forbidden.test(name)) return;
  throw new AppError('BAD_REQUEST', {
    message: `"${name.slice(0, maxLength)}" is not an account name: use 1 to ${maxLength} characters, no space around them and none of , " ~ # % $ :`,
  });
}
