import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface Grant {
  readonly role: string;
  readonly scope: 'system' | 'project' | 'repository';
  readonly projectId: number | null;
  readonly repositoryPattern: string | null;
  readonly tagPattern: string | null;
  /** Epoch milliseconds; null: it does not end. */
  readonly expiresAt: number | null;
  /** Of robots only: what is conferred instead of what the role confers, as `access-list.ts` writes it. */
  readonly permissions?: string | null;
}

const columns = [
  'role',
  'scope',
  'project_id as projectId',
  'repository_pattern as repositoryPattern',
  'tag_pattern as tagPattern',
  'expires_at as expiresAt',
  'permissions',
] as const;

/** Two halves, each by an index: one condition over both reads all grants on PostgreSQL. */
const ofUser = prepare((db, values: { userId: number }) =>
  db
    .selectFrom('grant')
    .select(columns)
    .where('principal_kind', '=', 'user')
    .where('principal_id', '=', values.userId)
    .unionAll(
      db
        .selectFrom('grant')
        .select(columns)
        .where('principal_kind', '=', 'group')
        .where(
          'principal_id',
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
  db
    .selectFrom('grant')
    .select(columns)
    .where('principal_kind', '=', 'group')
    .where('principal_id', '=', values.groupId),
);

/** What everybody in a group has by it. */
export function grantsOfGroup(db: Queries, groupId: number): Promise<Grant[]> {
  return db.all(ofGroup, { groupId });
}

const ofRobot = prepare((db, values: { robotId: number }) =>
  db
    .selectFrom('grant')
    .select(columns)
    .where('principal_kind', '=', 'robot')
    .where('principal_id', '=', values.robotId),
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
