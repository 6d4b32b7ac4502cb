import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { findAlike } from './user-reads.ts';
import { endSessionsOf, lockUser, renameUser } from './user-writes.ts';

/** Harbor's, on which those rely who have a person `admin` at their login provider. */
const newName = 'admin@harbor.local';

/**
 * Gives the first administrator Harbor's other name, and ends the account's sessions. What it is called so already
 * stays as it is.
 * @throws AppError CONFLICT
 */
export async function renameAdmin(
  deps: { readonly db: Database },
  { userId: id, actor }: { readonly userId: number; readonly actor: Actor },
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    await oneAtATime(tx, 'user-names');
    const before = await lockUser(tx, id);
    if (before === undefined) throw new AppError('NOT_FOUND', { message: `user ${id} not found` });
    if (before.username === newName) return;
    if ((await findAlike(tx, { username: newName, email: null, otherThan: id })) !== undefined)
      throw new AppError('CONFLICT', {
        message: `there is a user ${newName} already`,
        because: because('user exists', { name: newName }),
      });
    await renameUser(tx, { id, username: newName, now });
    await endSessionsOf(tx, id);
    await append(tx, {
      type: 'user.updated',
      at: now,
      actor,
      projectId: null,
      object: `user:${id}`,
      data: { usernameBefore: before.username, username: newName },
    });
  });
}
