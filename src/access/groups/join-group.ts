import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { requireSeparateDuties } from '../roles/require-separate-duties.ts';
import { addMembership, keepGroup, keepMemberName, removeMembership } from './group-writes.ts';
import { localSource } from './require-group-name.ts';

export interface MembershipInput {
  readonly groupId: number;
  readonly userId: number;
  readonly actor: Actor;
}

/**
 * Puts somebody into a group, from which moment the group's roles are theirs. False: an administrator did so before.
 * @throws AppError NOT_FOUND, CONFLICT where duties are separated
 */
export async function joinGroup(deps: { readonly db: Database }, input: MembershipInput): Promise<boolean> {
  const { groupId, userId } = input;
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    const names = await resolve(tx, input);
    if (!(await addMembership(tx, { groupId, userId, source: localSource, now }))) return false;
    await requireSeparateDuties(tx, { kind: 'user', id: userId }, now);
    await append(tx, event('group.joined', input, names, now));
    return true;
  });
}

/**
 * Takes back that somebody was put into a group here. What a login provider says of them stays.
 * @throws AppError NOT_FOUND also for who is not in it
 */
export async function leaveGroup(deps: { readonly db: Database }, input: MembershipInput): Promise<void> {
  const { groupId, userId } = input;
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const names = await resolve(tx, input);
    if (!(await removeMembership(tx, { groupId, userId, source: localSource })))
      throw new AppError('NOT_FOUND', {
        message: `${names.username} was not put into the group ${names.group} by an administrator`,
      });
    await append(tx, event('group.left', input, names, now));
  });
}

interface Names {
  readonly group: string;
  readonly username: string;
}

async function resolve(tx: Tx, { groupId, userId }: MembershipInput): Promise<Names> {
  const group = await keepGroup(tx, groupId);
  if (group === undefined) throw new AppError('NOT_FOUND', { message: `user group ${groupId} not found` });
  const username = await keepMemberName(tx, userId);
  if (username === undefined) throw new AppError('NOT_FOUND', { message: `user ${userId} not found` });
  return { group: group.name, username };
}

function event(
  type: 'group.joined' | 'group.left',
  { groupId, userId, actor }: MembershipInput,
  names: Names,
  now: number,
) {
  const data = { ...names, userId, source: localSource };
  return { type, at: now, actor, projectId: null, object: `group:${groupId}`, data };
}
