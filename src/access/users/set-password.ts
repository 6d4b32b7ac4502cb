import { AppError } from '../../lib/errors.ts';
import type { Passwords } from '../../platform/crypto/password.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { requireStrongPassword } from './require-strong-password.ts';
import { requireUser } from './require-user.ts';
import { setUserPassword } from './user-writes.ts';

/** The administrator that the first start makes. */
const firstAdminId = 1;

export interface SetPasswordDeps {
  readonly db: Database;
  readonly passwords: Passwords;
  /** The file that names the first password; it must not outlive that password. */
  readonly forgetInitialPassword: () => Promise<void>;
  /** Passwords that everybody tries first are taken, too. */
  readonly allowWeak: boolean;
}

/**
 * Sets an account's password. Remembered verifications of the old one end.
 * @throws AppError NOT_FOUND, BAD_REQUEST
 */
export async function setPassword(
  deps: SetPasswordDeps,
  input: { readonly username: string; readonly password: string; readonly actor: Actor },
): Promise<void> {
  const { username, password, actor } = input;
  requireStrongPassword(password, deps.allowWeak);
  await storePassword(deps, { find: (tx) => requireUser(tx, username), password, actor });
}

/**
 * Stores a password that the caller's rules have taken.
 * @throws AppError NOT_FOUND
 */
export async function storePassword(
  deps: SetPasswordDeps,
  input: {
    readonly find: (tx: Tx) => Promise<{ readonly id: number } | undefined>;
    readonly password: string;
    readonly actor: Actor;
  },
): Promise<void> {
  const passwordHash = await deps.passwords.hash(input.password);
  const now = await deps.db.now();
  const id = await deps.db.transaction(async (tx) => {
    const user = await input.find(tx);
    if (user === undefined) throw new AppError('NOT_FOUND', { message: 'there is no such user' });
    await setUserPassword(tx, { id: user.id, passwordHash, now });
    await append(tx, {
      type: 'password.changed',
      at: now,
      actor: input.actor,
      projectId: null,
      object: `user:${user.id}`,
    });
    return user.id;
  });
  if (id === firstAdminId) await deps.forgetInitialPassword();
}
