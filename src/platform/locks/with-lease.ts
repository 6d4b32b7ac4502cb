import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../db/database.ts';
import { prepare } from '../db/prepare.ts';

const defaultLeaseMs = 15_000;
const patienceMs = 60_000;
const pollMs = 50;

const takeFree = prepare((db, values: { name: string; holder: string; until: number; now: number }) =>
  db
    .insertInto('lease')
    .values({ name: values.name, holder: values.holder, until: values.until })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ holder: values.holder, until: values.until })
        .where('lease.until', '<', values.now),
    ),
);

const renew = prepare((db, values: { name: string; holder: string; until: number }) =>
  db
    .updateTable('lease')
    .set({ until: values.until })
    .where('name', '=', values.name)
    .where('holder', '=', values.holder),
);

const giveBack = prepare((db, values: { name: string; holder: string }) =>
  db.deleteFrom('lease').where('name', '=', values.name).where('holder', '=', values.holder),
);

/** Of one database over all instances, who of them asks, and what for. */
export interface WantedLease {
  readonly name: string;
  readonly holder: string;
  /** Shorter in tests. */
  readonly leaseMs?: number;
}

/**
 * Runs work that one instance may do at a time and that reaches beyond the database. The lease is renewed until the work
 * ends; an instance that dies in it holds the others up for 15 s.
 * @param work asks before each thing it does that nobody else may do at the same time: it throws once the lease is lost
 * @throws AppError DATABASE_UNAVAILABLE when another one does not get done, or took the lease over
 */
export async function withLease<T>(
  db: Database,
  wanted: WantedLease,
  work: (stillHeld: () => void) => Promise<T>,
): Promise<T> {
  const { name, holder, leaseMs = defaultLeaseMs } = wanted;
  // By the monotonic clock, counted from before the question: whoever stood still meanwhile knows it by this.
  let heldUntil = await take(db, { name, holder, leaseMs });
  const renewNow = async (): Promise<void> => {
    const askedAt = performance.now();
    const until = (await db.now()) + leaseMs;
    const kept = await db.transaction((tx) => tx.run(renew, { name, holder, until }));
    heldUntil = kept > 0 ? askedAt + leaseMs : Number.NEGATIVE_INFINITY;
  };
  let renewing = Promise.resolve();
  const renewal = setInterval(() => {
    // One that fails extends nothing, and the next one may succeed in time.
    renewing = renewing.then(renewNow).catch(() => undefined);
  }, leaseMs / 3).unref();
  const stillHeld = (): void => {
    if (performance.now() < heldUntil) return;
    throw new AppError('DATABASE_UNAVAILABLE', {
      message: `this instance held "${name}" for too long without an answer of the database`,
    });
  };
  try {
    const value = await work(stillHeld);
    stillHeld();
    return value;
  } finally {
    clearInterval(renewal);
    await renewing;
    await db.transaction((tx) => tx.run(giveBack, { name, holder }));
  }
}

/** Returns until when it is held, by the monotonic clock. */
async function take(db: Database, wanted: Required<WantedLease>): Promise<number> {
  const { name, holder, leaseMs } = wanted;
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const askedAt = performance.now();
    const now = await db.now();
    const taken = await db.transaction((tx) => tx.run(takeFree, { name, holder, until: now + leaseMs, now }));
    if (taken > 0) return askedAt + leaseMs;
    if (performance.now() > giveUpAt) {
      throw new AppError('DATABASE_UNAVAILABLE', {
        message: `another instance holds "${name}" and does not get done`,
      });
    }
    await delay(pollMs);
  }
}
