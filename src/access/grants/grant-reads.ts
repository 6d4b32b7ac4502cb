import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { Schema } from '../../platform/db/schema.ts';
import { duties } from '../roles/duties.ts';
import { systemMark } from './access-list.ts';
import { projectRoles, systemAdmin } from './roles.ts';

export interface Grant {
  readonly role: string;
  readonly scope: 'system' | 'project' | 'repository';
  readonly projectId: number | null;
  readonly repositoryPattern: string | null;
  readonly tagPattern: string | null;
  /** Epoch milliseconds; null: it does not end. */
  readonly expiresAt: number | null;
  /**
   * What is conferred, as `access-list.ts` writes it: of robots, and of roles that the registry made for itself.
   * Absent for all others: it goes by the role's name.
   */
  readonly permissions?: string | null;
}

/** In the text: binding a dozen values costs as much as the rest of the query. */
const builtInRoles = [...projectRoles, systemAdmin, ...duties].map((role) => sql.lit(role));

const columns = [
  'grant.role',
  'grant.scope',
  'grant.project_id as projectId',
  'grant.repository_pattern as repositoryPattern',
  'grant.tag_pattern as tagPattern',
  'grant.expires_at as expiresAt',
] as const;

/** What a role of the registry's own confers, as a column of a query over `grant`; null for all others. */
export function listOfOwnRole(): RawBuilder<string | null> {
  const mark = sql`case ${sql.ref('role.level')} when 'system' then ${systemMark} else '' end`;
  return sql`(select ${mark} || ${sql.ref('role.permissions')} from ${sql.table('role')}
    where ${sql.ref('role.name')} = ${sql.ref('grant.role')})`;
}

/**
 * With what roles of the registry's own confer: they count as they are now. It is looked for only where a role is none
 * of those that every registry has: a join would cost all others, too. Without `in`, for which SQLite makes a table of the
 * roles each time.
 */
function withOwnRoles(db: Kysely<Schema>) {
  const each = sql.join(
    builtInRoles.map((role) => sql`when ${role} then null`),
    sql` `,
  );
  const permissions = sql<string | null>`case ${sql.ref('grant.role')} ${each} else ${listOfOwnRole()} end`;
  return db.selectFrom('grant').select([...columns, permissions.as('permissions')]);
}

/** Two halves, each by an index: one condition over both reads all grants on PostgreSQL. */
const ofUser = prepare((db, values: { userId: number }) =>
  withOwnRoles(db)
    .where('grant.principal_kind', '=', 'user')
    .where('grant.principal_id', '=', values.userId)
    .unionAll(
      withOwnRoles(db)
        .where('grant.principal_kind', '=', 'group')
        .where(
          'grant.principal_id',
          'in',
          db.selectFrom('user_group_member').select('group_id').where('user_id', '=', values.userId),
        ),
    ),
);

/** An account's own and those of its groups. Read at each request, so that a change counts at once, also of who is in a group. */
export function grantsOfUser(db: Queries, userId: number): Promise<Grant[]> {
  return db.all(ofUser, { userId });
}

const ofGroup = prepare((db, values: { groupId: number }) =>
  withOwnRoles(db)
    .where('grant.principal_kind', '=', 'group')
    .where('grant.principal_id', '=', values.groupId),
);

/** What everybody in a group has by it. */
export function grantsOfGroup(db: Queries, groupId: number): Promise<Grant[]> {
  return db.all(ofGroup, { groupId });
}

const ofRobot = prepare((db, values: { robotId: number }) =>
  db
    .selectFrom('grant')
    .select([...columns, 'grant.permissions'])
    .where('grant.principal_kind', '=', 'robot')
    .where('grant.principal_id', '=', values.robotId),
);

export function grantsOfRobot(db: Queries, robotId: number): Promise<Grant[]> {
  return db.all(ofRobot, { robotId });
}

const firstAdministrator = prepare((db, _values: Record<string, never>) =>
  db
    .selectFrom('grant')
    .innerJoin('user', 'user.id', 'grant.principal_id')
    .select('user.id')
    .where('grant.principal_kind', '=', 'user')
    .where('grant.role', '=', 'system-admin')
    .where('user.deleted_at', 'is', null)
    .orderBy('user.id')
    .limit(1),
);

/** The administrator of the system with the lowest id: who owns what a robot makes. */
export async function findFirstAdministrator(db: Queries): Promise<number | undefined> {
  return (await db.first(firstAdministrator, {}))?.id;
}

const administrators = prepare((db, values: { projectId: number; now: number; count: number }) => {
  const holders = (kind: 'user' | 'group') =>
    db
      .selectFrom('grant')
      .select('principal_id')
      .where('principal_kind', '=', kind)
      .where('role', '=', 'projectAdmin')
      .where('scope', '=', 'project')
      .where('project_id', '=', values.projectId)
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', values.now)]));
  return db
    .selectFrom('user')
    .select('user.username')
    .where((where) =>
      where.or([
        where('user.id', 'in', holders('user')),
        where(
          'user.id',
          'in',
          db.selectFrom('user_group_member').select('user_id').where('group_id', 'in', holders('group')),
        ),
      ]),
    )
    .where('user.deleted_at', 'is', null)
    .where('user.disabled', '=', 0)
    .orderBy('user.username')
    .limit(values.count);
});

/** Some of those who can grant a role in the project. */
export async function administratorsOf(
  db: Queries,
  input: { projectId: number; now: number; count: number },
): Promise<string[]> {
  return (await db.all(administrators, input)).map((row) => row.username);
}
