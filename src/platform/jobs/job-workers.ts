import { isLogged } from '../../lib/errors.ts';
import { correctJobs, type LeasesAhead } from './correct-jobs.ts';
import { HeldRun, type HeldRunDeps, leaseMs } from './held-run.ts';
import type { JobKind } from './job-kind.ts';
import { waitingKinds } from './rows/job-reads.ts';
import { type ClaimedJob, claimJob, freeJobs, lockQueue } from './rows/job-writes.ts';
import { addQueue } from './rows/queue-writes.ts';
import { correctSchedules, fireSchedules, schedulerQueue } from './schedules.ts';
import { onWake } from './wake-workers.ts';

/** How many jobs an instance runs at a time. */
export const workerCount = 10;
const lookEveryMs = 1_000;
/** By looks. */
const correctEvery = 60;

export interface JobWorkersDeps extends HeldRunDeps {
  /** This instance's name. */
  readonly holder: string;
  /** Shorter in tests. */
  readonly lookEveryMs?: number;
}

/** Runs the jobs of a database, each on one of its instances at a time, by the database's clock. */
export class JobWorkers implements AsyncDisposable {
  readonly #deps: JobWorkersDeps;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  readonly #wake = onWake(() => this.#lookAgain());
  #looking: Promise<void> | undefined;
  /** Something came while it was looking. */
  #missed = false;
  #ahead: LeasesAhead = new Map();
  #correctedAt = Number.NEGATIVE_INFINITY;

  private constructor(deps: JobWorkersDeps, kinds: ReadonlyMap<string, JobKind>) {
    this.#deps = deps;
    this.#kinds = kinds;
    this.#timer = setInterval(() => this.#lookOnce(), deps.lookEveryMs ?? lookEveryMs).unref();
  }

  /** @throws AppError DATABASE_UNAVAILABLE */
  static async start(deps: JobWorkersDeps, kinds: readonly JobKind[]): Promise<JobWorkers> {
    await deps.db.transaction(async (tx) => {
      if (tx.dialect === 'sqlite') await freeJobs(tx);
      for (const name of [schedulerQueue, ...kinds.map((kind) => kind.name)].toSorted())
        await addQueue(tx, name);
    });
    return new JobWorkers(deps, new Map(kinds.map((kind) => [kind.name, kind])));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wake[Symbol.dispose]();
    clearInterval(this.#timer);
    this.#stop.abort(new Error('the server stops'));
    await this.#looking;
    await Promise.all(this.#running);
  }

  #lookOnce(): void {
    if (this.#stop.signal.aborted) return;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      if (this.#missed) this.#lookAgain();
    });
  }

  #lookAgain(): void {
    this.#missed = this.#looking !== undefined;
    if (!this.#missed) this.#lookOnce();
  }

  async #look(): Promise<void> {
    const { db, log } = this.#deps;
    try {
      const now = await db.now();
      try {
        await this.#correct(now);
        await fireSchedules(db, this.#kinds, now);
      } finally {
        // Whatever becomes of schedules: what waits is begun.
        for (const name of await waitingKinds(db.reader, now)) {
          const kind = this.#kinds.get(name);
          if (kind !== undefined) await this.#beginAll(kind);
        }
      }
    } catch (error) {
      if (isLogged(error)) return;
      log.warn({ error }, 'jobs could not be looked for; they are looked for again');
    }
  }

  async #correct(now: number): Promise<void> {
    const at = performance.now();
    if (at - this.#correctedAt < correctEvery * (this.#deps.lookEveryMs ?? lookEveryMs)) return;
    this.#correctedAt = at;
    this.#ahead = await correctJobs(this.#deps.db, this.#ahead, now);
    await correctSchedules(this.#deps.db, this.#kinds, now);
  }

  async #beginAll(kind: JobKind): Promise<void> {
    while (this.#running.size < workerCount && !this.#stop.signal.aborted) {
      const job = await this.#claim(kind);
      if (job === undefined) return;
      const run = this.#run(kind, job).finally(() => {
        this.#running.delete(run);
        // Something may have waited for a free worker.
        this.#lookOnce();
      });
      this.#running.add(run);
    }
  }

  async #claim({ name, parallelism }: JobKind): Promise<ClaimedJob | undefined> {
    const { db, holder } = this.#deps;
    const now = await db.now();
    const values = { kind: name, parallelism, holder, until: now + leaseMs, now };
    return db.transaction(
      async (tx) => {
        if (parallelism > 0) await lockQueue(tx, name);
        return claimJob(tx, values);
      },
      { durability: 'relaxed' },
    );
  }

  async #run(kind: JobKind, job: ClaimedJob): Promise<void> {
    const { log, holder } = this.#deps;
    try {
      await new HeldRun(this.#deps, job, { kind, holder, stopping: this.#stop.signal }).run();
    } catch (error) {
      if (isLogged(error)) return;
      log.warn(
        { error, job: job.id, kind: kind.name },
        'the end of a job could not be written; it runs again',
      );
    }
  }
}
