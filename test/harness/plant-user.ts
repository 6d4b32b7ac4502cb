import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Adds a user with another one's password and rights to the database of a server that is stopped. */
export function plantUser(data: string, input: { readonly like: string; readonly username: string }): void {
  const db = new DatabaseSync(join(data, 'berth.db'));
  try {
    db.prepare(
      `insert into "user" (username, email, realname, password_hash, password_version, created_at, updated_at)
       select ?, null, ?, password_hash, password_version, created_at, updated_at from "user" where username = ?`,
    ).run(input.username, input.username, input.like);
    db.prepare(
      `insert into "grant" (principal_kind, principal_id, role, scope, project_id, created_at)
       select 'user', (select id from "user" where username = ?), role, scope, project_id, created_at
       from "grant" where principal_kind = 'user'
         and principal_id = (select id from "user" where username = ?)`,
    ).run(input.username, input.like);
  } finally {
    db.close();
  }
}
