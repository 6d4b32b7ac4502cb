import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { deleteOtherSessions, deleteSessionOf } from './session-writes.ts';

interface Deps {
  readonly db: Database;
}

interface Owner {
  readonly id: number;
  readonly username: string;
}

/**
 * Ends one session: its next request is nobody's, on every instance.
 * @throws AppError NOT_FOUND
 */
export async function revokeSession(
  { db }: Deps,
  { idHash, owner, actor }: { readonly idHash: string; readonly owner: Owner; readonly actor: Actor },
): Promise<void> {
  const now = await db.now();
  await db.transaction(async (tx) => {
    // PostgreSQL takes no text with NUL.
    if (!/^[0-9a-f]{64}$/.test(idHash) || !(await deleteSessionOf(tx, { userId: owner.id, idHash })))
      throw new AppError('NOT_FOUND', {
        message: `${owner.username} has no session ${idHash.slice(0, 64)}`,
        detail: 'it may have ended already; ask for the list again',
      });
    await tell(tx, { owner, actor, now, sessions: 1 });
  });
}

/**
 * Ends all sessions of an account but one.
 * @param input.kept the hash of the one that asks; undefined: none of them does
 * @returns how many have ended
 */
export async function revokeOtherSessions(
  { db }: Deps,
  input: { readonly kept: string | undefined; readonly owner: Owner; readonly actor: Actor },
): Promise<number> {
  const { kept = '', owner, actor } = input;
  const now = await db.now();
  return db.transaction(async (tx) => {
    const sessions = await deleteOtherSessions(tx, { userId: owner.id, kept });
    if (sessions > 0) await tell(tx, { owner, actor, now, sessions });
    return sessions;
  });
}

async function tell(
  tx: Tx,
  of: { readonly owner: Owner; readonly actor: Actor; readonly now: number; readonly sessions: number },
): Promise<void> {
  const { owner, actor, now, sessions } = of;
  await append(tx, {
    type: 'session.closed',
    at: now,
    actor,
    projectId: null,
    object: `user:${owner.id}`,
    data: { username: owner.username, sessions },
  });
}
