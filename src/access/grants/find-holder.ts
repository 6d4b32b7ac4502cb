import { AppError } from '../../lib/errors.ts';
import type { Tx } from '../../platform/db/database.ts';
import { keepGroup } from '../groups/group-writes.ts';
import { requireGroup } from '../groups/require-group.ts';
import { requireUser } from '../users/require-user.ts';
import { keepUser } from '../users/user-writes.ts';
import { keepRobot } from './grant-writes.ts';

/** An account or a group by the name that people know. */
export interface NamedHolder {
  readonly kind: 'user' | 'group';
  readonly name: string;
  /** Of a group, where several of one name are told apart by it. */
  readonly type?: number | undefined;
}

/** Who is given something. */
export type Holder =
  | NamedHolder
  | {
      readonly kind: 'robot';
      readonly name: string;
      readonly id: number;
      /** Undefined: it is one of the system. */
      readonly projectId: number | undefined;
    };

/**
 * The id, of a principal that stays until the transaction ends.
 * @throws AppError NOT_FOUND, BAD_REQUEST for a name of several groups
 */
export async function findHolder(tx: Tx, holder: Holder): Promise<number> {
  const id = await findId(tx, holder);
  const kept = await keep(tx, holder.kind, id);
  if (!kept) throw new AppError('NOT_FOUND', { message: `${holder.name} was just deleted` });
  return id;
}

async function findId(tx: Tx, holder: Holder): Promise<number> {
  if (holder.kind === 'robot') return holder.id;
  return (holder.kind === 'user' ? await requireUser(tx, holder.name) : await requireGroup(tx, holder)).id;
}

async function keep(tx: Tx, kind: Holder['kind'], id: number): Promise<boolean> {
  if (kind === 'robot') return keepRobot(tx, id);
  return (kind === 'user' ? await keepUser(tx, id) : await keepGroup(tx, id)) !== undefined;
}

/** How an event names it. */
export function holderData({ kind, name }: Pick<Holder, 'kind' | 'name'>): Readonly<Record<string, string>> {
  if (kind === 'robot') return { robot: name };
  return kind === 'user' ? { username: name } : { group: name };
}
