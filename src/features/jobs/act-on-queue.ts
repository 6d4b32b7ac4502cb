import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { pauseQueue, resumeQueue } from '../../platform/jobs/pause-queue.ts';
import { queuedJobs } from '../../platform/jobs/rows/job-reads.ts';
import { stopJob } from '../../platform/jobs/stop-job.ts';

export const queueActions = ['stop', 'pause', 'resume'] as const;
export type QueueAction = (typeof queueActions)[number];

interface On {
  readonly kind: string;
  readonly actor: Actor;
}

const jobsAtOnce = 100;

/** `stop` ends what waits; what runs goes on whatever is done to its queue. */
export async function actOnQueue(
  deps: { readonly db: Database },
  action: QueueAction,
  on: On,
): Promise<void> {
  if (action === 'stop') await stopWaiting(deps.db, on);
  else await setPaused(deps.db, action, on);
}

async function setPaused(db: Database, action: 'pause' | 'resume', { kind, actor }: On): Promise<void> {
  const now = await db.now();
  await db.transaction(async (tx) => {
    const changed = action === 'pause' ? await pauseQueue(tx, kind, now) : await resumeQueue(tx, kind);
    const type = action === 'pause' ? 'queue.paused' : 'queue.resumed';
    if (changed) await append(tx, { type, at: now, actor, projectId: null, object: kind });
  });
}

async function stopWaiting(db: Database, { kind, actor }: On): Promise<void> {
  const now = await db.now();
  let told = false;
  for (let after = 0; ; ) {
    const jobs = await queuedJobs(db.reader, { kind, after, limit: jobsAtOnce });
    const last = jobs.at(-1);
    if (last === undefined) return;
    await db.transaction(async (tx) => {
      for (const job of jobs) await stopJob(tx, job, now);
      if (!told) await append(tx, { type: 'queue.stopped', at: now, actor, projectId: null, object: kind });
    });
    told = true;
    after = last.id;
  }
}
