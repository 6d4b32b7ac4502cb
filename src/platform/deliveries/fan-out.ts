import type { Database } from '../db/database.ts';
import { settledEventId } from '../events/settled-reads.ts';
import { eventsBetween, readPlace } from './delivery-reads.ts';
import type { DeliverySource, Listener } from './delivery-source.ts';
import { addDeliveries, movePlace } from './delivery-writes.ts';

const cursor = 'deliveries';
const eventsAtOnce = 500;
/** So many events may be looked at once more after a restart. */
const unwrittenLimit = 10_000;

export interface FanOutDeps<L extends Listener> {
  readonly db: Database;
  readonly source: Pick<DeliverySource<L>, 'listeners' | 'messages'>;
}

/**
 * Makes deliveries of events, together with the place in the table of events up to which there are any: whatever ends in
 * between, each is made, once.
 */
export class FanOut<L extends Listener> {
  readonly #deps: FanOutDeps<L>;
  #place: number | undefined;
  #written = 0;

  constructor(deps: FanOutDeps<L>) {
    this.#deps = deps;
  }

  /** Looks at some events. `idle`: nobody listens. */
  async step(): Promise<'idle' | 'done' | 'more'> {
    const { db, source } = this.#deps;
    // Most registries have nobody who listens.
    if ((await source.listeners(db.reader)).length === 0) return 'idle';
    const settled = await settledEventId(db);
    // Read behind the last event: whoever is to be told of one of these is there by now.
    const listeners = await source.listeners(db.reader);
    if (settled === undefined || listeners.length === 0) return 'done';
    const after = await this.#placeFor(listeners, settled);
    if (after >= settled) return 'done';
    const events = await eventsBetween(db.reader, { after, to: settled, limit: eventsAtOnce });
    const wanted = events.filter((event) =>
      listeners.some((each) => event.id > each.afterEventId && each.wants(event)),
    );
    const messages = wanted.length === 0 ? [] : await source.messages(db.reader, wanted, listeners);
    const lastId = events.length < eventsAtOnce ? settled : (events.at(-1)?.id ?? settled);
    if (messages.length > 0 || lastId - this.#written > unwrittenLimit) {
      const now = await db.now();
      await db.transaction(async (tx) => {
        await addDeliveries(tx, messages, now);
        await movePlace(tx, { name: cursor, lastId, now });
      });
      this.#written = lastId;
    }
    this.#place = lastId;
    return lastId < settled ? 'more' : 'done';
  }

  async #placeFor(listeners: readonly L[], settled: number): Promise<number> {
    if (this.#place === undefined) {
      this.#written = (await readPlace(this.#deps.db.reader, cursor)) ?? 0;
      this.#place = this.#written;
    }
    const beginning = listeners.reduce((least, { afterEventId }) => Math.min(least, afterEventId), settled);
    return Math.max(this.#place, beginning);
  }
}
