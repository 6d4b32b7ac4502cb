import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../db/database.ts';
import { prepare } from '../db/prepare.ts';

const leaseMs = 30_000;
const patienceMs = 60_000;
const pollMs = 50;

const take = prepare((db, values: { name: string; holder: string; until: number; now: number }) =>
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

const giveBack = prepare((db, values: { name: string; holder: string }) =>
  db.deleteFrom('lease').where('name', '=', values.name).where('holder', '=', values.holder),
);

/**
 * Runs short work that one instance may do at a time and that reaches beyond the database. An instance that dies in
 * it holds the others up for half a minute.
 * @throws AppError DATABASE_UNAVAILABLE when another one does not get done
 */
export async function withLease<T>(
  db: Database,
  name: string,
  holder: string,
  work: () => Promise<T>,
): Promise<T> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const now = await db.now();
    const taken = await db.transaction((tx) => tx.run(take, { name, holder, until: now + leaseMs, now }));
    if (taken > 0) break;
    if (performance.now() > giveUpAt) {
      throw new AppError('DATABASE_UNAVAILABLE', {
        message: `another instance holds "${name}" and does not get done`,
      });
    }
    await delay(pollMs);
  }
  try {
    return await work();
  } finally {
    await db.transaction((tx) => tx.run(giveBack, { name, holder }));
  }
}
