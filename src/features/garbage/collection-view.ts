import { apiTime, unsetTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import type { JobResult } from '../../platform/jobs/job-kind.ts';
import type { SingleExecution } from '../../platform/jobs/rows/execution-page-reads.ts';
import { statusOf } from '../../platform/jobs/rows/job-status.ts';
import type { ScheduleRow } from '../../platform/jobs/rows/schedule-reads.ts';
import { type CollectionInput, garbageKind, readCollection } from './garbage-job.ts';
import { typeOfCron } from './type-of-cron.ts';

const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;

export const whenSchema = {
  type: 'object',
  properties: {
    type: {
      ...text,
      enum: ['Hourly', 'Daily', 'Weekly', 'Custom', 'Manual', 'None', 'Schedule'],
    },
    cron: { ...text, description: '0 minutes hours day-of-month month day-of-week.' },
    next_scheduled_time: time,
  },
} as const satisfies ObjectSchema;

export const collectionSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer', format: 'int64' },
    job_id: {
      type: 'integer',
      format: 'int64',
      description: 'Of a run: its number among all jobs, which the console and the activity call it by.',
    },
    job_name: text,
    job_kind: text,
    job_parameters: {
      ...text,
      description: 'JSON: what it was told to do, and as soon as it is known, what was freed and what waits.',
    },
    schedule: whenSchema,
    job_status: text,
    deleted: { type: 'boolean' },
    creation_time: time,
    update_time: time,
  },
} as const satisfies ObjectSchema;

/** A row of the history. */
export function collectionView(
  row: SingleExecution,
  { windowMs, now }: { readonly windowMs: number; readonly now: number },
): Readonly<Record<string, unknown>> {
  const input = readCollection(JSON.parse(row.input));
  const result = JSON.parse(row.result) as JobResult;
  const isManual = row.trigger === 'MANUAL';
  return {
    id: row.id,
    job_id: row.jobId,
    job_name: garbageKind,
    job_kind: isManual ? 'MANUAL' : 'SCHEDULE',
    job_parameters: JSON.stringify({ ...parametersOf(input), time_window: windowMs / 3_600_000, ...result }),
    schedule: { type: isManual ? 'Manual' : 'Schedule', cron: '', next_scheduled_time: unsetTime },
    job_status: statusOf(row, now),
    deleted: false,
    creation_time: apiTime(row.startedAt),
    update_time: apiTime(row.updatedAt),
  };
}

/** The schedule, in the form of a row. */
export function scheduleView(row: ScheduleRow): Readonly<Record<string, unknown>> {
  const { cron, nextAt, updatedAt } = row;
  return {
    id: row.id,
    job_name: '',
    job_kind: cron,
    job_parameters: JSON.stringify(parametersOf(readCollection(JSON.parse(row.input)))),
    schedule: { type: typeOfCron(cron), cron, next_scheduled_time: apiTime(nextAt) },
    job_status: '',
    deleted: false,
    creation_time: apiTime(updatedAt),
    update_time: apiTime(updatedAt),
  };
}

/** In Harbor's order and names. */
export function parametersOf(input: CollectionInput): Readonly<Record<string, boolean | number>> {
  return {
    delete_untagged: input.deleteUntagged,
    delete_tag: input.deleteTag,
    dry_run: input.dryRun,
    workers: input.workers,
    ...(input.purgeTrash ? { purge_trash: true } : {}),
  };
}
