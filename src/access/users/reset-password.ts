import { AppError } from '../../lib/errors.ts';
import type { Passwords } from '../../platform/crypto/password.ts';
import type { Database } from '../../platform/db/database.ts';
import { append, systemActor } from '../../platform/events/append.ts';
import { requireGoodPassword } from './require-good-password.ts';
import { findUser } from './user-reads.ts';
import { setUserPassword } from './user-writes.ts';

export interface ResetPasswordDeps {
  readonly db: Database;
  readonly passwords: Passwords;
  /** The file that names the first password; it must not outlive that password. */
  readonly forgetInitialPassword: () => Promise<void>;
  /** Passwords that everybody tries first are taken, too. */
  readonly allowWeak: boolean;
}

/**
 * Sets a password from the machine itself. Remembered verifications of the old one end.
 * @throws AppError NOT_FOUND, BAD_REQUEST
 */
export async function resetPassword(
  deps: ResetPasswordDeps,
  input: { readonly username: string; readonly password: string },
): Promise<void> {
  requireGoodPassword(input.password, deps.allowWeak);
  const passwordHash = await deps.passwords.hash(input.password);
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const user = await findUser(tx, input.username);
    if (user === undefined)
      throw new AppError('NOT_FOUND', { message: `there is no user "${input.username}"` });
    await setUserPassword(tx, { id: user.id, passwordHash, now });
    await append(tx, {
      type: 'password.changed',
      at: now,
      actor: systemActor,
      projectId: null,
      object: `user:${user.id}`,
    });
  });
  await deps.forgetInitialPassword();
}
