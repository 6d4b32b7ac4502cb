import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { contains } from '../../platform/db/list-where.ts';
import { valueList } from '../../platform/db/value-list.ts';
import { type Grant, listOfOwnRole } from './grant-reads.ts';

export type HolderKind = 'user' | 'group' | 'robot';

/** A grant with the names of what it is about. */
export interface ListedGrant extends Grant {
  readonly id: number;
  readonly kind: HolderKind;
  readonly principalId: number;
  /** Of the account or the group; of a robot without the prefix. */
  readonly holder: string;
  /** Of a group, which tells those of one name apart; else null. */
  readonly groupType: number | null;
  readonly projectName: string | null;
  readonly createdAt: number;
}

/** Part of the name of a holder, of any kind if none is said. */
export interface WhoPart {
  readonly kind: HolderKind | undefined;
  readonly part: string;
}

export interface GrantFilter {
  readonly id?: number;
  readonly projectId?: number;
  readonly holder?: { readonly kind: HolderKind; readonly name: string };
  /** One of them is enough. */
  readonly parts?: readonly WhoPart[];
  /** What this account has itself and what its groups have. */
  readonly ofUser?: number;
  readonly role?: string;
  /** Left out: whatever there is. Else what is in these projects, and what this account has itself. */
  readonly seenBy?: {
    readonly projectIds: readonly number[] | 'all';
    readonly userId: number | undefined;
  };
}

function allGrants(db: Queries) {
  return db.builder
    .selectFrom('grant')
    .leftJoin('user', (on) =>
      on
        .onRef('user.id', '=', 'grant.principal_id')
        .on('grant.principal_kind', '=', 'user')
        .on('user.deleted_at', 'is', null),
    )
    .leftJoin('user_group', (on) =>
      on.onRef('user_group.id', '=', 'grant.principal_id').on('grant.principal_kind', '=', 'group'),
    )
    .leftJoin('robot', (on) =>
      on.onRef('robot.id', '=', 'grant.principal_id').on('grant.principal_kind', '=', 'robot'),
    )
    .leftJoin('live_project', 'live_project.id', 'grant.project_id')
    .where((where) =>
      where.or([
        where('user.id', 'is not', null),
        where('user_group.id', 'is not', null),
        where('robot.id', 'is not', null),
      ]),
    );
}

const columns = [
  'grant.id',
  'grant.principal_kind as kind',
  'grant.principal_id as principalId',
  'user.username',
  'user_group.name as groupName',
  'user_group.type as groupType',
  'robot.name as robotName',
  'grant.role',
  'grant.scope',
  'grant.project_id as projectId',
  'live_project.name as projectName',
  'grant.repository_pattern as repositoryPattern',
  'grant.tag_pattern as tagPattern',
  'grant.expires_at as expiresAt',
  'grant.created_at as createdAt',
] as const;

type Found = Awaited<ReturnType<ReturnType<typeof selectFrom>['execute']>>[number];

function selectFrom(query: ReturnType<typeof allGrants>) {
  const list = sql<string | null>`coalesce(${sql.ref('grant.permissions')}, ${listOfOwnRole()})`;
  return query.select([...columns, list.as('permissions')]);
}

function toListed({ username, groupName, robotName, kind, ...row }: Found): ListedGrant {
  return { ...row, kind, holder: username ?? groupName ?? robotName ?? '' };
}

/**
 * A page of what was given, in the order in which it was, and how much there is in all. The lists of robots are no part
 * of it: those are in the robots themselves.
 */
export async function pageOfGrants(
  db: Queries,
  input: GrantFilter & { readonly offset: number; readonly limit: number },
): Promise<{ rows: ListedGrant[]; count: number }> {
  const texts = [input.holder?.name, ...(input.parts ?? []).map(({ part }) => part), input.role];
  // PostgreSQL takes no such text.
  if (texts.some((text) => text !== undefined && (text.includes('\0') || !text.isWellFormed())))
    return { rows: [], count: 0 };
  const matching = allGrants(db)
    .where('grant.permissions', 'is', null)
    .where((where) => where.and(conditions(db, input)));
  const { count } = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await selectFrom(matching)
    .orderBy('grant.id')
    .offset(input.offset)
    .limit(input.limit)
    .execute();
  return { rows: rows.map(toListed), count };
}

