import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { findUser, systemAdministrators } from './user-reads.ts';
import { setUserDisabled } from './user-writes.ts';

/**
 * Switches an account off or on again. Off, it is refused from the next request on; what it has been granted stays.
 * @throws AppError NOT_FOUND, LAST_ADMINISTRATOR
 */
export async function setDisabled(
  deps: { readonly db: Database },
  input: { readonly username: string; readonly disabled: boolean; readonly actor: Actor },
): Promise<void> {
  const { username, disabled, actor } = input;
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    await oneAtATime(tx, 'administrators');
    const user = await findUser(tx, username);
    if (user === undefined) throw new AppError('NOT_FOUND', { message: `there is no account ${username}` });
    if (user.disabled === disabled) return;
    const administrators = await systemAdministrators(tx, now);
    if (disabled && administrators.length === 1 && administrators[0] === user.id) {
      throw new AppError('LAST_ADMINISTRATOR');
    }
    await setUserDisabled(tx, { id: user.id, disabled, now });
    const type = disabled ? 'user.disabled' : 'user.enabled';
    await append(tx, {
      type,
      at: now,
      actor,
      projectId: null,
      object: `user:${user.id}`,
      data: { username },
    });
  });
}
