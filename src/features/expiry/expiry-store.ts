import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Queries, Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

export type ExpiringKind = 'certificate' | 'grant' | 'robot' | 'token';

/** Something that ends. */
export interface Expiring {
  readonly kind: ExpiringKind;
  readonly id: number;
  /** Of a grant its role; of a robot without the prefix. */
  readonly name: string;
  /** Whose it is: an account, `group:name` or `robot:name` of a grant of one. */
  readonly holder: string | null;
  readonly projectId: number | null;
  readonly project: string | null;
  /** Repositories that a grant is limited to. */
  readonly pattern: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Projects of which somebody is shown something. */
export type Places =
  | { readonly kind: 'all' }
  | { readonly kind: 'some'; readonly projectIds: readonly number[] };

/** What somebody may see. */
export interface Seen {
  /** Of robots and of grants. */
  readonly robots: Places;
  readonly grants: Places;
  /** The tokens of everybody. */
  readonly allTokens: boolean;
  /** Robots and grants of the system as a whole. */
  readonly userId: number | undefined;
  readonly robotId: number | undefined;
}

export const everything: Seen = {
  robots: { kind: 'all' },
  grants: { kind: 'all' },
  allTokens: true,
  userId: undefined,
  robotId: undefined,
};

interface Window {
  /** Ends behind this, and up to that. */
  readonly after: number;
  readonly upTo: number;
}

/** The nearest end first. */
export async function pageOfExpiring(
  db: Queries,
  of: Window & { readonly seen: Seen; readonly offset: number; readonly limit: number },
): Promise<Expiring[]> {
  return db.builder
    .selectFrom(union(db, of))
    .selectAll()
    .orderBy('expiresAt')
    .orderBy('kind')
    .orderBy('id')
    .offset(of.offset)
    .limit(of.limit)
    .execute();
}

export async function countExpiring(db: Queries, of: Window & { readonly seen: Seen }): Promise<number> {
  const { count } = await db.builder
    .selectFrom(union(db, of))
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The grants come first: PostgreSQL takes the types of the columns from there. */
function union(db: Queries, of: Window & { readonly seen: Seen }) {
  const { seen } = of;
  const within = (column: RawBuilder<number>): RawBuilder<SqlBool> =>
    sql`${column} > ${of.after} and ${column} <= ${of.upTo}`;
  return sql<Expiring>`(
    select 'grant' as "kind", held.id as "id", held.role as "name",
        coalesce(owner.username, 'group:' || user_group.name, 'robot:' || robot.name) as "holder", held.project_id as "projectId",
        live_project.name as "project", held.repository_pattern as "pattern",
        held.created_at as "createdAt", held.expires_at as "expiresAt"
      from "grant" as held
      left join "user" as owner on held.principal_kind = 'user' and owner.id = held.principal_id
      left join user_group on held.principal_kind = 'group' and user_group.id = held.principal_id
      left join robot on held.principal_kind = 'robot' and robot.id = held.principal_id
      left join live_project on live_project.id = held.project_id
      where held.permissions is null and ${within(sql`held.expires_at`)} and (${ownGrants(seen)}
        or ${inPlaces(db, sql`held.project_id`, seen.grants)})
    union all
    select 'robot', robot.id, robot.name, null, robot.project_id, live_project.name, null,
        robot.created_at, robot.expires_at
      from robot left join live_project on live_project.id = robot.project_id
      where ${within(sql`robot.expires_at`)} and (robot.id = ${seen.robotId ?? 0}
        or ${inPlaces(db, sql`robot.project_id`, seen.robots)})
    union all
    select 'token', token.id, token.name, owner.username, null, null, null, token.created_at, token.expires_at
      from token join "user" as owner on owner.id = token.user_id
      where ${within(sql`token.expires_at`)}
        and ${seen.allTokens ? sql`1 = 1` : sql`token.user_id = ${seen.userId ?? 0}`}
  )`.as<'expiring'>('expiring');
}

function ownGrants({ userId = 0 }: Seen): RawBuilder<SqlBool> {
  return sql`(held.principal_kind = 'user' and held.principal_id = ${userId})
    or (held.principal_kind = 'group' and held.principal_id in
      (select group_id from user_group_member where user_id = ${userId}))`;
}

function inPlaces(db: Queries, column: RawBuilder<number>, places: Places): RawBuilder<SqlBool> {
  if (places.kind === 'all') return sql`1 = 1`;
  return sql`${column} in ${valueList('integer', JSON.stringify(places.projectIds), db.dialect)}`;
}

const note = prepare((db, values: { object: string; expiresAt: number; days: number }) =>
  db
    .insertInto('expiry_notice')
    .values({ object: values.object, expires_at: values.expiresAt, days: values.days })
    .onConflict((conflict) =>
      conflict
        .column('object')
        .doUpdateSet({ expires_at: values.expiresAt, days: values.days })
        .where((where) =>
          where.or([
            where('expiry_notice.expires_at', '<>', values.expiresAt),
            where('expiry_notice.days', '>', values.days),
          ]),
        ),
    ),
);

/** True for one caller only, over all instances: nobody was told of this end this near before. */
export async function noteExpiry(
  tx: Tx,
  of: { readonly object: string; readonly expiresAt: number; readonly days: number },
): Promise<boolean> {
  return (await tx.run(note, { ...of })) > 0;
}

const told = prepare((db, values: { object: string; expiresAt: number; days: number }) =>
  db
    .selectFrom('expiry_notice')
    .select('object')
    .where('object', '=', values.object)
    .where('expires_at', '=', values.expiresAt)
    .where('days', '<=', values.days),
);

/** Most ends were told of by an earlier run: nothing is written for them. */
export async function isNoted(
  db: Queries,
  of: { readonly object: string; readonly expiresAt: number; readonly days: number },
): Promise<boolean> {
  return (await db.first(told, { ...of })) !== undefined;
}

const forget = prepare((db, values: { now: number }) =>
  db.deleteFrom('expiry_notice').where('expires_at', '<=', values.now),
);

export async function forgetEnded(tx: Tx, now: number): Promise<void> {
  await tx.run(forget, { now });
}
