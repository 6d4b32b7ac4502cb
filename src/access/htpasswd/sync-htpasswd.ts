import { isBcryptHash } from '../../platform/crypto/bcrypt.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { append, systemActor } from '../../platform/events/append.ts';
import { findAlike, findUser, listBcryptUsers } from '../users/user-reads.ts';
import { addUser, clearUserPassword, setUserPassword } from '../users/user-writes.ts';
import { type EverywhereRole, putSystemRole } from './put-system-role.ts';

/** The administrator that the first start makes. */
const firstAdminId = 1;

/**
 * Makes accounts of the names in a `htpasswd` file, with the file's passwords and a role everywhere; those that are not
 * in it any more cannot sign in. An account whose password was set in Berth is left alone.
 * @returns names that are somebody else's here already
 */
export async function syncHtpasswd(
  deps: { readonly db: Database },
  entries: ReadonlyMap<string, string>,
  role: EverywhereRole,
): Promise<string[]> {
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    await oneAtATime(tx, 'user-names');
    const left: string[] = [];
    for (const [username, hash] of entries) {
      const id = await account(tx, { username, hash, now });
      if (id === undefined) left.push(username);
      else await putSystemRole(tx, { userId: id, role, now });
    }
    for (const { id, username } of await listBcryptUsers(tx)) {
      // Who administers stays able to sign in: a file is empty for a moment while it is written anew.
      if (entries.has(username) || id === firstAdminId) continue;
      await clearUserPassword(tx, { id, now });
      await changed(tx, id, now);
    }
    return left;
  });
}

async function account(
  tx: Tx,
  { username, hash, now }: { username: string; hash: string; now: number },
): Promise<number | undefined> {
  const user = await findUser(tx, username);
  if (user === undefined) {
    if ((await findAlike(tx, { username, email: null })) !== undefined) return undefined;
    const id = await addUser(tx, { username, email: null, realname: '', passwordHash: hash, now });
    if (id === undefined) return undefined;
    await append(tx, {
      type: 'user.created',
      at: now,
      actor: systemActor,
      projectId: null,
      object: `user:${id}`,
      data: { username },
    });
    return id;
  }
  const { id, passwordHash } = user;
  if (passwordHash !== null && !isBcryptHash(passwordHash)) return undefined;
  if (passwordHash === hash) return id;
  await setUserPassword(tx, { id, passwordHash: hash, now });
  await changed(tx, id, now);
  return id;
}

async function changed(tx: Tx, id: number, now: number): Promise<void> {
  await append(tx, {
    type: 'password.changed',
    at: now,
    actor: systemActor,
    projectId: null,
    object: `user:${id}`,
  });
}
