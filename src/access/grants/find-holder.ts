import { AppError } from '../../lib/errors.ts';
import type { Tx } from '../../platform/db/database.ts';
import { keepGroup } from '../groups/group-writes.ts';
import { requireGroup } from '../groups/require-group.ts';
import { requireUser } from '../users/require-user.ts';
import { keepUser } from '../users/user-writes.ts';

/** Who is given a role, by the name that people know. */
export interface Holder {
  readonly kind: 'user' | 'group';
  readonly name: string;
  /** Of a group, where several of one name are told apart by it. */
  readonly type?: number | undefined;
}

/**
 * The id, of an account or a group that stays until the transaction ends.
 * @throws AppError NOT_FOUND, BAD_REQUEST for a name of several groups
 */
export async function findHolder(tx: Tx, holder: Holder): Promise<number> {
  const { id } = holder.kind === 'user' ? await requireUser(tx, holder.name) : await requireGroup(tx, holder);
  const kept = holder.kind === 'user' ? await keepUser(tx, id) : await keepGroup(tx, id);
  if (kept === undefined) throw new AppError('NOT_FOUND', { message: `${holder.name} was just deleted` });
  return id;
}

/** How an event names it. */
export function holderData({ kind, name }: Pick<Holder, 'kind' | 'name'>): Readonly<Record<string, string>> {
  return kind === 'user' ? { username: name } : { group: name };
}
