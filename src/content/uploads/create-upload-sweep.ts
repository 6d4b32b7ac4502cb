import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import type { Database } from '../../platform/db/database.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { findExpiredUploads, findParts } from './upload-reads.ts';
import { deleteExpiredUpload, deleteFinishedUploads, freeAllLeases } from './upload-writes.ts';

const pageSize = 200;

export interface UploadSweepDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly storeIsOurs: () => Promise<boolean>;
  readonly log: Logger;
}

/** Ends uploads that nobody went on with for a day, and forgets the finished ones. */
export async function createUploadSweep(deps: UploadSweepDeps): Promise<PeriodicJob> {
  // With SQLite there was one process, and it is gone: its leases hold nobody up. With other instances they run out.
  if (deps.db.dialect === 'sqlite') await deps.db.transaction((tx) => freeAllLeases(tx));
  return {
    name: 'upload-sweep',
    everyMs: 10 * 60 * 1000,
    atStart: true,
    run: (signal) => sweepUploads(deps, signal),
  };
}

async function sweepUploads(deps: UploadSweepDeps, signal: AbortSignal): Promise<void> {
  await forgetFinished(deps, signal);
  // Where the store is away, what it staged would only seem to be gone.
  const ended = (await deps.storeIsOurs()) ? await endExpired(deps, signal) : 0;
  if (ended > 0) deps.log.info({ count: ended }, 'uploads that nobody went on with were ended');
}

async function forgetFinished({ db }: UploadSweepDeps, signal: AbortSignal): Promise<void> {
  for (let gone = pageSize; gone === pageSize && !signal.aborted; ) {
    const now = await db.now();
    gone = await db.transaction((tx) => deleteFinishedUploads(tx, { now, count: pageSize }));
  }
}

async function endExpired({ db, store }: UploadSweepDeps, signal: AbortSignal): Promise<number> {
  let ended = 0;
  for (;;) {
    const now = await db.now();
    const expired = await findExpiredUploads(db.reader, now, pageSize);
    for (const { id, generation } of expired) {
      if (signal.aborted) return ended;
      const parts = await findParts(db.reader, id);
      // Expired, it can be gone on with by nobody. Its row goes last, so that a crash leaves nothing unknown.
      await store.discardUpload({ uploadId: id, generation, parts, offset: 0 });
      if (await db.transaction((tx) => deleteExpiredUpload(tx, id, now))) ended += 1;
    }
    if (expired.length < pageSize) return ended;
  }
}
