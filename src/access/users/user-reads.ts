import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface User {
  readonly id: number;
  readonly username: string;
  readonly passwordHash: string | null;
  readonly passwordVersion: number;
}

const byName = prepare((db, values: { username: string }) =>
  db
    .selectFrom('user')
    .select(['id', 'username', 'password_hash as passwordHash', 'password_version as passwordVersion'])
    .where('username', '=', values.username)
    .where('deleted_at', 'is', null),
);

export function findUser(db: Queries, username: string): Promise<User | undefined> {
  return db.first(byName, { username });
}

const activeByName = prepare((db, values: { username: string }) =>
  db
    .selectFrom('user')
    .select(['id', 'username', 'password_hash as passwordHash', 'password_version as passwordVersion'])
    .where('username', '=', values.username)
    .where('deleted_at', 'is', null)
    .where('disabled', '=', 0),
);

/** Somebody who may sign in. */
export function findActiveUser(db: Queries, username: string): Promise<User | undefined> {
  return db.first(activeByName, { username });
}

const versionOf = prepare((db, values: { id: number }) =>
  db
    .selectFrom('user')
    .select('password_version')
    .where('id', '=', values.id)
    .where('deleted_at', 'is', null)
    .where('disabled', '=', 0),
);

/** Undefined once the account is gone, or switched off. */
export async function findPasswordVersion(db: Queries, id: number): Promise<number | undefined> {
  return (await db.first(versionOf, { id }))?.password_version;
}
