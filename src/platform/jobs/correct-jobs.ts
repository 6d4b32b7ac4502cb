import type { Database } from '../db/database.ts';
import { leaseMs } from './held-run.ts';
import { freeLease, leasesBehind, pullBackQueued } from './rows/job-clock-writes.ts';

/** What an exact clock may differ by between a statement and the next. */
const toleranceMs = 10_000;

/** By job: leases that end later than any that is given now. */
export type LeasesAhead = ReadonlyMap<number, number>;

/**
 * After a clock was set back: jobs that wait for a time that is to come again wait no longer than they were to, and a lease
 * that nobody has renewed from one look to the next, a minute later, is free: its holder is dead.
 * @param before what the look before returned
 */
export async function correctJobs(db: Database, before: LeasesAhead, now: number): Promise<LeasesAhead> {
  await db.transaction((tx) => pullBackQueued(tx, { now, latest: now + toleranceMs }), {
    durability: 'relaxed',
  });
  const ahead = await leasesBehind(db.reader, now + leaseMs + toleranceMs);
  for (const lease of ahead)
    if (before.get(lease.id) === lease.leaseUntil)
      await db.transaction((tx) => freeLease(tx, lease), { durability: 'relaxed' });
  return new Map(ahead.map(({ id, leaseUntil }) => [id, leaseUntil]));
}
