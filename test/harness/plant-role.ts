import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Gives a role in every project, which no command gives yet, in the database of a server that is stopped. */
export function plantRole(data: string, input: { readonly username: string; readonly role: string }): void {
  const db = new DatabaseSync(join(data, 'berth.db'));
  try {
    db.prepare(
      `insert into "grant" (principal_kind, principal_id, role, scope, created_at)
       select 'user', id, ?, 'system', created_at from "user" where username = ?`,
    ).run(input.role, input.username);
  } finally {
    db.close();
  }
}
