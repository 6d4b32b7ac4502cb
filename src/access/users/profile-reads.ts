import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface Profile {
  readonly id: number;
  readonly username: string;
  readonly email: string | null;
  readonly realname: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const byId = prepare((db, values: { id: number }) =>
  db
    .selectFrom('user')
    .select(['id', 'username', 'email', 'realname', 'created_at as createdAt', 'updated_at as updatedAt'])
    .where('id', '=', values.id)
    .where('deleted_at', 'is', null),
);

/** What an account tells of itself. */
export function findProfile(db: Queries, id: number): Promise<Profile | undefined> {
  return db.first(byId, { id });
}
