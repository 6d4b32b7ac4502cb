import { isLogged } from '../../lib/errors.ts';
import type { Database } from '../db/database.ts';
import type { Logger } from '../log/logger.ts';
import { type Delivery, findDelivery, waitingOf } from './delivery-reads.ts';
import type { DeliverySource, Listener, Outcome } from './delivery-source.ts';
import { keepAttempt } from './delivery-writes.ts';
import { attemptLimit, waitMs } from './wait-ms.ts';

const atOnce = 8;
/** Of all targets together; each takes a connection. From the first number on a target has one message on its way. */
const crowdedFrom = 128;
const mostInAll = 256;
const rowsAtOnce = 500;
/** In a row: the target itself is taken for dead, and asked with one message at a time until it answers. */
const failuresOfDead = 3;
const longestPauseMs = 60_000;
const unwrittenMs = 5_000;
const logLimit = 16 * 1024;

export interface QueueDeps {
  readonly db: Database;
  readonly source: Pick<DeliverySource<Listener>, 'send'>;
  readonly log: Pick<Logger, 'warn'>;
  /** From 0 to 1. */
  readonly chance: () => number;
  /** Shared by all queues: how many messages are on their way. */
  readonly sends: { running: number };
}

/** Sends what waits for one target: what has the same order key one after the other, the rest beside each other. */
export class TargetQueue {
  readonly #deps: QueueDeps;
  readonly #queue: string;
  readonly #running = new Map<string, Promise<void>>();
  /** Read, and not begun for want of room: by key. */
  readonly #ready = new Map<string, readonly number[]>();
  /** Keys that wait for a later attempt, until then by the monotonic clock. */
  readonly #blocked = new Map<string, number>();
  #failures = 0;
  #pausedUntil = 0;
  #loading = false;
  #stopping = false;

  constructor(deps: QueueDeps, queue: string) {
    this.#deps = deps;
    this.#queue = queue;
  }

  get idle(): boolean {
    return this.#running.size === 0 && this.#ready.size === 0 && !this.#loading;
  }

  /** Begins what there is room for. Never throws. */
  async pump(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    try {
      do this.#beginReady();
      while (this.#hasRoom && (await this.#load()));
    } catch (error) {
      if (!isLogged(error))
        this.#deps.log.warn({ error, queue: this.#queue }, 'deliveries could not be read; it is tried again');
    } finally {
      this.#loading = false;
    }
  }

  /** Resolves when nothing is on its way any more; what was begun is ended, so that it is not sent twice. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#ready.clear();
    await Promise.all(this.#running.values());
  }

  get #hasRoom(): boolean {
    const limit = this.#failures >= failuresOfDead || this.#isCrowded ? 1 : atOnce;
    return (
      !this.#stopping &&
      this.#running.size < limit &&
      this.#deps.sends.running < mostInAll &&
      performance.now() >= this.#pausedUntil
    );
  }

  get #isCrowded(): boolean {
    return this.#deps.sends.running >= crowdedFrom;
  }

  #beginReady(): void {
    for (const [key, ids] of this.#ready) {
      if (!this.#hasRoom) return;
      this.#ready.delete(key);
      this.#begin(key, ids);
    }
  }

  /** Only when nothing is ready. False: there is nothing more that can be begun. */
  async #load(): Promise<boolean> {
    const { db } = this.#deps;
    const at = performance.now();
    for (const [key, until] of this.#blocked) if (until <= at) this.#blocked.delete(key);
    const exceptKeys = [...this.#running.keys(), ...this.#blocked.keys()];
    const rows = await waitingOf(db.reader, { queue: this.#queue, exceptKeys, limit: rowsAtOnce });
    const now = await db.now();
    for (const [key, chain] of Map.groupBy(rows, ({ orderKey }) => orderKey)) {
      const waits = (chain[0]?.nextAt ?? 0) - now;
      if (waits > 0) this.#blocked.set(key, performance.now() + waits);
      else
        this.#ready.set(
          key,
          chain.map(({ id }) => id),
        );
    }
    return rows.length > 0;
  }

  #begin(key: string, ids: readonly number[]): void {
    const run = this.#sendAll(key, ids).finally(() => {
      this.#running.delete(key);
      // Otherwise it waits for its turn, behind the others.
      if (!this.#isCrowded) void this.pump();
    });
    this.#running.set(key, run);
  }

  async #sendAll(key: string, ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      if (this.#stopping || performance.now() < this.#pausedUntil) return;
      this.#deps.sends.running += 1;
      try {
        if (!(await this.#sendOne(key, id)) || this.#isCrowded) return;
      } catch (error) {
        this.#blocked.set(key, performance.now() + unwrittenMs);
        if (!isLogged(error))
          this.#deps.log.warn({ error, delivery: id }, 'a delivery could not be noted; it is sent again');
        return;
      } finally {
        this.#deps.sends.running -= 1;
      }
    }
  }

  /** False: it has to be sent again before what comes behind it. */
  async #sendOne(key: string, id: number): Promise<boolean> {
    const { db, source } = this.#deps;
    const delivery = await findDelivery(db.reader, id);
    if (delivery?.state !== 'waiting') return true;
    const startedAt = await db.now();
    const outcome = await source.send(delivery);
    const now = await db.now();
    const state = this.#stateAfter(delivery, outcome);
    const waits = waitMs(delivery.attempts + 1, this.#deps.chance());
    await db.transaction(
      (tx) =>
        keepAttempt(tx, {
          id,
          state,
          attempts: delivery.attempts + 1,
          nextAt: now + waits,
          startedAt: delivery.startedAt ?? startedAt,
          endedAt: state === 'waiting' ? null : now,
          status: outcome.status,
          answer: outcome.answer,
          problem: outcome.kind === 'failed' ? outcome.problem : '',
          log: `${delivery.log}${outcome.line}\n`.slice(-logLimit),
        }),
      { durability: 'relaxed' },
    );
    this.#note(outcome);
    if (state === 'waiting') this.#blocked.set(key, performance.now() + waits);
    return state !== 'waiting';
  }

  #stateAfter({ attempts }: Delivery, outcome: Outcome): Delivery['state'] {
    if (outcome.kind === 'delivered') return 'delivered';
    return outcome.again && attempts + 1 < attemptLimit ? 'waiting' : 'failed';
  }

  #note({ kind }: Outcome): void {
    this.#failures = kind === 'delivered' ? 0 : this.#failures + 1;
    const over = this.#failures - failuresOfDead;
    this.#pausedUntil = over < 0 ? 0 : performance.now() + Math.min(1000 * 2 ** over, longestPauseMs);
  }
}
