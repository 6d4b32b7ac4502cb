import { randomToken } from '../../platform/crypto/random-token.ts';
import { RunningDigest } from '../../platform/crypto/running-digest.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { findSession } from './session-reads.ts';
import { deleteEndedSessions, deleteSession, insertSession, renewSession } from './session-writes.ts';

export interface SessionsDeps {
  readonly db: Database;
  /** How long a session lives without a request. */
  readonly lifeMs: () => number;
}

export interface OpenSessionInput {
  readonly userId: number;
  readonly username: string;
  readonly passwordVersion: number;
  /** Of the session before, which ends. */
  readonly before: string | undefined;
  readonly actor: Actor;
}

/** No write for each request: a session is renewed when this part of its life is over, or a minute. */
const renewAfterPart = 1 / 16;
const renewAfterMs = 60_000;

/** From where and by what a session is used. */
export interface SessionUse {
  readonly clientAddress: string;
  readonly client: string;
}

/** Sign-ins that a cookie stands for, shared by all instances; the database has the hash of each id. */
export class Sessions {
  readonly #deps: SessionsDeps;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  /** Returns its id, which nobody knew before. */
  async open({ userId, username, passwordVersion, before, actor }: OpenSessionInput): Promise<string> {
    const { db, lifeMs } = this.#deps;
    const id = randomToken();
    const now = await db.now();
    await db.transaction(async (tx) => {
      await deleteEndedSessions(tx, now);
      if (before !== undefined) await deleteSession(tx, hashOf(before));
      await insertSession(tx, {
        idHash: hashOf(id),
        userId,
        passwordVersion,
        now,
        expiresAt: now + lifeMs(),
        address: actor.address,
        client: actor.client,
      });
      await append(tx, {
        type: 'session.opened',
        at: now,
        actor,
        projectId: null,
        object: `user:${userId}`,
        data: { username },
      });
    });
    return id;
  }

  /** Whose session it is, if it lives. @param use moves its end; undefined: a page asks by itself */
  async find(
    id: string,
    use: SessionUse | undefined,
  ): Promise<{ readonly userId: number; readonly username: string } | undefined> {
    const { db, lifeMs } = this.#deps;
    const idHash = hashOf(id);
    const now = await db.now();
    const session = await findSession(db.reader, { idHash, now });
    if (session === undefined) return undefined;
    const unwrittenMs = now - (session.lastUsedAt ?? 0);
    if (use !== undefined && unwrittenMs > Math.min(lifeMs() * renewAfterPart, renewAfterMs)) {
      const { clientAddress: address, client } = use;
      const renewed = { idHash, expiresAt: now + lifeMs(), now, address, client };
      await db.transaction((tx) => renewSession(tx, renewed), { durability: 'relaxed' });
    }
    return session;
  }

  /** @param username of its account, where the session still lives */
  async close(
    id: string,
    { actor, username }: { actor: Actor; username: string | undefined },
  ): Promise<void> {
    const { db } = this.#deps;
    const now = await db.now();
    await db.transaction(async (tx) => {
      const userId = await deleteSession(tx, hashOf(id));
      if (userId === undefined) return;
      await append(tx, {
        type: 'session.closed',
        at: now,
        actor,
        projectId: null,
        object: `user:${userId}`,
        data: { username: username ?? '' },
      });
    });
  }
}

/** What the database knows a session by. */
export function hashOf(id: string): string {
  const digest = new RunningDigest();
  digest.update(id);
  return digest.hex();
}
