import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { requireOtherAdmin } from './require-other-admin.ts';
import { closeUser, lockUser } from './user-writes.ts';

/** The administrator that the first start makes stays, as with Harbor. */
const firstAdminId = 1;

export interface DeleteUserInput {
  readonly userId: number;
  /** Who asks: nobody deletes the account that they are signed in with. */
  readonly byUserId: number | undefined;
  readonly actor: Actor;
}

/**
 * Ends an account with its roles, memberships, tokens and sessions. Its row stays, so that its id is never somebody
 * else's; its name and its e-mail address are free.
 * @throws AppError DENIED, NOT_FOUND, LAST_ADMIN
 */
export async function deleteUser(deps: { readonly db: Database }, input: DeleteUserInput): Promise<void> {
  const { userId: id, byUserId, actor } = input;
  if (id === byUserId || id === firstAdminId) {
    const why = id === byUserId ? 'it is the one that asks' : 'it is the first administrator';
    throw new AppError('DENIED', { message: `User with ID ${id} can't be deleted: ${why}` });
  }
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const user = await lockUser(tx, id);
    if (user === undefined) throw new AppError('NOT_FOUND', { message: `user ${id} not found` });
    await requireOtherAdmin(tx, user);
    await closeUser(tx, { id, now });
    await append(tx, {
      type: 'user.deleted',
      at: now,
      actor,
      projectId: null,
      object: `user:${id}`,
      data: { username: user.username },
    });
  });
}
