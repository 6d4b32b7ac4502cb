import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface User {
  readonly id: number;
  readonly username: string;
  readonly passwordHash: string | null;
  readonly passwordVersion: number;
  readonly disabled: boolean;
}

const byName = prepare((db, values: { username: string }) =>
  db
    .selectFrom('user')
    .select([
      'id',
      'username',
      'password_hash as passwordHash',
      'password_version as passwordVersion',
      'disabled',
    ])
    .where('username', '=', values.username)
    .where('deleted_at', 'is', null),
);

export async function findUser(db: Queries, username: string): Promise<User | undefined> {
  const row = await db.first(byName, { username });
  return row === undefined ? undefined : { ...row, disabled: row.disabled === 1 };
}

/** Somebody who may sign in. */
export async function findActiveUser(db: Queries, username: string): Promise<User | undefined> {
  const user = await findUser(db, username);
  return user?.disabled === false ? user : undefined;
}

const versionOf = prepare((db, values: { id: number }) =>
  db
    .selectFrom('user')
    .select('password_version')
    .where('id', '=', values.id)
    .where('deleted_at', 'is', null)
    .where('disabled', '=', 0),
);

/** Undefined once the account is gone or disabled. */
export async function findPasswordVersion(db: Queries, id: number): Promise<number | undefined> {
  return (await db.first(versionOf, { id }))?.password_version;
}

const all = prepare((db, values: { after: string; count: number }) =>
  db
    .selectFrom('user')
    .leftJoin('grant', (join) =>
      join
        .onRef('grant.principal_id', '=', 'user.id')
        .on('grant.principal_kind', '=', 'user')
        .on('grant.scope', '=', 'system')
        .on('grant.role', '=', 'system-admin'),
    )
    .select([
      'user.id',
      'user.username',
      'user.email',
      'user.disabled',
      'user.created_at as createdAt',
      'grant.id as adminGrant',
    ])
    .where('user.deleted_at', 'is', null)
    .where('user.username', '>', values.after)
    .orderBy('user.username')
    .limit(values.count),
);

/** By name, after `after` (exclusive). */
export async function pageOfUsers(db: Queries, after: string, count: number) {
  const rows = await db.all(all, { after, count });
  return rows.map(({ adminGrant, disabled, ...row }) => ({
    ...row,
    admin: adminGrant !== null,
    disabled: disabled === 1,
  }));
}

const administrators = prepare((db, values: { now: number }) =>
  db
    .selectFrom('user')
    .innerJoin('grant', 'grant.principal_id', 'user.id')
    .select('user.id')
    .distinct()
    .where('grant.principal_kind', '=', 'user')
    .where('grant.scope', '=', 'system')
    .where('grant.role', '=', 'system-admin')
    .where((where) =>
      where.or([where('grant.expires_at', 'is', null), where('grant.expires_at', '>', values.now)]),
    )
    .where('user.deleted_at', 'is', null)
    .where('user.disabled', '=', 0),
);

/** Who can let others in again. */
export async function systemAdministrators(db: Queries, now: number): Promise<number[]> {
  return (await db.all(administrators, { now })).map((row) => row.id);
}
