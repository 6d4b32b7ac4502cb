import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Tx } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { hasOtherAdmin, isSystemAdmin } from './user-reads.ts';

/**
 * Before an account is switched off or stops being an administrator: if it is one, somebody else has to be left who
 * can undo it. All who do so take turns, so that no two remove each other.
 * @throws AppError LAST_ADMIN
 */
export async function requireOtherAdmin(
  tx: Tx,
  user: { readonly id: number; readonly username: string },
): Promise<void> {
  await oneAtATime(tx, 'system-admins');
  if (!(await isSystemAdmin(tx, user.id)) || (await hasOtherAdmin(tx, user.id))) return;
  throw new AppError('LAST_ADMIN', {
    message: `${user.username} is the last system administrator who can sign in`,
    detail: 'make somebody else one first: berth access grant <user> system-admin',
    because: because('last administrator', { name: user.username }),
  });
}
