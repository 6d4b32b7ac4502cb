import { setTimeout as delay } from 'node:timers/promises';
import { isLogged } from '../../lib/errors.ts';
import type { Database } from '../db/database.ts';
import type { PeriodicJob } from '../jobs/periodic-jobs.ts';
import type { Logger } from '../log/logger.ts';
import { openQueues } from './delivery-reads.ts';
import type { DeliverySource, Listener } from './delivery-source.ts';
import { forgetEnded, giveUpOn } from './delivery-writes.ts';
import { FanOut } from './fan-out.ts';
import { type QueueDeps, TargetQueue } from './target-queue.ts';

const pollMs = 250;
const idleMs = 1000;
/** Some of those that find room at once. */
const firstStep = 61;
const sweepEveryMs = 60_000;
const sweptAtOnce = 1000;
const dayMs = 24 * 60 * 60 * 1000;
const keptMs = 7 * dayMs;

export interface DeliveriesDeps<L extends Listener> {
  readonly db: Database;
  readonly source: DeliverySource<L>;
  readonly log: Pick<Logger, 'warn'>;
  /** From 0 to 1. */
  readonly chance: () => number;
}

/**
 * Tells listeners of events: one instance at a time, by the lease of the job. Each message is sent at least once; twice
 * only when a server ends, or the database goes away, between the answer of a target and the note of it.
 */
export class Deliveries<L extends Listener> {
  readonly #deps: DeliveriesDeps<L>;
  #first = 0;

  constructor(deps: DeliveriesDeps<L>) {
    this.#deps = deps;
  }

  get job(): PeriodicJob {
    return { name: 'deliveries', everyMs: 1000, run: (signal) => this.run(signal) };
  }

  /** Until the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    const { log } = this.#deps;
    const fan = new FanOut(this.#deps);
    const queues = new Map<string, TargetQueue>();
    const forQueues = { ...this.#deps, sends: { running: 0 } };
    let sweptAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      let waits = pollMs;
      try {
        const found = await fan.step();
        if (found === 'more') waits = 0;
        await this.#pumpAll(queues, forQueues);
        if (found === 'idle' && queues.size === 0) waits = idleMs;
        if (performance.now() - sweptAt > sweepEveryMs) {
          await this.#sweep();
          sweptAt = performance.now();
        }
      } catch (error) {
        if (!isLogged(error)) log.warn({ error }, 'events could not be looked at; it is tried again');
        waits = idleMs;
      }
      await waitOrStop(waits, signal);
    }
    await Promise.all([...queues.values()].map((queue) => queue.stop()));
  }

  /** Each time others are the first: with very many targets there may be no room for the last ones. */
  async #pumpAll(queues: Map<string, TargetQueue>, deps: QueueDeps): Promise<void> {
    const open = await openQueues(this.#deps.db.reader);
    const names = new Set(open);
    for (const [name, queue] of queues) if (queue.idle && !names.has(name)) queues.delete(name);
    this.#first = (this.#first + firstStep) % Math.max(1, open.length);
    for (const name of [...open.slice(this.#first), ...open.slice(0, this.#first)]) {
      const queue = queues.get(name) ?? new TargetQueue(deps, name);
      queues.set(name, queue);
      void queue.pump();
    }
  }

  async #sweep(): Promise<void> {
    const { db } = this.#deps;
    const now = await db.now();
    const problem = 'not delivered within a day';
    await db.transaction((tx) => giveUpOn(tx, { before: now - dayMs, now, problem }));
    const old = { before: now - keptMs, limit: sweptAtOnce };
    while ((await db.transaction((tx) => forgetEnded(tx, old), { durability: 'relaxed' })) === sweptAtOnce);
  }
}

async function waitOrStop(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