const kinds = { user: 'user.username', group: 'user_group.name', robot: 'robot.name' } as const;

function conditions(
  db: Queries,
  { id, projectId, holder, parts, ofUser, role, seenBy }: GrantFilter,
): RawBuilder<SqlBool>[] {
  const is = (place: string, value: string | number | undefined): RawBuilder<SqlBool>[] =>
    value === undefined ? [] : [sql<SqlBool>`${sql.ref(place)} = ${value}`];
  return [
    ...is('grant.id', id),
    ...is('grant.project_id', projectId),
    ...(holder === undefined ? [] : is(kinds[holder.kind], holder.name)),
    ...(parts === undefined ? [] : [isNamedLike(parts)]),
    ...(ofUser === undefined ? [] : [heldBy(ofUser)]),
    ...is('grant.role', role),
    ...(seenBy === undefined ? [] : [seen(db, seenBy)]),
  ];
}

function isNamedLike(parts: readonly WhoPart[]): RawBuilder<SqlBool> {
  const each = parts.flatMap(({ kind, part }) =>
    (kind === undefined ? Object.values(kinds) : [kinds[kind]]).map((place) => contains(place, part)),
  );
  return sql<SqlBool>`(${sql.join(each, sql` or `)})`;
}

function seen(db: Queries, { projectIds, userId }: Required<GrantFilter>['seenBy']): RawBuilder<SqlBool> {
  const place = sql.ref('grant.project_id');
  const inProjects =
    projectIds === 'all'
      ? sql<SqlBool>`${place} is not null`
      : sql<SqlBool>`${place} in ${valueList('integer', JSON.stringify(projectIds), db.dialect)}`;
  return userId === undefined ? inProjects : sql<SqlBool>`(${inProjects} or ${heldBy(userId)})`;
}

/** By the account itself, or by one of its groups. */
function heldBy(userId: number): RawBuilder<SqlBool> {
  const kind = sql.ref('grant.principal_kind');
  const id = sql.ref('grant.principal_id');
  return sql<SqlBool>`((${kind} = 'user' and ${id} = ${userId}) or (${kind} = 'group' and ${id} in (
    select group_id from user_group_member where user_id = ${userId})))`;
}

/** All that somebody may do something by, also the lists of a robot: what `grantsOf` reads, with names. */
export async function heldGrants(
  db: Queries,
  by: { readonly userId: number } | { readonly robotId: number },
): Promise<ListedGrant[]> {
  const held =
    'userId' in by
      ? heldBy(by.userId)
      : sql<SqlBool>`(${sql.ref('grant.principal_kind')} = 'robot' and ${sql.ref('grant.principal_id')} = ${by.robotId})`;
  return (await selectFrom(allGrants(db).where(held)).orderBy('grant.id').execute()).map(toListed);
}

/** A grant, and whether its holder cannot use it now: switched off, or a robot at its end. */
export interface StandingGrant extends ListedGrant {
  readonly off: boolean;
  /** When its holder ends, a robot; null: it does not. */
  readonly holderEndsAt: number | null;
}

/** All that counts in a project, also what counts everywhere and the lists of robots. */
export async function grantsAround(db: Queries, projectId: number, now: number): Promise<StandingGrant[]> {
  const rows = await selectFrom(
    allGrants(db).where((where) =>
      where.or([where('grant.project_id', '=', projectId), where('grant.project_id', 'is', null)]),
    ),
  )
    .select(['user.disabled as userOff', 'robot.disabled as robotOff', 'robot.expires_at as robotEnd'])
    .orderBy('grant.id')
    .execute();
  return rows.map(({ userOff, robotOff, robotEnd, ...row }) => ({
    ...toListed(row),
    off: userOff === 1 || robotOff === 1 || (robotEnd !== null && robotEnd <= now),
    holderEndsAt: robotEnd,
  }));
}
