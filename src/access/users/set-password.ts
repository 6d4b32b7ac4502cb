import type { Passwords } from '../../platform/crypto/password.ts';
import type { Database } from '../../platform/db/database.ts';
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
  requireStrongPassword(input.password, deps.allowWeak);
  const passwordHash = await deps.passwords.hash(input.password);
  const now = await deps.db.now();
  const id = await deps.db.transaction(async (tx) => {
    const user = await requireUser(tx, input.username);
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
