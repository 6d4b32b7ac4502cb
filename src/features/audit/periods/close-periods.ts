import type { MasterKey } from '../../../platform/crypto/master-key.ts';
import type { Database } from '../../../platform/db/database.ts';
import { settledEventId } from '../../../platform/events/settled-reads.ts';
import type { PeriodicJob } from '../../../platform/jobs/periodic-jobs.ts';
import type { Logger } from '../../../platform/log/logger.ts';
import { hashEvents, noHash } from './hash-events.ts';
import { firstRefusalSince, insertClosed, readLastPeriod } from './period-store.ts';
import { headSealOf, sealOf } from './seal.ts';

export interface PeriodDeps {
  readonly db: Database;
  readonly masterKey: MasterKey;
  readonly log: Pick<Logger, 'info'>;
}

/** What is younger than this may not be proved yet. */
const everyMs = 10 * 60_000;
const mostRows = 10_000;
/** The row of a refusal counts what repeats within a minute; a second later that is written down. */
const growsMs = 2 * 60_000;

/**
 * Closes what was written since the last period: the events up to an id below which none can appear any more. The log
 * names each hash, so that whoever keeps the log elsewhere can tell a chain that was replaced as a whole.
 * @returns how many periods were closed
 */
export async function closePeriods(
  { db, masterKey, log }: PeriodDeps,
  signal: AbortSignal,
  limit = mostRows,
): Promise<number> {
  const settled = await settledUpTo(db);
  for (let closed = 0; ; ) {
    const last = await readLastPeriod(db.reader);
    const after = last?.toId ?? 0;
    if (settled === undefined || settled <= after) return closed;
    const range = { after, to: settled, limit, previous: last?.hash ?? noHash };
    const { hash, rows, lastId } = await hashEvents(db.reader, range, signal);
    if (rows === 0) return closed;
    const period = {
      number: (last?.number ?? 0) + 1,
      afterId: after,
      toId: rows < limit ? settled : lastId,
      rows,
      hash,
      closedAt: await db.now(),
    };
    const { number, toId } = period;
    const head = { number, seal: headSealOf(masterKey, number) };
    // Another instance, whose lease ran out in the middle, may have been faster.
    if (!(await insertClosed(db, { ...period, seal: sealOf(masterKey, period) }, head))) continue;
    closed += 1;
    log.info({ period: number, fromId: after + 1, toId, rows, hash }, 'a period of the audit log was closed');
  }
}

/** The last event that neither gets a neighbour below it nor changes any more. */
async function settledUpTo(db: Database): Promise<number | undefined> {
  const settled = await settledEventId(db);
  const growing = await firstRefusalSince(db.reader, (await db.now()) - growsMs);
  return settled === undefined || growing === undefined ? settled : Math.min(settled, growing - 1);
}

export function periodJob(deps: PeriodDeps): PeriodicJob {
  const run = async (signal: AbortSignal): Promise<void> => {
    await closePeriods(deps, signal);
  };
  return { name: 'audit-periods', everyMs, atStart: true, run };
}
