import { AppError, isLogged } from '../../lib/errors.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';
import type { Logger } from '../log/logger.ts';
import type { JobMeter } from '../metrics/job-meter.ts';
import type { JobKind, JobProgress, JobResult } from './job-kind.ts';
import { JobLog } from './job-log.ts';
import { retryDelayMs } from './retry-delay-ms.ts';
import { settleExecution } from './rows/execution-writes.ts';
import { heldRun } from './rows/job-reads.ts';
import { type ClaimedJob, endRun, type RunName, renewRun } from './rows/job-writes.ts';

/** With the time between two looks: what a dead instance was at is begun elsewhere within half a minute. */
export const leaseMs = 20_000;
const renewEveryMs = 5_000;
/** A job that is cancelled hears of it within this. */
const tickMs = 400;
const writeEveryMs = 1_000;
/** A job whose server ends in the middle each time is what ends it. */
const mostLost = 5;
const longestMessage = 2_000;

export interface HeldRunDeps {
  readonly db: Database;
  readonly log: Logger;
  /** For the times in logs of jobs. */
  readonly clock: Clock;
  /** From 0 to 1, for the wait before the next try. */
  readonly chance: () => number;
  readonly meter?: JobMeter;
}

type Outcome =
  | { readonly kind: 'lost' }
  | { readonly kind: 'done' | 'stopped' | 'released' }
  | { readonly kind: 'failed'; readonly message: string; readonly final: boolean };

/** One run of a job that this instance holds: keeps the lease, tells how far it is, and writes how it ended. */
export class HeldRun {
  readonly #deps: HeldRunDeps;
  readonly #kind: JobKind;
  readonly #job: ClaimedJob;
  readonly #name: RunName;
  readonly #stopping: AbortSignal;
  readonly #cancelled = new AbortController();
  readonly #lost = new AbortController();
  #progress = '';
  #result: string;
  #changed = false;
  #writtenAt = performance.now();
  #looking: Promise<void> | undefined;

  /** @param stopping fires when the server stops */
  constructor(
    deps: HeldRunDeps,
    job: ClaimedJob,
    {
      kind,
      holder,
      stopping,
    }: { readonly kind: JobKind; readonly holder: string; readonly stopping: AbortSignal },
  ) {
    this.#deps = deps;
    this.#kind = kind;
    this.#job = job;
    this.#name = { id: job.id, holder, attempts: job.attempts };
    this.#stopping = stopping;
    this.#result = job.result;
  }

