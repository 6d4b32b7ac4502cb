import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import type { Database } from '../../platform/db/database.ts';
import { append, systemActor } from '../../platform/events/append.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import { lastByEvent } from '../../platform/jobs/rows/execution-page-reads.ts';
import { startJob } from '../../platform/jobs/start-job.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { garbageKind, garbageVendor, readCollection } from './garbage-job.ts';

const everyMs = 10 * 60 * 1000;
/** Of the storage's capacity. */
const least = 0.15;
/** Of an instance that was started anew, or another one, while room was short all the time. */
const againAfterMs = 24 * 60 * 60 * 1000;

export interface WhenFullDeps {
  readonly db: Database;
  readonly store: Pick<BlobStore, 'space'>;
  readonly log: Logger;
}

/** Begins a collection when free space gets below its least share: once, until there was more again. */
export function createWhenFull(deps: WhenFullDeps): PeriodicJob {
  let wasShort = false;
  return {
    name: 'gc-when-full',
    everyMs,
    run: async () => {
      const space = await deps.store.space();
      const isShort = space !== undefined && space.freeBytes < least * space.capacityBytes;
      if (isShort && !wasShort) await begin(deps);
      wasShort = isShort;
    },
  };
}

async function begin({ db, log }: WhenFullDeps): Promise<void> {
  const now = await db.now();
  const last = await lastByEvent(db.reader, garbageKind);
  if (last !== undefined && last > now - againAfterMs) return;
  // With more than one worker it does not wait for clients, whose pushes are about to be refused.
  const input = readCollection({ scheduled: true, workers: 2 });
  const job = { input, vendorId: garbageVendor, trigger: 'EVENT', unique: false, now } as const;
  await db.transaction(async (tx) => {
    const { jobId } = await startJob(tx, { name: garbageKind }, job);
    const object = `${garbageKind} ${jobId}`;
    await append(tx, { type: 'job.started', at: now, actor: systemActor, projectId: null, object });
  });
  log.warn({}, 'free space is short: garbage is collected');
}
