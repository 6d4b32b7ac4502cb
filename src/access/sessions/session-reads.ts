import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface Session {
  readonly userId: number;
  readonly username: string;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
}

const byHash = prepare((db, values: { idHash: string; now: number }) =>
  db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .select([
      'user.id as userId',
      'user.username',
      'session.expires_at as expiresAt',
      'session.last_used_at as lastUsedAt',
    ])
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

/** A session as its owner sees it: nobody can sign in by the hash. */
export interface ListedSession {
  readonly idHash: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number;
  readonly address: string;
  readonly client: string;
}

/** Those of an account that live, the last used first, and how many there are in all. */
export async function pageOfSessions(
  db: Queries,
  of: { readonly userId: number; readonly now: number; readonly offset: number; readonly limit: number },
): Promise<{ readonly rows: ListedSession[]; readonly count: number }> {
  const living = db.builder
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .where('session.user_id', '=', of.userId)
    .where('session.expires_at', '>', of.now)
    .whereRef('user.password_version', '=', 'session.password_version')
    .where('user.disabled', '=', 0);
  const { count } = await living
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await living
    .select((select) => [
      'session.id_hash as idHash',
      'session.created_at as createdAt',
      'session.expires_at as expiresAt',
      select.fn.coalesce('session.last_used_at', 'session.created_at').as('lastUsedAt'),
      'session.last_used_address as address',
      'session.last_used_client as client',
    ])
    .orderBy('lastUsedAt', 'desc')
    .orderBy('session.id_hash')
    .offset(of.offset)
    .limit(of.limit)
    .execute();
  return { rows, count };
}
