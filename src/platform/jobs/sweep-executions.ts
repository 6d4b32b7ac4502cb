import type { Database } from '../db/database.ts';
import type { JobKind } from './job-kind.ts';
import { endedBeyond, nextVendor } from './rows/execution-reads.ts';
import { removeExecution } from './rows/execution-writes.ts';

/** What is kept of a kind that this version no longer knows. */
const keptOfOthers = 50;
const executionsAtOnce = 100;
/** Small: everybody else's writes wait for one transaction at most. */
const jobsAtOnce = 50;

/** Removes all but the newest ended executions of each vendor, with their jobs and logs. Returns how many went. */
export async function sweepExecutions(
  db: Database,
  kept: ReadonlyMap<string, Pick<JobKind, 'kept'>>,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  for (let vendor = await nextVendor(db.reader); vendor !== undefined; ) {
    const keep = kept.get(vendor.vendorType)?.kept ?? keptOfOthers;
    for (;;) {
      const ids = await endedBeyond(db.reader, { ...vendor, keep, limit: executionsAtOnce });
      for (const id of ids) {
        let more = true;
        while (more) {
          signal.throwIfAborted();
          more = await db.transaction((tx) => removeExecution(tx, id, jobsAtOnce));
        }
        removed += 1;
      }
      if (ids.length < executionsAtOnce) break;
    }
    vendor = await nextVendor(db.reader, vendor);
  }
  return removed;
}

/** Runs by its schedule; the list of kinds is asked when it runs, since it is one of them. */
export function createExecutionSweep(db: Database, kinds: () => readonly JobKind[]): JobKind<undefined> {
  return {
    name: 'EXECUTION_SWEEP',
    parallelism: 1,
    attempts: 1,
    kept: 10,
    parse: () => undefined,
    run: async ({ signal, log, result }) => {
      const kept = new Map(kinds().map((kind) => [kind.name, kind]));
      const removed = await sweepExecutions(db, kept, signal);
      log(`removed ${removed} executions`);
      result({ removed });
    },
  };
}
