import { randomUUID } from 'node:crypto';
import { isLogged } from '../../lib/errors.ts';
import type { Database } from '../db/database.ts';
import type { Logger } from '../log/logger.ts';
import { addJob, endJob, freeJobs, isDue, makeDue, renewJob, takeJob } from './periodic-job-writes.ts';

/** Together with the time between two looks: what a dead instance was at is taken over within half a minute. */
const leaseMs = 20_000;
const renewEveryMs = 5_000;
const lookEveryMs = 5_000;
const retryMs = 60_000;

/** Idempotent work that needs no input: after a crash, or when it failed, it simply runs again. */
export interface PeriodicJob {
  /** Names its row for ever: another name is another job. */
  readonly name: string;
  readonly everyMs: number;
  /** Also with each start of a server, however short ago it ran. */
  readonly atStart?: true;
  /** While it says so nobody looks whether the job is due, which costs a statement. */
  readonly isIdle?: () => boolean;
  /** Ends soon once `signal` fires: the server stops, or another instance has taken over. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

export interface PeriodicJobsDeps {
  readonly db: Database;
  readonly log: Logger;
  /** Shorter in tests. */
  readonly lookEveryMs?: number;
}

/**
 * Runs each job once over all instances of a database, by the database's clock. A job that fails is tried again a
 * minute later, or at its next turn where that is sooner.
 */
export class PeriodicJobs implements AsyncDisposable {
  readonly #deps: PeriodicJobsDeps;
  readonly #jobs: readonly PeriodicJob[];
  readonly #holder = randomUUID();
  readonly #stop = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #timer: NodeJS.Timeout;

  private constructor(deps: PeriodicJobsDeps, jobs: readonly PeriodicJob[]) {
    this.#deps = deps;
    this.#jobs = jobs;
    this.#timer = setInterval(() => this.#look(), deps.lookEveryMs ?? lookEveryMs).unref();
    this.#look();
  }

  /** @throws AppError DATABASE_UNAVAILABLE */
  static async start(deps: PeriodicJobsDeps, jobs: readonly PeriodicJob[]): Promise<PeriodicJobs> {
    await deps.db.transaction(async (tx) => {
      if (tx.dialect === 'sqlite') await tx.run(freeJobs, {});
      for (const { name, atStart } of jobs) {
        await tx.run(addJob, { name });
        if (atStart) await tx.run(makeDue, { name });
      }
    });
    return new PeriodicJobs(deps, jobs);
  }

  /** Resolves when nothing runs here. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.idle();
  }

  #look(): void {
    for (const job of this.#jobs) {
      if (this.#running.has(job.name) || job.isIdle?.() === true) continue;
      const turn = this.#turn(job).finally(() => this.#running.delete(job.name));
      this.#running.set(job.name, turn);
    }
  }

  async #turn(job: PeriodicJob): Promise<void> {
    const { log } = this.#deps;
    try {
      if (await this.#take(job)) await this.#runHeld(job);
    } catch (error) {
      if (isLogged(error)) return;
      log.warn({ error, job: job.name }, 'a periodic job could not be looked after; it is tried again');
    }
  }

  async #take({ name, everyMs }: PeriodicJob): Promise<boolean> {
    const { db } = this.#deps;
    const now = await db.now();
    // Another instance may have ended it a moment after this `now`.
    const latest = now + everyMs + leaseMs;
    // Most looks find nothing to do, and then nothing is written.
    if ((await db.reader.first(isDue, { name, now, latest })) === undefined) return false;
    const values = { name, holder: this.#holder, until: now + leaseMs, now, latest };
    const taken = await db.transaction((tx) => tx.run(takeJob, values), { durability: 'relaxed' });
    return taken > 0;
  }

  async #runHeld(job: PeriodicJob): Promise<void> {
    const { db, log } = this.#deps;
    const lost = new AbortController();
    const renewal = setInterval(() => void this.#renew(job, lost), renewEveryMs).unref();
    let waitMs = job.everyMs;
    try {
      if (!this.#stop.signal.aborted) await job.run(AbortSignal.any([this.#stop.signal, lost.signal]));
    } catch (error) {
      waitMs = Math.min(retryMs, job.everyMs);
      if (!isLogged(error)) log.warn({ error, job: job.name }, 'a periodic job failed; it is tried again');
    } finally {
      clearInterval(renewal);
    }
    // A job that was stopped in the middle is due at once for whoever goes on.
    const dueAt = this.#stop.signal.aborted ? 0 : (await db.now()) + waitMs;
    await db.transaction((tx) => tx.run(endJob, { name: job.name, holder: this.#holder, dueAt }), {
      durability: 'relaxed',
    });
  }

  async #renew({ name }: PeriodicJob, lost: AbortController): Promise<void> {
    const { db, log } = this.#deps;
    try {
      const until = (await db.now()) + leaseMs;
      const kept = await db.transaction((tx) => tx.run(renewJob, { name, holder: this.#holder, until }), {
        durability: 'relaxed',
      });
      if (kept === 0) lost.abort();
    } catch (error) {
      if (isLogged(error)) return;
      log.warn({ error, job: name }, 'the lease of a periodic job could not be renewed');
    }
  }
}
