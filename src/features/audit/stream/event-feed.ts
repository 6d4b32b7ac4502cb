import { setImmediate as turn } from 'node:timers/promises';
import { isLogged } from '../../../lib/errors.ts';
import type { Database } from '../../../platform/db/database.ts';
import { newestEventId, settledEventId } from '../../../platform/events/settled-reads.ts';
import type { JobRow } from '../../../platform/jobs/rows/job-reads.ts';
import type { Logger } from '../../../platform/log/logger.ts';
import { type AuditEvent, readEvents } from '../audit-event-store.ts';
import { recordedTypes } from '../audit-kinds.ts';
import { auditEventView } from '../list-audit-events.ts';
import { JobChanges } from './job-changes.ts';
import { streamText } from './stream-text.ts';
import { type UploadNow, UploadsUnderWay } from './uploads-under-way.ts';

/** Of what was told just now so much is kept for all clients together; who is behind it is read for alone. */
const mostKept = 2000;
const mostKeptSize = 4 * 1024 * 1024;
const idsAtOnce = 500;
/** What one client is given in one piece. */
const toldAtOnce = 100;
const lookEveryMs = 200;
/** Uploads move all the time. */
const lookForUploadsEveryMs = 1000;
/** Rights, and whether a client is still signed in. */
const checkEveryMs = 500;

export interface FeedDeps {
  readonly db: Database;
  /** What stands before the names of robots now. */
  readonly prefix: () => string;
  readonly jobView: (row: JobRow, now: number) => object;
  readonly log: Pick<Logger, 'warn'>;
}

/** An event, and its text, which is the same for everybody who may see it. */
export interface Told {
  readonly event: AuditEvent;
  readonly text: string;
}

export interface Page {
  readonly all: readonly Told[];
  /** The id up to which these are all that there are. */
  readonly to: number;
}

/** Somebody who follows the feed. None of these throws. */
export interface Follower {
  /** There is something behind its place. */
  advance(): void;
  /** Twice a second. */
  check(): void;
  /** By job: how it is now. */
  offerJobs(jobs: ReadonlyMap<number, string>): void;
  /** Whether it is offered uploads. */
  readonly wantsUploads: boolean;
  /** Once a second: all that are open, and those that have ended since. */
  offerUploads(uploads: readonly UploadNow[]): void;
}

/**
 * Reads the events of all instances once for all clients of this one, in the order of their ids, while there are any
 * clients. Nothing is passed on before it is settled that no earlier id will appear.
 */
