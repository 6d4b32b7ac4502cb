import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { addGroup } from './group-writes.ts';
import { groupTypes, requireGroupName } from './require-group-name.ts';

export interface CreateGroupInput {
  readonly name: string;
  readonly type: number;
  readonly actor: Actor;
}

/**
 * Makes a group without anybody in it and returns its id.
 * @throws AppError BAD_REQUEST, CONFLICT
 */
export async function createGroup(
  deps: { readonly db: Database },
  { name, type, actor }: CreateGroupInput,
): Promise<number> {
  requireGroupName(name);
  if (type === groupTypes.ldap)
    throw new AppError('BAD_REQUEST', { message: 'a group of type 1 needs LDAP, not in this version' });
  if (!Object.values<number>(groupTypes).includes(type))
    throw new AppError('BAD_REQUEST', {
      message: `there is no type ${type} of groups: 2 is HTTP, 3 is OIDC`,
    });
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    await oneAtATime(tx, 'group-names');
    const id = await addGroup(tx, { name, type, now });
    if (id === undefined)
      throw new AppError('CONFLICT', {
        message: `there is a group ${name} of that type already`,
        because: because('group exists', { name }),
      });
    const object = `group:${id}`;
    await append(tx, {
      type: 'group.created',
      at: now,
      actor,
      projectId: null,
      object,
      data: { name, type },
    });
    return id;
  });
}
