import { apiTime } from '../../platform/http/api/api-time.ts';
import type { JobProgress } from '../../platform/jobs/job-kind.ts';
import { workerCount } from '../../platform/jobs/job-workers.ts';
import type { JobRow } from '../../platform/jobs/rows/job-reads.ts';
import type { Queue } from '../../platform/jobs/rows/queue-reads.ts';
import type { Instance } from '../../platform/locks/instances.ts';

type View = Readonly<Record<string, unknown>>;

const text = { type: 'string' } as const;
const number = { type: 'integer', format: 'int64' } as const;
const time = { type: 'string', format: 'date-time' } as const;

export const poolSchema = {
  type: 'object',
  properties: {
    pid: number,
    worker_pool_id: text,
    start_at: time,
    heartbeat_at: time,
    concurrency: number,
    host: text,
  },
} as const;

export const workerSchema = {
  type: 'object',
  properties: {
    id: text,
    pool_id: text,
    job_name: text,
    job_id: text,
    start_at: time,
    check_in: text,
    checkin_at: time,
  },
} as const;

export const queueSchema = {
  type: 'object',
  properties: {
    job_type: text,
    count: number,
    latency: { ...number, description: 'Seconds.' },
    paused: { type: 'boolean' },
  },
} as const;

export function poolView(instance: Instance): View {
  return {
    // One of a version that did not tell it.
    ...(instance.pid === 0 ? {} : { pid: instance.pid }),
    worker_pool_id: instance.name,
    start_at: apiTime(instance.startedAt),
    heartbeat_at: apiTime(instance.seenAt),
    concurrency: workerCount,
    host: instance.host,
  };
}

/** Those that are at something first, then the idle ones, of which no more is told. */
export function workersView(pool: string, running: readonly JobRow[]): readonly View[] {
  const own = running.filter(({ holder }) => holder === pool);
  return Array.from({ length: Math.max(workerCount, own.length) }, (_, index) => {
    const worker = { id: `${pool}-${index + 1}`, pool_id: pool };
    const job = own[index];
    if (job === undefined) return worker;
    return {
      ...worker,
      job_name: job.kind,
      job_id: String(job.id),
      ...(job.startedAt === null ? {} : { start_at: apiTime(job.startedAt) }),
      ...(job.progress === '' ? {} : { check_in: checkIn(job.progress) }),
      checkin_at: apiTime(job.updatedAt),
    };
  });
}

function checkIn(progress: string): string {
  const { done, total, unit } = JSON.parse(progress) as JobProgress;
  return `${done} of ${total} ${unit}`;
}

/** Counts that are 0 are left out, as Harbor does. */
export function queueView({ kind, pausedAt, count, oldest }: Queue, now: number): View {
  const latency = oldest === null ? 0 : Math.max(0, Math.floor((now - oldest) / 1000));
  return {
    job_type: kind,
    ...(count === 0 ? {} : { count }),
    ...(latency === 0 ? {} : { latency }),
    paused: pausedAt !== null,
  };
}
