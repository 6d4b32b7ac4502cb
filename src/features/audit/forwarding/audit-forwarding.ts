import { setTimeout as delay } from 'node:timers/promises';
import { isLogged } from '../../../lib/errors.ts';
import type { Database } from '../../../platform/db/database.ts';
import { settledEventId } from '../../../platform/events/settled-reads.ts';
import type { PeriodicJob } from '../../../platform/jobs/periodic-jobs.ts';
import type { Logger } from '../../../platform/log/logger.ts';
import { parseSyslogEndpoint } from '../../../platform/syslog/syslog-endpoint.ts';
import { connectSyslog, type SyslogSender } from '../../../platform/syslog/syslog-sender.ts';
import { type AuditEvent, readEvents } from '../audit-event-store.ts';
import { parseAuditFilter } from '../audit-filter.ts';
import { keepPlace, readPlace, readWaiting } from './cursor-store.ts';
import { messageOf } from './message-of.ts';

export interface ForwardingDeps {
  readonly db: Database;
  /** Of the syslog server, as it is set now; empty: there is none. */
  readonly endpoint: () => string;
  /** What stands before the names of robots now. */
  readonly prefix: () => string;
  /** What this registry is called in the messages. */
  readonly host: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Longer in tests. */
  readonly doubtMs?: number;
}

const idsAtOnce = 200;
const pollMs = 500;
/** So long after it was sent a connection still has to live before a message counts as received. */
const defaultDoubtMs = 1000;
const firstWaitMs = 500;
const longestWaitMs = 60_000;
const lateMs = 5 * 60_000;
const mostCounted = 10_000;

/**
 * Sends the events that the audit log shows to a syslog server, in the order of their ids, each at least once: the place
 * in the table is the queue. One instance does it, by the lease of its job.
 */
export class AuditForwarding {
  readonly #deps: ForwardingDeps;

  constructor(deps: ForwardingDeps) {
    this.#deps = deps;
  }

  get job(): PeriodicJob {
    return {
      name: 'audit-forward',
      everyMs: 1000,
      isIdle: () => this.#deps.endpoint() === '',
      run: (signal) => this.run(signal),
    };
  }

  /** Undefined: nothing is forwarded. `count` stops at 10,000. */
  async lag(): Promise<{ readonly count: number; readonly seconds: number } | undefined> {
    const { db, endpoint } = this.#deps;
    if (endpoint() === '') return undefined;
    const { count, since } = await readWaiting(db.reader, (await readPlace(db.reader)) ?? 0, mostCounted);
    return { count, seconds: since === undefined ? 0 : Math.max(0, ((await db.now()) - since) / 1000) };
  }

  /** Undefined, or in one sentence that events wait for too long. Everybody may read it. */
  async problem(): Promise<string | undefined> {
    const lag = await this.lag();
    if (lag === undefined || lag.seconds * 1000 < lateMs) return undefined;
    const count = lag.count < mostCounted ? String(lag.count) : `at least ${mostCounted}`;
    return `${count} events wait to be forwarded to the syslog server, the first for ${Math.round(lag.seconds / 60)} minutes`;
  }

  /** Until the signal fires, or there is no server to send to any more. */
  async run(signal: AbortSignal): Promise<void> {
    const { endpoint, log } = this.#deps;
    let waitMs = firstWaitMs;
    while (!signal.aborted && endpoint() !== '') {
      const target = endpoint();
      const parsed = parseSyslogEndpoint(target);
      try {
        if (parsed === undefined) throw new Error('it is no address of a syslog server');
        const sender = await connectSyslog(parsed, signal);
        log.info({ endpoint: target }, 'the audit log is forwarded');
        await this.#forward(sender, target, signal, () => {
          waitMs = firstWaitMs;
        });
      } catch (error) {
        if (signal.aborted) return;
        if (!isLogged(error))
          log.warn(
            { error, endpoint: target, waitMs },
            'the audit log could not be forwarded; it is tried again',
          );
        await waitOrStop(waitMs, signal);
        waitMs = Math.min(waitMs * 2, longestWaitMs);
      }
    }
  }

  /** Until the connection breaks, the signal fires, or another server is set. */
  async #forward(
    sender: SyslogSender,
    target: string,
    signal: AbortSignal,
    onReceived: () => void,
  ): Promise<void> {
    const { db, endpoint, doubtMs = defaultDoubtMs } = this.#deps;
    const sent = new SentPlaces();
    try {
      let place = (await readPlace(db.reader)) ?? (await settledEventId(db)) ?? 0;
      while (!signal.aborted && endpoint() === target) {
        const settled = (await settledEventId(db)) ?? place;
        const to = Math.min(settled, place + idsAtOnce);
        if (to > place) {
          const events = await this.#read(place + 1, to);
          if (events.length > 0)
            await sender.send(events.map((event) => messageOf(event, this.#deps.host, sender.maxBytes)));
          place = to;
          sent.add(place);
        }
        if (place >= settled) await waitOrStop(pollMs, signal);
        if (sender.broken !== undefined) throw sender.broken;
        const received = sent.takeOlderThan(doubtMs);
        if (received !== undefined) {
          await keepPlace(db, received);
          onReceived();
        }
      }
      const last = sent.takeOlderThan(0);
      if ((await sender.end()) && last !== undefined) await keepPlace(db, last);
    } finally {
      sender.destroy();
    }
  }

  #read(from: number, to: number): Promise<readonly AuditEvent[]> {
    const { db, prefix } = this.#deps;
    const rows = { places: { kind: 'all' }, ...parseAuditFilter({}), robotPrefix: prefix() } as const;
    return readEvents(db.reader, { from, to }, rows);
  }
}

/** What was sent over one connection and may not have arrived. */
class SentPlaces {
  #places: { readonly place: number; readonly at: number }[] = [];

  add(place: number): void {
    this.#places.push({ place, at: performance.now() });
  }

  /** The newest that is so old; all up to it are forgotten. */
  takeOlderThan(ms: number): number | undefined {
    const latest = performance.now() - ms;
    const count = this.#places.findLastIndex(({ at }) => at <= latest) + 1;
    return this.#places.splice(0, count).at(-1)?.place;
  }
}

async function waitOrStop(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