  /** Resolves when the run has ended and that was written. */
  async run(): Promise<void> {
    const began = performance.now();
    const log = await JobLog.open(this.#deps.db.reader, this.#job.id, this.#deps.clock);
    const timer = setInterval(() => {
      this.#looking ??= this.#look(log).finally(() => {
        this.#looking = undefined;
      });
    }, tickMs).unref();
    let outcome: Outcome;
    try {
      outcome = await this.#outcome(log);
    } finally {
      clearInterval(timer);
      await this.#looking;
    }
    if (outcome.kind === 'lost') return;
    this.#count(outcome.kind, (performance.now() - began) / 1000);
    await this.#end(outcome, log);
  }

  /** A run that the server's end cuts short has not ended. */
  #count(kind: Exclude<Outcome['kind'], 'lost'>, seconds: number): void {
    const ends = { done: 'success', failed: 'fail', stopped: 'stop' } as const;
    if (kind !== 'released') this.#deps.meter?.ended(this.#job.kind, ends[kind], seconds);
  }

  async #outcome(log: JobLog): Promise<Outcome> {
    const { stopAsked, lost } = this.#job;
    if (stopAsked !== 0) return { kind: 'stopped' };
    if (lost >= mostLost) {
      const message = `its server ended in the middle ${lost} times`;
      return { kind: 'failed', message, final: true };
    }
    const signals = [this.#stopping, this.#cancelled.signal, this.#lost.signal];
    try {
      const input = this.#kind.parse(JSON.parse(this.#job.input));
      const signal = AbortSignal.any(signals);
      signal.throwIfAborted();
      await this.#kind.run({
        input,
        job: { id: this.#job.id, executionId: this.#job.executionId ?? 0 },
        signal,
        progress: (progress) => this.#tell(progress),
        log: (line) => log.add(line),
        result: (result) => this.#found(result),
      });
      return { kind: this.#lost.signal.aborted ? 'lost' : 'done' };
    } catch (error) {
      if (this.#lost.signal.aborted) return { kind: 'lost' };
      if (this.#cancelled.signal.aborted) return { kind: 'stopped' };
      if (this.#stopping.aborted) return { kind: 'released' };
      return this.#failure(error, log);
    }
  }

  #failure(error: unknown, log: JobLog): Outcome {
    const { id, kind, failures } = this.#job;
    if (!(error instanceof AppError)) this.#deps.log.warn({ error, job: id, kind }, 'a job failed');
    const message = (error instanceof Error ? error.message : String(error)).slice(0, longestMessage);
    log.add(`failed: ${message}`);
    return { kind: 'failed', message, final: failures + 1 >= this.#kind.attempts };
  }

  #tell(progress: JobProgress): void {
    this.#progress = JSON.stringify(progress);
    this.#changed = true;
  }

  #found(result: JobResult): void {
    this.#result = JSON.stringify(result);
    this.#changed = true;
  }

  async #look(log: JobLog): Promise<void> {
    const { db } = this.#deps;
    try {
      const age = performance.now() - this.#writtenAt;
      const isDue = age >= renewEveryMs || (age >= writeEveryMs && (this.#changed || !log.isEmpty));
      const row = isDue ? await this.#write(log) : await heldRun(db.reader, this.#name);
      if (row === undefined) this.#lost.abort(new Error('another instance has the job'));
      else if (row.stopAsked !== 0) this.#cancelled.abort(new Error('the job was cancelled'));
    } catch (error) {
      // By now somebody else may have begun it.
      if (performance.now() - this.#writtenAt > leaseMs) this.#lost.abort(error);
      if (isLogged(error)) return;
      this.#deps.log.warn({ error, job: this.#job.id }, 'a running job could not be looked after');
    }
  }

  async #write(log: JobLog): Promise<{ readonly stopAsked: number } | undefined> {
    const { db } = this.#deps;
    const at = performance.now();
    const now = await db.now();
    const values = { until: now + leaseMs, now, progress: this.#progress, result: this.#result };
    const lines = log.take();
    this.#changed = false;
    const row = await db.transaction(
      async (tx) => {
        const kept = await renewRun(tx, this.#name, values);
        if (kept !== undefined) await lines?.(tx);
        return kept;
      },
      { durability: 'relaxed' },
    );
    this.#writtenAt = at;
    return row;
  }

  async #end(outcome: Exclude<Outcome, { kind: 'lost' }>, log: JobLog): Promise<void> {
    const { db, chance } = this.#deps;
    const { attempts, executionId } = this.#job;
    const now = await db.now();
    const failures = this.#job.failures + (outcome.kind === 'failed' ? 1 : 0);
    const state = stateAfter(outcome);
    const isOver = state !== 'queued';
    const values = {
      state,
      message: outcome.kind === 'failed' ? outcome.message : '',
      failures,
      result: this.#result,
      progress: this.#progress,
      runAt: outcome.kind === 'failed' ? now + retryDelayMs(failures, chance()) : now,
      endedAt: isOver ? now : null,
      now,
      // A run that the server's end cut short counts for nothing.
      counted: outcome.kind === 'released' ? attempts - 1 : attempts,
    };
    const lines = log.take();
    await db.transaction(async (tx) => {
      if (!(await endRun(tx, this.#name, values))) return;
      await lines?.(tx);
      const message = outcome.kind === 'failed' ? outcome.message : null;
      if (isOver && executionId !== null) await settleExecution(tx, executionId, { message, now });
    });
  }
}

function stateAfter(outcome: Exclude<Outcome, { kind: 'lost' }>): 'done' | 'failed' | 'stopped' | 'queued' {
  switch (outcome.kind) {
    case 'failed':
      return outcome.final ? 'failed' : 'queued';
    case 'released':
      return 'queued';
    default:
      return outcome.kind;
  }
}
