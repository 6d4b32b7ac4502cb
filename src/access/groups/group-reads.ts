import type { Queries } from '../../platform/db/database.ts';
import { contains } from '../../platform/db/list-where.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { Group } from './require-group-name.ts';

const byId = prepare((db, values: { id: number }) =>
  db.selectFrom('user_group').select(['id', 'name', 'type']).where('id', '=', values.id),
);

export function findGroup(db: Queries, id: number): Promise<Group | undefined> {
  return db.first(byId, { id });
}

const byName = prepare((db, values: { name: string }) =>
  db.selectFrom('user_group').select(['id', 'name', 'type']).where('name', '=', values.name).orderBy('type'),
);

/** Groups of different types may have one name. */
export async function findGroupsByName(db: Queries, name: string): Promise<Group[]> {
  // PostgreSQL takes no such text.
  return name.includes('\0') || !name.isWellFormed() ? [] : db.all(byName, { name });
}

export interface GroupRow extends Group {
  readonly memberCount: number;
  readonly createdAt: number;
}

/** A page of the groups by name, and how many there are in all. */
export async function pageOfGroups(
  db: Queries,
  input: { readonly part?: string; readonly offset: number; readonly limit: number },
): Promise<{ rows: GroupRow[]; count: number }> {
  const { part = '' } = input;
  // PostgreSQL takes no text with NUL, SQLite no pattern that is much longer than a name.
  if (part.includes('\0') || part.length > 255 || !part.isWellFormed()) return { rows: [], count: 0 };
  const all = db.builder.selectFrom('user_group');
  const matching = part === '' ? all : all.where(contains('user_group.name', part));
  const counted = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const found = await matching
    .select((select) => [
      'user_group.id',
      'user_group.name',
      'user_group.type',
      'user_group.created_at as createdAt',
      select
        .selectFrom('user_group_member')
        .select((each) => each.fn.count<number>('user_group_member.user_id').distinct().as('count'))
        .whereRef('user_group_member.group_id', '=', 'user_group.id')
        .as('memberCount'),
    ])
    .orderBy('user_group.name')
    .orderBy('user_group.type')
    .offset(input.offset)
    .limit(input.limit)
    .execute();
  return {
    rows: found.map((row) => ({ ...row, memberCount: row.memberCount ?? 0 })),
    count: counted.count,
  };
}

export interface MembershipRow {
  readonly userId: number;
  readonly username: string;
  readonly source: string;
  readonly createdAt: number;
}

/** A page of who is in a group, by name; somebody whom two sources put there is in it twice. */
export async function pageOfMemberships(
  db: Queries,
  input: { readonly groupId: number; readonly offset: number; readonly limit: number },
): Promise<{ rows: MembershipRow[]; count: number }> {
  const matching = db.builder
    .selectFrom('user_group_member')
    .innerJoin('user', 'user.id', 'user_group_member.user_id')
    .where('user_group_member.group_id', '=', input.groupId)
    .where('user.deleted_at', 'is', null);
  const counted = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await matching
    .select([
      'user.id as userId',
      'user.username',
      'user_group_member.source',
      'user_group_member.created_at as createdAt',
    ])
    .orderBy('user.username')
    .orderBy('user_group_member.source')
    .offset(input.offset)
    .limit(input.limit)
    .execute();
  return { rows, count: counted.count };
}
