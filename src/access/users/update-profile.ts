import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { requireHarborProfile, requireProfile } from './require-profile.ts';
import { findAlike } from './user-reads.ts';
import { lockUser, updateUserProfile } from './user-writes.ts';

export interface UpdateProfileInput {
  readonly userId: number;
  readonly email: string;
  readonly realname: string;
  readonly comment: string;
  readonly actor: Actor;
}

/**
 * Replaces what an account says of itself; what changes nothing leaves no event. An account that was made without an
 * address or a name, as the command line does, need not get one to change the rest.
 * @throws AppError BAD_REQUEST, NOT_FOUND, CONFLICT for an e-mail address that somebody else has
 */
export async function updateProfile(
  deps: { readonly db: Database },
  input: UpdateProfileInput,
): Promise<void> {
  const { userId: id, realname, comment, actor } = input;
  const email = input.email === '' ? null : input.email;
  requireProfile({ ...(email === null ? {} : { email }), realname, comment });
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    await oneAtATime(tx, 'user-names');
    const before = await lockUser(tx, id);
    if (before === undefined) throw new AppError('NOT_FOUND', { message: 'there is no such user' });
    requireHarborProfile({
      ...(before.email === null ? {} : { email: input.email }),
      ...(before.realname === '' ? {} : { realname }),
    });
    const taken = await findAlike(tx, { username: '', email, otherThan: id });
    if (taken !== undefined)
      throw new AppError('CONFLICT', {
        message: 'another account has this e-mail address',
        because: because('e-mail taken', {}),
      });
    if (before.email === email && before.realname === realname && before.comment === comment) return;
    await updateUserProfile(tx, { id, email, realname, comment, now });
    await append(tx, {
      type: 'user.updated',
      at: now,
      actor,
      projectId: null,
      object: `user:${id}`,
      data: {
        username: before.username,
        emailBefore: before.email,
        email,
        realnameBefore: before.realname,
        realname,
        commentBefore: before.comment,
        comment,
      },
    });
  });
}
