import type { Queries } from '../../db/database.ts';
import { prepare } from '../../db/prepare.ts';

export interface Queue {
  readonly kind: string;
  readonly pausedAt: number | null;
  /** Jobs that wait. */
  readonly count: number;
  /** Since when the oldest of them could have begun. */
  readonly oldest: number | null;
}

const queues = prepare((db, _values: Record<never, never>) =>
  db
    .selectFrom('job_queue')
    .leftJoin('job', (join) => join.onRef('job.kind', '=', 'job_queue.kind').on('job.state', '=', 'queued'))
    .select((select) => [
      'job_queue.kind',
      'job_queue.paused_at as pausedAt',
      select.fn.count<number>('job.id').as('count'),
      select.fn.min('job.run_at').as('oldest'),
    ])
    .groupBy(['job_queue.kind', 'job_queue.paused_at'])
    .orderBy('job_queue.kind'),
);

export async function listQueues(db: Queries): Promise<readonly Queue[]> {
  const rows = await db.all(queues, {});
  return rows.map(({ kind, pausedAt, count, oldest }) => ({
    kind,
    pausedAt,
    count: Number(count),
    oldest: oldest === null ? null : Number(oldest),
  }));
}

const queue = prepare((db, values: { kind: string }) =>
  db.selectFrom('job_queue').select('paused_at as pausedAt').where('kind', '=', values.kind),
);

/** Undefined: there is none of that name. */
export function findQueue(
  db: Queries,
  kind: string,
): Promise<{ readonly pausedAt: number | null } | undefined> {
  return db.first(queue, { kind });
}
