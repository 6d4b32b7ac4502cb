import type { Database } from '../db/database.ts';
import { settledEventId } from '../events/settled-reads.ts';
import { eventsBetween, type RecordedEvent, readPlace } from './delivery-reads.ts';
import type { DeliverySource, Listener, NewDelivery } from './delivery-source.ts';
import { addDeliveries, movePlace } from './delivery-writes.ts';

const cursor = 'deliveries';
const eventsAtOnce = 500;
/** Messages may be large, and are held in memory until they are written. */
const messagesAtOnce = 500;
/** So many events may be looked at once more after a restart. */
const unwrittenLimit = 10_000;
/** What is behind the place is kept from being purged, so it moves on also while nothing is to be told. */
const unwrittenMs = 3_600_000;

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
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(deps: FanOutDeps<L>) {
    this.#deps = deps;
  }

  /** Looks at some events. `idle`: nobody listens. */
  async step(): Promise<'idle' | 'done' | 'more'> {
    const { db, source } = this.#deps;
    // Most registries have nobody who listens.
    if ((await source.listeners(db.reader)).length === 0) {
      await this.#moveIdle();
      return 'idle';
    }
    const settled = await settledEventId(db);
    // Read behind the last event: whoever is to be told of one of these is there by now.
    const listeners = await source.listeners(db.reader);
    if (settled === undefined || listeners.length === 0) return 'done';
    const after = await this.#placeFor(listeners, settled);
    if (after >= settled) return 'done';
    const events = await eventsBetween(db.reader, { after, to: settled, limit: eventsAtOnce });
    const { wanted, cutAt } = chosenOf(events, listeners);
    const messages = wanted.length === 0 ? [] : await source.messages(db.reader, wanted, listeners);
    const lastId = cutAt ?? (events.length < eventsAtOnce ? settled : (events.at(-1)?.id ?? settled));
    if (messages.length > 0 || lastId - this.#written > unwrittenLimit || this.#isDue)
      await this.#write(messages, lastId);
    this.#place = lastId;
    return lastId < settled ? 'more' : 'done';
  }

  get #isDue(): boolean {
    return performance.now() - this.#writtenAt > unwrittenMs;
  }

  async #write(messages: readonly NewDelivery[], lastId: number): Promise<void> {
    const { db } = this.#deps;
    const now = await db.now();
    await db.transaction(async (tx) => {
      await addDeliveries(tx, messages, now);
      await movePlace(tx, { name: cursor, lastId, now });
    });
    this.#written = lastId;
    this.#writtenAt = performance.now();
  }

  /** Where somebody has ever listened; who begins from now on is told of later events only. */
  async #moveIdle(): Promise<void> {
    if (!this.#isDue) return;
    const { db, source } = this.#deps;
    const place = await readPlace(db.reader, cursor);
    const settled = place === undefined ? undefined : await settledEventId(db);
    // Read behind the last event, as in a step.
    if (settled !== undefined && (await source.listeners(db.reader)).length === 0) {
      await this.#write([], settled);
      this.#place = settled;
    } else if (place === undefined) this.#writtenAt = performance.now();
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

interface Chosen {
  readonly wanted: readonly RecordedEvent[];
  /** The id up to which these are all that somebody wants; undefined: of all that were given. */
  readonly cutAt: number | undefined;
}

/** What is wanted by somebody, from the first event as far as its messages are not too many. */
function chosenOf(events: readonly RecordedEvent[], listeners: readonly Listener[]): Chosen {
  const wanted: RecordedEvent[] = [];
  let messages = 0;
  for (const event of events) {
    const own = listeners
      .filter((each) => event.id > each.afterEventId && each.wants(event))
      .reduce((sum, { targetCount }) => sum + targetCount, 0);
    if (own === 0) continue;
    if (wanted.length > 0 && messages + own > messagesAtOnce) return { wanted, cutAt: event.id - 1 };
    messages += own;
    wanted.push(event);
  }
  return { wanted, cutAt: undefined };
}
