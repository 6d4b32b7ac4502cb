import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Actor } from '../../platform/events/append.ts';
import { isWeakPassword } from './is-weak-password.ts';
import { requireHarborPassword } from './require-harbor-password.ts';
import { type SetPasswordDeps, storePassword } from './set-password.ts';
import { findUserById, isSystemAdmin, type User } from './user-reads.ts';

export interface ChangePasswordDeps extends SetPasswordDeps {
  /** Makes guessing slow: runs one verification, which returns undefined when the password is wrong. */
  readonly attempt: (
    from: { readonly username: string; readonly address: string },
    verify: () => Promise<true | undefined>,
  ) => Promise<true | undefined>;
}

export interface ChangePasswordInput {
  readonly userId: number;
  /** Of the account itself; undefined: an administrator sets the password of somebody else. */
  readonly oldPassword: string | undefined;
  readonly newPassword: string;
  readonly actor: Actor;
}

/**
 * Sets a password by Harbor's rules. Tokens of the account end.
 * @throws AppError NOT_FOUND, DENIED for a wrong old password, BAD_REQUEST, TOO_MANY_REQUESTS
 */
export async function changePassword(deps: ChangePasswordDeps, input: ChangePasswordInput): Promise<void> {
  const { userId, oldPassword, newPassword, actor } = input;
  const user = await findUserById(deps.db.reader, userId);
  if (user === undefined) throw new AppError('NOT_FOUND', { message: `user ${userId} not found` });
  if (oldPassword !== undefined) await requireOldPassword(deps, user, { oldPassword, actor });
  requireHarborPassword(newPassword);
  const administers = await isSystemAdmin(deps.db.reader, userId);
  if (administers && !deps.allowWeak && isWeakPassword(newPassword))
    throw new AppError('BAD_REQUEST', {
      message: 'the password of an administrator must not be one that everybody tries first',
      because: because('password known', {}),
    });
  if (await deps.passwords.verify(newPassword, user.passwordHash ?? undefined))
    throw new AppError('BAD_REQUEST', {
      message: 'New password is identical to old password',
      because: because('password same', {}),
    });
  await storePassword(deps, { find: (tx) => findUserById(tx, userId), password: newPassword, actor });
}

async function requireOldPassword(
  deps: ChangePasswordDeps,
  user: User,
  { oldPassword, actor }: { readonly oldPassword: string; readonly actor: Actor },
): Promise<void> {
  const right = await deps.attempt({ username: user.username, address: actor.address }, async () =>
    (await deps.passwords.verify(oldPassword, user.passwordHash ?? undefined)) ? true : undefined,
  );
  if (right !== true)
    throw new AppError('DENIED', {
      message: 'Current password is incorrect',
      because: because('password wrong', {}),
    });
}
