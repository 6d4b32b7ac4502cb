import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { findExpiredUploads, findParts } from './upload-reads.ts';
import { deleteExpiredUpload, deleteFinishedUploads, freeAllLeases } from './upload-writes.ts';

const pageSize = 200;
const everyMs = 10 * 60 * 1000;

export interface UploadSweeperDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly storeIsOurs: () => Promise<boolean>;
  readonly log: Logger;
}

/** Ends uploads that nobody went on with for a day, and forgets the finished ones, from the start on and every ten minutes. */
export class UploadSweeper implements AsyncDisposable {
  readonly #deps: UploadSweeperDeps;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void>;
  #stopped = false;

  private constructor(deps: UploadSweeperDeps) {
    this.#deps = deps;
    this.#running = this.#sweepAndReport();
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#sweepAndReport());
    }, everyMs).unref();
  }

  static async start(deps: UploadSweeperDeps): Promise<UploadSweeper> {
    // With SQLite there was one process, and it is gone: its leases hold nobody up. With other instances they run out.
    if (deps.db.dialect === 'sqlite') await deps.db.transaction((tx) => freeAllLeases(tx));
    return new UploadSweeper(deps);
  }

  /** Resolves when the round that runs is done. */
  idle(): Promise<void> {
    return this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #sweepAndReport(): Promise<void> {
    const { log } = this.#deps;
    try {
      await this.#forgetFinished();
      // Where the store is away, what it staged would only seem to be gone.
      const ended = (await this.#deps.storeIsOurs()) ? await this.#endExpired() : 0;
      if (ended > 0) log.info({ count: ended }, 'uploads that nobody went on with were ended');
    } catch (error) {
      log.warn({ error }, 'expired uploads were not cleaned up; the next round tries again');
    }
  }

  async #forgetFinished(): Promise<void> {
    const { db } = this.#deps;
    for (let gone = pageSize; gone === pageSize && !this.#stopped; ) {
      const now = await db.now();
      gone = await db.transaction((tx) => deleteFinishedUploads(tx, { now, count: pageSize }));
    }
  }

  async #endExpired(): Promise<number> {
    const { db, store } = this.#deps;
    let ended = 0;
    for (;;) {
      const now = await db.now();
      const expired = await findExpiredUploads(db.reader, now, pageSize);
      for (const { id, generation } of expired) {
        if (this.#stopped) return ended;
        const parts = await findParts(db.reader, id);
        // Expired, it can be gone on with by nobody. Its row goes last, so that a crash leaves nothing unknown.
        await store.discardUpload({ uploadId: id, generation, parts, offset: 0 });
        if (await db.transaction((tx) => deleteExpiredUpload(tx, id, now))) ended += 1;
      }
      if (expired.length < pageSize) return ended;
    }
  }
}
