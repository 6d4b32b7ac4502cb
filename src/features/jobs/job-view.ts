import { apiTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import type { ExecutionRow } from '../../platform/jobs/rows/execution-reads.ts';
import type { JobRow } from '../../platform/jobs/rows/job-reads.ts';
import { type JobState, jobStatuses, statusOf } from '../../platform/jobs/rows/job-status.ts';
import type { Origin } from './origin-store.ts';

type View = Readonly<Record<string, unknown>>;

const text = { type: 'string' } as const;
const number = { type: 'integer', format: 'int64' } as const;
const time = { type: 'string', format: 'date-time' } as const;

export const jobProperties = {
  id: number,
  kind: { ...text, description: 'The vendor type, in Harbor’s words where it has one.' },
  vendor_id: { ...number, description: 'What it belongs to, such as a policy; -1: there is one.' },
  execution_id: number,
  trigger: { ...text, enum: ['MANUAL', 'SCHEDULE', 'EVENT'] },
  status: { ...text, enum: jobStatuses },
  status_message: text,
  run_count: number,
  stopping: { type: 'boolean', description: 'It was cancelled and has not ended yet.' },
  progress: {
    type: 'object',
    properties: {
      done: number,
      total: number,
      unit: text,
      bytes: { type: 'object', properties: { done: number, total: number } },
    },
  },
  result: { type: 'object', description: 'What it found out, by its kind.', properties: {} },
  creation_time: time,
  start_time: time,
  update_time: time,
  end_time: time,
  next_time: { ...time, description: 'Of one that waits for its time.' },
} as const satisfies ObjectSchema['properties'];

/** What lists and single jobs tell besides. */
export const originProperties = {
  place: { ...text, description: 'The project or repository that it is about; left out: the server.' },
  begun_by: { ...text, description: 'The name of the user or robot who asked for it, where one did.' },
} as const satisfies ObjectSchema['properties'];

export function originView(origin: Origin | undefined): View {
  const { place, begunBy } = origin ?? {};
  return {
    ...(place === undefined ? {} : { place }),
    ...(begunBy === undefined ? {} : { begun_by: begunBy }),
  };
}

export const executionSchema = {
  type: 'object',
  properties: {
    id: number,
    vendor_type: text,
    vendor_id: number,
    status: { ...text, enum: ['Running', 'Stopped', 'Error', 'Success'] },
    status_message: text,
    metrics: {
      type: 'object',
      properties: {
        task_count: number,
        success_task_count: number,
        error_task_count: number,
        pending_task_count: number,
        running_task_count: number,
        stopped_task_count: number,
      },
    },
    trigger: text,
    start_time: time,
    end_time: time,
  },
} as const;

export function jobView(row: JobRow, now: number): View {
  const status = statusOf(row, now);
  return {
    id: row.id,
    kind: row.kind,
    vendor_id: row.vendorId,
    execution_id: row.executionId,
    trigger: row.trigger,
    status,
    ...(row.message === '' ? {} : { status_message: row.message }),
    run_count: row.attempts,
    ...(status === 'Running' && row.stopAsked !== 0 ? { stopping: true } : {}),
    ...(row.progress === '' ? {} : { progress: JSON.parse(row.progress) as unknown }),
    result: JSON.parse(row.result) as unknown,
    creation_time: apiTime(row.createdAt),
    ...(row.startedAt === null ? {} : { start_time: apiTime(row.startedAt) }),
    update_time: apiTime(row.updatedAt),
    ...(row.endedAt === null ? {} : { end_time: apiTime(row.endedAt) }),
    ...(status === 'Scheduled' ? { next_time: apiTime(row.runAt) } : {}),
  };
}

/** Counts that are 0 are left out, as Harbor does. */
export function executionView(row: ExecutionRow, counts: ReadonlyMap<JobState, number>): View {
  const metrics = {
    task_count: counts.values().reduce((sum, count) => sum + count, 0),
    success_task_count: counts.get('done') ?? 0,
    error_task_count: counts.get('failed') ?? 0,
    pending_task_count: counts.get('queued') ?? 0,
    running_task_count: counts.get('running') ?? 0,
    stopped_task_count: counts.get('stopped') ?? 0,
  };
  return {
    id: row.id,
    vendor_type: row.vendorType,
    vendor_id: row.vendorId,
    status: row.status,
    ...(row.message === '' ? {} : { status_message: row.message }),
    metrics: Object.fromEntries(Object.entries(metrics).filter(([, count]) => count > 0)),
    trigger: row.trigger,
    start_time: apiTime(row.startedAt),
    ...(row.endedAt === null ? {} : { end_time: apiTime(row.endedAt) }),
  };
}
