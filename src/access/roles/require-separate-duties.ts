import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Queries, Tx } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { storedSettings } from '../../platform/settings/setting-reads.ts';
import { duties, dutyOf } from './duties.ts';

/** Whose duties are looked at: an account, everybody in a group, or all. */
export type Whose = { readonly kind: 'user' | 'group'; readonly id: number } | { readonly kind: 'everybody' };

const administrator = 'system-admin';

/**
 * After a duty was given or a group joined, in the same transaction: where duties are separated, nobody has two of
 * them, be it by groups or by roles of the registry's own, nor one beside administering the system. All who give some take turns, so that no two give
 * one each.
 * @throws AppError CONFLICT
 */
export async function requireSeparateDuties(tx: Tx, whose: Whose, now: number): Promise<void> {
  await oneAtATime(tx, 'duties');
  if ((await storedSettings(tx)).texts.get('separation_of_duties') === 'true')
    await requireSeparate(tx, whose, now);
}

/**
 * The same whether or not the setting is on: before it is switched on.
 * @throws AppError CONFLICT
 */
export async function requireSeparationPossible(tx: Tx, now: number): Promise<void> {
  await oneAtATime(tx, 'duties');
  await requireSeparate(tx, { kind: 'everybody' }, now);
}

async function requireSeparate(tx: Tx, whose: Whose, now: number): Promise<void> {
  /** Of each account, its duties, and how each is told. */
  const held = new Map<string, Map<string, string>>();
  for (const { username, role, permissions } of await dutiesOf(tx, whose, now)) {
    const duties = held.get(username) ?? new Map<string, string>();
    for (const duty of permissions === null ? [role] : exercised(permissions))
      if (permissions === null || !duties.has(duty))
        duties.set(duty, permissions === null ? duty : `${duty} (by the role ${role})`);
    held.set(username, duties);
  }
  for (const [username, duties] of held) {
    if (duties.size < 2) continue;
    const told = [...duties.values()].toSorted();
    throw new AppError('CONFLICT', {
      message: `${username} would be ${told.join(' and ')}, which one account may not be while duties are separated`,
      detail: 'take back the other role or the membership first, or set separation_of_duties to false',
      because: because('duties together', {
        name: username,
        duties: [...duties.keys()].toSorted().join(', '),
      }),
    });
  }
}

/** What a role of the registry's own amounts to: each duty of which it has something that is nobody else's. */
function exercised(permissions: string): Set<string> {
  return new Set(permissions.split(' ').flatMap((permission) => dutyOf(permission) ?? []));
}

/** One row for each way by which an account has one of the roles. */
async function dutiesOf(
  db: Queries,
  whose: Whose,
  now: number,
): Promise<
  readonly {
    readonly username: string;
    readonly role: string;
    /** Of a role of the registry's own; null: it is a duty, or the administrator's. */
    readonly permissions: string | null;
  }[]
> {
  const held = db.builder
    .selectFrom('grant')
    .leftJoin('user_group_member', (on) =>
      on
        .onRef('user_group_member.group_id', '=', 'grant.principal_id')
        .on('grant.principal_kind', '=', 'group'),
    )
    .innerJoin('user', (on) =>
      on.on((where) =>
        where.or([
          where('user.id', '=', where.ref('user_group_member.user_id')),
          where.and([
            where('grant.principal_kind', '=', 'user'),
            where('user.id', '=', where.ref('grant.principal_id')),
          ]),
        ]),
      ),
    )
    .leftJoin('role', (on) => on.onRef('role.name', '=', 'grant.role').on('role.level', '=', 'system'))
    .select(['user.username', 'grant.role', 'role.permissions'])
    .where('grant.scope', '=', 'system')
    .where((where) =>
      where.or([where('grant.role', 'in', [...duties, administrator]), where('role.name', 'is not', null)]),
    )
    .where((where) => where.or([where('grant.expires_at', 'is', null), where('grant.expires_at', '>', now)]))
    .where('user.deleted_at', 'is', null);
  switch (whose.kind) {
    case 'everybody':
      return held.execute();
    case 'user':
      return held.where('user.id', '=', whose.id).execute();
    case 'group':
      return held
        .where(
          'user.id',
          'in',
          db.builder.selectFrom('user_group_member').select('user_id').where('group_id', '=', whose.id),
        )
        .execute();
  }
}
