import { type SqlBool, sql } from 'kysely';
import { lowerAscii } from '../../lib/text/lower-ascii.ts';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface User {
  readonly id: number;
  readonly username: string;
  readonly passwordHash: string | null;
  readonly passwordVersion: number;
  /** Switched off: it must not sign in. */
  readonly disabled: boolean;
}

const columns = [
  'id',
  'username',
  'password_hash as passwordHash',
  'password_version as passwordVersion',
  'disabled',
] as const;

const byName = prepare((db, values: { username: string }) =>
  db
    .selectFrom('user')
    .select(columns)
    .where('username', '=', values.username)
    .where('deleted_at', 'is', null),
);

/** The account of exactly this name. */
export async function findUser(db: Queries, username: string): Promise<User | undefined> {
  // PostgreSQL takes no such text.
  const row = username.includes('\0') ? undefined : await db.first(byName, { username });
  return row === undefined ? undefined : { ...row, disabled: row.disabled === 1 };
}

const byId = prepare((db, values: { id: number }) =>
  db.selectFrom('user').select(columns).where('id', '=', values.id).where('deleted_at', 'is', null),
);

export async function findUserById(db: Queries, id: number): Promise<User | undefined> {
  const row = await db.first(byId, { id });
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
    .where('disabled', '=', 0)
    .where('deleted_at', 'is', null),
);

/** Undefined once the account is gone or switched off. */
export async function findPasswordVersion(db: Queries, id: number): Promise<number | undefined> {
  return (await db.first(versionOf, { id }))?.password_version;
}

const alike = prepare((db, values: { username: string; email: string; otherThan: number }) =>
  db
    .selectFrom('user')
    .select(['username', 'email'])
    .where('deleted_at', 'is', null)
    .where('id', '<>', values.otherThan)
    .where((where) =>
      where.or([
        sql<SqlBool>`lower(${sql.ref('username')}) = ${values.username}`,
        sql<SqlBool>`lower(${sql.ref('email')}) = ${values.email}`,
      ]),
    )
    .limit(1),
);

/** An account whose name or address differs from these at most by the case of ASCII letters. */
export function findAlike(
  db: Queries,
  { username, email, otherThan = 0 }: { username: string; email: string | null; otherThan?: number },
) {
  return db.first(alike, { username: lowerAscii(username), email: lowerAscii(email ?? ''), otherThan });
}

export interface UserRow {
  readonly id: number;
  readonly username: string;
  readonly email: string | null;
  readonly realname: string;
  readonly disabled: boolean;
  readonly systemAdmin: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const page = prepare((db, values: { offset: number; limit: number }) =>
  db
    .selectFrom('user')
    .select((select) => [
      'user.id',
      'user.username',
      'user.email',
      'user.realname',
      'user.disabled',
      'user.created_at as createdAt',
      'user.updated_at as updatedAt',
      select
        .selectFrom('grant')
        .select((each) => each.fn.countAll<number>().as('count'))
        .whereRef('grant.principal_id', '=', 'user.id')
        .where('grant.principal_kind', '=', 'user')
        .where('grant.scope', '=', 'system')
        .where('grant.role', '=', 'system-admin')
        .as('adminGrants'),
    ])
    .where('user.deleted_at', 'is', null)
    .orderBy('user.username')
    .offset(values.offset)
    .limit(values.limit),
);

const total = prepare((db, _values: Record<string, never>) =>
  db
    .selectFrom('user')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('deleted_at', 'is', null),
);

/** A page of the accounts by name, and how many there are in all. */
export async function listUsers(
  db: Queries,
  input: { readonly offset: number; readonly limit: number },
): Promise<{ rows: UserRow[]; count: number }> {
  const rows = await db.all(page, input);
  const counted = await db.first(total, {});
  return {
    rows: rows.map(({ adminGrants, ...row }) => ({
      ...row,
      disabled: row.disabled === 1,
      systemAdmin: (adminGrants ?? 0) > 0,
    })),
    count: counted?.count ?? 0,
  };
}

const otherAdmins = prepare((db, values: { userId: number }) =>
  db
    .selectFrom('grant')
    .innerJoin('user', 'user.id', 'grant.principal_id')
    .select('user.username')
    .where('grant.principal_kind', '=', 'user')
    .where('grant.scope', '=', 'system')
    .where('grant.role', '=', 'system-admin')
    .where('grant.expires_at', 'is', null)
    .where('user.id', '<>', values.userId)
    .where('user.disabled', '=', 0)
    .where('user.deleted_at', 'is', null)
    .limit(1),
);

/** Whether somebody beside this account is a system administrator who can sign in, without an end. */
export async function hasOtherAdmin(db: Queries, userId: number): Promise<boolean> {
  return (await db.first(otherAdmins, { userId })) !== undefined;
}

const ownAdmin = prepare((db, values: { userId: number }) =>
  db
    .selectFrom('grant')
    .select('role')
    .where('principal_kind', '=', 'user')
    .where('principal_id', '=', values.userId)
    .where('scope', '=', 'system')
    .where('role', '=', 'system-admin'),
);

export async function isSystemAdmin(db: Queries, userId: number): Promise<boolean> {
  return (await db.first(ownAdmin, { userId })) !== undefined;
}

const bcryptUsers = prepare((db, _values: Record<string, never>) =>
  db
    .selectFrom('user')
    .select(['id', 'username'])
    .where('password_hash', 'like', '$2%')
    .where('deleted_at', 'is', null),
);

/** Accounts whose passwords came from a `htpasswd` file. */
export function listBcryptUsers(db: Queries): Promise<{ id: number; username: string }[]> {
  return db.all(bcryptUsers, {});
}
