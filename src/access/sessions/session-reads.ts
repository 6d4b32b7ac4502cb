import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface Session {
  readonly userId: number;
  readonly username: string;
  readonly expiresAt: number;
}

const byHash = prepare((db, values: { idHash: string; now: number }) =>
  db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .select(['user.id as userId', 'user.username', 'session.expires_at as expiresAt'])
    .where('session.id_hash', '=', values.idHash)
    .where('session.expires_at', '>', values.now)
    .whereRef('user.password_version', '=', 'session.password_version')
    .where('user.disabled', '=', 0)
    .where('user.deleted_at', 'is', null),
);

/** Undefined once it has ended, by time, by another password, or with its account. */
export function findSession(
  db: Queries,
  input: { readonly idHash: string; readonly now: number },
): Promise<Session | undefined> {
  return db.first(byHash, input);
}
