import type { JobTable } from '../../db/schema/schema-of-jobs.ts';

/** Harbor's words. */
export const jobStatuses = ['Pending', 'Scheduled', 'Running', 'Stopped', 'Error', 'Success'] as const;
export type JobStatus = (typeof jobStatuses)[number];
export type JobState = JobTable['state'];

const ended: Readonly<Record<'done' | 'failed' | 'stopped', JobStatus>> = {
  done: 'Success',
  failed: 'Error',
  stopped: 'Stopped',
};

/** `Scheduled`: it waits for its time, such as the next try. */
export function statusOf(job: { readonly state: JobState; readonly runAt: number }, now: number): JobStatus {
  if (job.state === 'running') return 'Running';
  if (job.state === 'queued') return job.runAt > now ? 'Scheduled' : 'Pending';
  return ended[job.state];
}

/** What an execution is by the states of its jobs. */
export function executionStatus(states: ReadonlySet<JobState>): 'Running' | 'Error' | 'Stopped' | 'Success' {
  if (states.has('queued') || states.has('running')) return 'Running';
  if (states.has('failed')) return 'Error';
  return states.has('stopped') ? 'Stopped' : 'Success';
}
