import type { Queries, Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

/** A role that the registry has made for itself. */
export interface OwnRole {
  readonly name: string;
  /** Where it can be given: on the system, or in projects and on repositories of them. */
  readonly level: 'system' | 'project';
  /** Each `resource:action`. */
  readonly permissions: readonly string[];
}

const columns = ['name', 'level', 'permissions'] as const;

const all = prepare((db, _values: Record<string, never>) =>
  db.selectFrom('role').select(columns).orderBy('name'),
);

export async function listOwnRoles(db: Queries): Promise<OwnRole[]> {
  return (await db.all(all, {})).map(({ permissions, ...row }) => ({
    ...row,
    permissions: permissions.split(' '),
  }));
}

/** On PostgreSQL locked; on SQLite writers take turns anyway. */
function locking(strength: 'forUpdate' | 'forKeyShare') {
  return prepare((db, values: { name: string }, dialect) => {
    const query = db.selectFrom('role').select(columns).where('name', '=', values.name);
    return dialect === 'postgres' ? query[strength]() : query;
  });
}

const lock = locking('forUpdate');
const keep = locking('forKeyShare');

/** Whoever gives or changes it waits until the transaction ends. */
export function lockOwnRole(tx: Tx, name: string) {
  return tx.first(lock, { name });
}

/** Kept from being deleted until the transaction ends. */
export function keepOwnRole(tx: Tx, name: string) {
  return tx.first(keep, { name });
}

export interface RoleUse {
  readonly username: string | null;
  readonly groupName: string | null;
  readonly projectName: string | null;
  readonly repositoryPattern: string | null;
}

/** Some of the places where a role is held, and by whom; at an end it is not. */
export async function usesOfRole(
  db: Queries,
  { name, now, limit }: { readonly name: string; readonly now: number; readonly limit: number },
): Promise<RoleUse[]> {
  return db.builder
    .selectFrom('grant')
    .leftJoin('user', (on) =>
      on.onRef('user.id', '=', 'grant.principal_id').on('grant.principal_kind', '=', 'user'),
    )
    .leftJoin('user_group', (on) =>
      on.onRef('user_group.id', '=', 'grant.principal_id').on('grant.principal_kind', '=', 'group'),
    )
    .leftJoin('live_project', 'live_project.id', 'grant.project_id')
    .select([
      'user.username',
      'user_group.name as groupName',
      'live_project.name as projectName',
      'grant.repository_pattern as repositoryPattern',
    ])
    .where('grant.role', '=', name)
    .where((where) => where.or([where('grant.expires_at', 'is', null), where('grant.expires_at', '>', now)]))
    .orderBy('grant.id')
    .limit(limit)
    .execute();
}
