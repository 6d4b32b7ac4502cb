import type { Database, Tx } from '../db/database.ts';
import { requireTimeZone } from './cron/instants-of.ts';
import { nextFire } from './cron/next-fire.ts';
import { parseCron } from './cron/parse-cron.ts';
import { openJobOf } from './rows/job-reads.ts';
import { findQueue } from './rows/queue-reads.ts';
import { dueSchedules, pageOfSchedules, type ScheduleRow } from './rows/schedule-reads.ts';
import {
  addScheduleRow,
  advanceSchedule,
  putScheduleRow,
  removeScheduleRow,
} from './rows/schedule-writes.ts';
import { startJob, uniqueKeyOf } from './start-job.ts';

/** The queue that stands for all schedules; Harbor's name. */
export const schedulerQueue = 'SCHEDULER';

export interface NewSchedule {
  /** The kind that it starts. */
  readonly vendorType: string;
  readonly vendorId: number;
  /** As `parseCron` takes it. */
  readonly cron: string;
  readonly timeZone: string;
  readonly input: unknown;
  readonly now: number;
}

/**
 * Sets when a kind of job runs by itself.
 * @throws AppError BAD_REQUEST for a time that is no time, or never comes
 */
export async function putSchedule(tx: Tx, schedule: NewSchedule): Promise<void> {
  await putScheduleRow(tx, valuesOf(schedule));
}

/** The same, unless it was set before. */
export async function addSchedule(tx: Tx, schedule: NewSchedule): Promise<void> {
  await addScheduleRow(tx, valuesOf(schedule));
}

/** False: there is none. */
export function removeSchedule(tx: Tx, of: Pick<NewSchedule, 'vendorType' | 'vendorId'>): Promise<boolean> {
  return removeScheduleRow(tx, { vendorType: of.vendorType, vendorId: of.vendorId });
}

function valuesOf({ cron, timeZone, input, ...rest }: NewSchedule) {
  requireTimeZone(timeZone);
  const nextAt = nextFire(parseCron(cron), rest.now, timeZone);
  return {
    ...rest,
    cron: cron.trim().split(/\s+/).join(' '),
    timeZone,
    input: JSON.stringify(input),
    nextAt,
  };
}

/**
 * Starts what is due, each turn once over all instances: whoever moves the schedule on starts the job in the same
 * transaction. Turns that nobody saw are one; a turn that comes while the job still runs is left out. One that cannot be
 * started, such as by a time zone that only another version knows, keeps none of the others from it.
 * @throws what kept the first of them
 */
export async function fireSchedules(
  db: Database,
  kinds: ReadonlyMap<string, unknown>,
  now: number,
): Promise<void> {
  const due = await dueSchedules(db.reader, now);
  if (due.length === 0) return;
  const paused = (await findQueue(db.reader, schedulerQueue))?.pausedAt ?? null;
  if (paused !== null) return;
  await forEach(known(due, kinds), (schedule) => fire(db, schedule, now));
}

/**
 * A turn behind the next two was set by a clock that was ahead: it may be years away. One whose clock was set back a little
 * stays, so that nothing comes twice.
 * @throws what kept the first of those that could not be looked at
 */
export async function correctSchedules(
  db: Database,
  kinds: ReadonlyMap<string, unknown>,
  now: number,
): Promise<void> {
  const { rows } = await pageOfSchedules(db.reader, { offset: 0, limit: Number.MAX_SAFE_INTEGER });
  await forEach(known(rows, kinds), async ({ id, cron: text, timeZone, nextAt }) => {
    const cron = parseCron(text);
    const to = nextFire(cron, now, timeZone);
    if (nextAt > nextFire(cron, to, timeZone))
      await db.transaction((tx) => advanceSchedule(tx, { id, from: nextAt, to }));
  });
}

function known(all: readonly ScheduleRow[], kinds: ReadonlyMap<string, unknown>): ScheduleRow[] {
  return all.filter(({ vendorType }) => kinds.has(vendorType));
}

/** @throws the first failure, once all had their turn */
async function forEach(
  all: readonly ScheduleRow[],
  run: (schedule: ScheduleRow) => Promise<void>,
): Promise<void> {
  const failed: unknown[] = [];
  for (const schedule of all) {
    try {
      await run(schedule);
    } catch (error) {
      failed.push(error);
    }
  }
  if (failed.length > 0) throw failed[0];
}

async function fire(db: Database, schedule: ScheduleRow, now: number): Promise<void> {
  const { id, vendorType, vendorId, nextAt } = schedule;
  const to = nextFire(parseCron(schedule.cron), now, schedule.timeZone);
  await db.transaction(async (tx) => {
    if (!(await advanceSchedule(tx, { id, from: nextAt, to }))) return;
    if ((await openJobOf(tx, uniqueKeyOf(vendorType, vendorId))) !== undefined) return;
    const input: unknown = JSON.parse(schedule.input);
    await startJob(tx, { name: vendorType }, { input, vendorId, trigger: 'SCHEDULE', unique: true, now });
  });
}
