import { AppError } from '../../lib/errors.ts';
import type { Passwords } from '../../platform/crypto/password.ts';
import type { Database } from '../../platform/db/database.ts';
import type { User } from './user-reads.ts';
import { replacePasswordHash } from './user-writes.ts';

/**
 * At a sign-in, the only moment at which the password is known: a hash that came from Harbor becomes one of ours. The
 * password stays what it is, so tokens go on and there is no event.
 */
export async function renewPasswordHash(
  deps: { readonly db: Database; readonly passwords: Passwords },
  user: User,
  password: string,
): Promise<void> {
  const { id, passwordHash: old } = user;
  if (old === null || !deps.passwords.isOutdated(old)) return;
  try {
    const passwordHash = await deps.passwords.hash(password);
    await deps.db.transaction((tx) => replacePasswordHash(tx, { id, old, passwordHash }));
  } catch (error) {
    // Too many sign in at once; the next time does it.
    if (!(error instanceof AppError && error.code === 'TOO_MANY_REQUESTS')) throw error;
  }
}