export class EventFeed implements AsyncDisposable {
  readonly #deps: FeedDeps;
  readonly #followers = new Set<Follower>();
  #run: Run | undefined;
  #ended: Promise<void> | undefined;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  /**
   * From now on; returns the id behind which it is told everything, and the jobs that are open.
   * @throws AppError DATABASE_UNAVAILABLE, and then it does not follow
   */
  async join(
    follower: Follower,
  ): Promise<{ readonly place: number; readonly jobs: ReadonlyMap<number, string> }> {
    this.#followers.add(follower);
    this.#run ??= new Run(this.#deps, this.#followers);
    const run = this.#run;
    try {
      await run.ready;
    } catch (error) {
      if (this.#run === run) this.#run = undefined;
      this.leave(follower);
      throw error;
    }
    return { place: run.place, jobs: await run.openJobs() };
  }

  leave(follower: Follower): void {
    this.#followers.delete(follower);
    if (this.#followers.size > 0) return;
    this.#ended = this.#run?.[Symbol.asyncDispose]();
    this.#run = undefined;
  }

  /** What comes behind that id; undefined: nothing yet. */
  async page(behind: number): Promise<Page | undefined> {
    return this.#run?.page(behind);
  }

  /** Whether what comes behind that id has to be read for one client alone. */
  isBehind(place: number): boolean {
    return this.#run !== undefined && place < this.#run.keptFrom;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run?.[Symbol.asyncDispose]();
    await this.#ended;
  }
}

/** The reading, from the first client to the last. */
class Run implements AsyncDisposable {
  readonly ready: Promise<void>;
  readonly #deps: FeedDeps;
  readonly #followers: ReadonlySet<Follower>;
  readonly #jobs: JobChanges;
  readonly #uploads: UploadsUnderWay;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #busy = new Map<string, Promise<void>>();
  #kept: Told[] = [];
  #keptSize = 0;
  #stopped = false;
  /** Up to here everything was read. */
  place = 0;
  /** Behind here everything is kept. */
  keptFrom = 0;

  constructor(deps: FeedDeps, followers: ReadonlySet<Follower>) {
    this.#deps = deps;
    this.#followers = followers;
    this.#jobs = new JobChanges(deps.db);
    this.#uploads = new UploadsUnderWay(deps.db, deps.prefix);
    this.ready = this.#start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#busy.values());
  }

  async page(behind: number): Promise<Page | undefined> {
    if (behind >= this.place) return undefined;
    if (behind < this.keptFrom) {
      const to = Math.min(behind + toldAtOnce, this.place);
      // One to which nothing of it may be told reads page after page.
      await turn();
      return { all: await this.#read(behind + 1, to), to };
    }
    const first = this.#kept.findLastIndex(({ event }) => event.id <= behind) + 1;
    const all = this.#kept.slice(first, first + toldAtOnce);
    const last = first + toldAtOnce < this.#kept.length ? all.at(-1) : undefined;
    return { all, to: last?.event.id ?? this.place };
  }

  async openJobs(): Promise<ReadonlyMap<number, string>> {
    return this.#textsOf(this.#jobs.open);
  }

  async #start(): Promise<void> {
    await this.#jobs.look();
    let settled: number | undefined;
    while (settled === undefined) settled = await settledEventId(this.#deps.db);
    this.place = settled;
    this.keptFrom = settled;
    if (this.#stopped) return;
    this.#each('events', lookEveryMs, () => this.#lookForEvents());
    this.#each('jobs', lookEveryMs, () => this.#lookForJobs());
    this.#each('uploads', lookForUploadsEveryMs, () => this.#lookForUploads());
    this.#timers.push(
      setInterval(() => {
        for (const follower of this.#followers) follower.check();
      }, checkEveryMs).unref(),
    );
  }

  #each(name: string, everyMs: number, look: () => Promise<void>): void {
    const lookOnce = async (): Promise<void> => {
      try {
        await look();
      } catch (error) {
        if (!isLogged(error))
          this.#deps.log.warn({ error }, `${name} could not be looked for; they are looked for again`);
      } finally {
        this.#busy.delete(name);
      }
    };
    this.#timers.push(
      setInterval(() => {
        if (!this.#busy.has(name)) this.#busy.set(name, lookOnce());
      }, everyMs).unref(),
    );
  }

  async #lookForEvents(): Promise<void> {
    const { db } = this.#deps;
    if ((await newestEventId(db)) <= this.place) return;
    const settled = (await settledEventId(db)) ?? this.place;
    while (this.place < settled && !this.#stopped) {
      const to = Math.min(this.place + idsAtOnce, settled);
      this.#keep(await this.#read(this.place + 1, to));
      this.place = to;
      for (const follower of this.#followers) follower.advance();
      // SQLite answers without leaving the turn of the event loop.
      await turn();
    }
  }

  async #read(from: number, to: number): Promise<Told[]> {
    const { db, prefix } = this.#deps;
    const everything = { places: { kind: 'all' }, types: recordedTypes, conditions: [] } as const;
    const events = await readEvents(db.reader, { from, to }, { ...everything, robotPrefix: prefix() });
    return events.map((event) => ({ event, text: streamText('audit', auditEventView(event), event.id) }));
  }

  #keep(told: readonly Told[]): void {
    this.#kept.push(...told);
    for (const { text } of told) this.#keptSize += text.length;
    let gone = 0;
    while (this.#kept.length - gone > mostKept || this.#keptSize > mostKeptSize) {
      const first = this.#kept[gone];
      if (first === undefined) break;
      this.#keptSize -= first.text.length;
      this.keptFrom = first.event.id;
      gone += 1;
    }
    if (gone > 0) this.#kept = this.#kept.slice(gone);
  }

  async #lookForJobs(): Promise<void> {
    const changed = await this.#jobs.look();
    if (changed.length === 0) return;
    const texts = await this.#textsOf(changed);
    for (const follower of this.#followers) follower.offerJobs(texts);
  }

  async #lookForUploads(): Promise<void> {
    const wanting = [...this.#followers].filter(({ wantsUploads }) => wantsUploads);
    if (wanting.length === 0) {
      this.#uploads.forget();
      return;
    }
    const uploads = await this.#uploads.look();
    for (const follower of wanting) follower.offerUploads(uploads);
  }

  async #textsOf(rows: readonly JobRow[]): Promise<ReadonlyMap<number, string>> {
    const { db, jobView } = this.#deps;
    if (rows.length === 0) return new Map();
    const now = await db.now();
    return new Map(rows.map((row) => [row.id, streamText('job', jobView(row, now))]));
  }
}
