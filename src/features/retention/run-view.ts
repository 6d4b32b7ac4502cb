import { apiTime } from '../../platform/http/api/api-time.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';
import { type JobStatus, statusOf } from '../../platform/jobs/rows/job-status.ts';
import type { RunRow } from './store/run-store.ts';
import type { TaskRow } from './store/task-store.ts';

const text = { type: 'string' } as const;
const number = { type: 'integer', format: 'int64' } as const;

export const runSchema = {
  type: 'object',
  properties: {
    id: number,
    policy_id: number,
    start_time: text,
    end_time: text,
    status: text,
    trigger: text,
    dry_run: { type: 'boolean' },
    needs_review: {
      type: 'string',
      description: 'Beyond Harbor: why it stopped before it changed anything.',
    },
  },
} as const;

export const taskSchema = {
  type: 'object',
  properties: {
    id: number,
    execution_id: number,
    repository: text,
    job_id: text,
    status: text,
    status_code: number,
    status_revision: number,
    start_time: text,
    end_time: text,
    total: number,
    retained: number,
  },
} as const;

export function runView(run: RunRow, policyId: number): Readonly<Record<string, unknown>> {
  const { id, status, trigger, startedAt, endedAt, dryRun, review } = run;
  return withoutZeros({
    id,
    policy_id: policyId,
    start_time: apiTime(startedAt),
    end_time: endedAt === null ? '' : apiTime(endedAt),
    status,
    trigger,
    dry_run: dryRun === 1,
    needs_review: review,
  });
}

/** Harbor's numbers of its words. */
const codes: Readonly<Record<JobStatus, number>> = {
  Pending: 0,
  Scheduled: 1,
  Running: 2,
  Stopped: 3,
  Error: 3,
  Success: 3,
};

export function taskView(task: TaskRow, now: number): Readonly<Record<string, unknown>> {
  const { id, executionId, repository, startedAt, endedAt, total, retained } = task;
  const status = statusOf(task, now);
  return {
    ...withoutZeros({
      id,
      execution_id: executionId,
      repository: repository.slice(repository.indexOf('/') + 1),
      job_id: String(id),
      status,
      // Of the run, in seconds: a later one has a larger one.
      status_revision: Math.floor((startedAt ?? task.createdAt) / 1000),
      start_time: startedAt === null ? '' : apiTime(startedAt),
      end_time: endedAt === null ? '' : apiTime(endedAt),
    }),
    status_code: codes[status],
    total,
    retained,
  };
}
