import { AppError } from '../../lib/errors.ts';
import type { Queries, Tx } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { storedSettings } from '../../platform/settings/setting-reads.ts';
import { duties } from './duties.ts';

/** Whose duties are looked at: an account, everybody in a group, or all. */
export type Whose = { readonly kind: 'user' | 'group'; readonly id: number } | { readonly kind: 'everybody' };

const administrator = 'system-admin';

/**
 * After a duty was given or a group joined, in the same transaction: where duties are separated, nobody has two of
 * them, be it by groups, nor one beside administering the system. All who give some take turns, so that no two give
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
  const rolesOf = new Map<string, Set<string>>();
  for (const { username, role } of await dutiesOf(tx, whose, now))
    rolesOf.set(username, (rolesOf.get(username) ?? new Set()).add(role));
  for (const [username, roles] of rolesOf) {
    if (roles.size < 2) continue;
    throw new AppError('CONFLICT', {
      message: `${username} would be ${[...roles].toSorted().join(' and ')}, which one account may not be while duties are separated`,
      detail: 'take back the other role or the membership first, or set separation_of_duties to false',
    });
  }
}

/** One row for each way by which an account has one of the roles. */
async function dutiesOf(
  db: Queries,
  whose: Whose,
  now: number,
): Promise<readonly { readonly username: string; readonly role: string }[]> {
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
    .select(['user.username', 'grant.role'])
    .where('grant.scope', '=', 'system')
    .where('grant.role', 'in', [...duties, administrator])
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
