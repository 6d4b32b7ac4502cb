import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { requireSeparateDuties } from '../roles/require-separate-duties.ts';
import { requireOtherAdmin } from '../users/require-other-admin.ts';
import { requireUser } from '../users/require-user.ts';
import { isSystemAdmin } from '../users/user-reads.ts';
import { keepUser } from '../users/user-writes.ts';
import { type Granted, type HeldGrant, putGrant, removeGrant } from './grant-writes.ts';
import { systemAdmin } from './roles.ts';

export interface SystemAdminInput {
  readonly username: string;
  readonly actor: Actor;
}

/**
 * Lets somebody do everything everywhere, without an end: an administrator who stops being one overnight may have
 * been the last.
 * @throws AppError NOT_FOUND, CONFLICT where duties are separated
 */
export async function grantSystemAdmin(
  deps: { readonly db: Database },
  input: SystemAdminInput,
): Promise<Granted> {
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    const user = await requireUser(tx, input.username);
    const granted = await putGrant(tx, { ...onSystem(user.id), expiresAt: null, now });
    await requireSeparateDuties(tx, { kind: 'user', id: user.id }, now);
    await append(tx, event('admin.granted', input, now));
    return granted;
  });
}

/** @throws AppError NOT_FOUND, LAST_ADMIN */
export async function revokeSystemAdmin(
  deps: { readonly db: Database },
  input: SystemAdminInput,
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const user = await requireUser(tx, input.username);
    await requireOtherAdmin(tx, user);
    if (!(await removeGrant(tx, onSystem(user.id))))
      throw new AppError('NOT_FOUND', { message: `${user.username} is no system administrator` });
    await append(tx, event('admin.revoked', input, now));
  });
}

/**
 * Makes an account an administrator of the system, or no longer one; what it is already leaves no event.
 * @throws AppError NOT_FOUND, LAST_ADMIN, CONFLICT where duties are separated
 */
export async function setSystemAdmin(
  deps: { readonly db: Database },
  input: { readonly userId: number; readonly admin: boolean; readonly actor: Actor },
): Promise<void> {
  const { userId, admin, actor } = input;
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const user = await keepUser(tx, userId);
    if (user === undefined) throw new AppError('NOT_FOUND', { message: `user ${userId} not found` });
    const { username } = user;
    if (!admin) await requireOtherAdmin(tx, { id: userId, username });
    if ((await isSystemAdmin(tx, userId)) === admin) return;
    if (admin) {
      await putGrant(tx, { ...onSystem(userId), expiresAt: null, now });
      await requireSeparateDuties(tx, { kind: 'user', id: userId }, now);
    } else await removeGrant(tx, onSystem(userId));
    await append(tx, event(admin ? 'admin.granted' : 'admin.revoked', { username, actor }, now));
  });
}

/** The grant of an administrator of the system. */
export function onSystem(userId: number): HeldGrant {
  return {
    kind: 'user',
    principalId: userId,
    role: systemAdmin,
    scope: 'system',
    projectId: null,
    repositoryPattern: null,
    tagPattern: null,
  };
}

function event(type: 'admin.granted' | 'admin.revoked', { username, actor }: SystemAdminInput, now: number) {
  return { type, at: now, actor, projectId: null, object: username, data: { username } };
}
