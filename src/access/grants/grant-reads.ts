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

const ofPrincipal = prepare((db, values: { kind: 'user' | 'robot'; id: number }) =>
  db
    .selectFrom('grant')
    .select([
      'role',
      'scope',
      'project_id as projectId',
      'repository_pattern as repositoryPattern',
      'tag_pattern as tagPattern',
      'expires_at as expiresAt',
      'permissions',
    ])
    .where('principal_kind', '=', values.kind)
    .where('principal_id', '=', values.id),
);

/** Read at each request, so that a change counts at once. */
export function grantsOfUser(db: Queries, userId: number): Promise<Grant[]> {
  return db.all(ofPrincipal, { kind: 'user', id: userId });
}

export function grantsOfRobot(db: Queries, robotId: number): Promise<Grant[]> {
  return db.all(ofPrincipal, { kind: 'robot', id: robotId });
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

const administrators = prepare((db, values: { projectId: number; now: number; count: number }) =>
  db
    .selectFrom('grant')
    .innerJoin('user', 'user.id', 'grant.principal_id')
    .select('user.username')
    .where('grant.principal_kind', '=', 'user')
    .where('grant.role', '=', 'projectAdmin')
    .where('grant.scope', '=', 'project')
    .where('grant.project_id', '=', values.projectId)
    .where((where) =>
      where.or([where('grant.expires_at', 'is', null), where('grant.expires_at', '>', values.now)]),
    )
    .where('user.deleted_at', 'is', null)
    .where('user.disabled', '=', 0)
    .orderBy('user.username')
    .limit(values.count),
);

/** Some of those who can grant a role in the project. */
export async function administratorsOf(
  db: Queries,
  input: { projectId: number; now: number; count: number },
): Promise<string[]> {
  return (await db.all(administrators, input)).map((row) => row.username);
}

export interface GrantRow extends Grant {
  readonly username: string;
  readonly projectName: string | null;
  readonly createdAt: number;
}

/** The grants of users in a project, of one user, or all; the system's first, then by project and name. */
export async function listGrants(
  db: Queries,
  of: { readonly projectId?: number; readonly username?: string },
): Promise<GrantRow[]> {
  const { projectId, username } = of;
  if (username?.includes('\0') === true) return [];
  return db.builder
    .selectFrom('grant')
    .innerJoin('user', 'user.id', 'grant.principal_id')
    .leftJoin('live_project', 'live_project.id', 'grant.project_id')
    .select([
      'user.username',
      'grant.role',
      'grant.scope',
      'grant.project_id as projectId',
      'live_project.name as projectName',
      'grant.repository_pattern as repositoryPattern',
      'grant.tag_pattern as tagPattern',
      'grant.expires_at as expiresAt',
      'grant.created_at as createdAt',
    ])
    .where('grant.principal_kind', '=', 'user')
    .where('user.deleted_at', 'is', null)
    .where((where) =>
      where.and([
        ...(projectId === undefined ? [] : [where('grant.project_id', '=', projectId)]),
        ...(username === undefined ? [] : [where('user.username', '=', username)]),
      ]),
    )
    .orderBy((order) => order.fn.coalesce('live_project.name', order.val('')))
    .orderBy('user.username')
    .orderBy('grant.id')
    .execute();
}
