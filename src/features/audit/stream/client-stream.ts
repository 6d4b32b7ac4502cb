import { Readable } from 'node:stream';
import { findProject } from '../../../access/projects/project-reads.ts';
import type { Asker } from '../../../access/rest-route.ts';
import { isLogged } from '../../../lib/errors.ts';
import type { RecordedType } from '../../../lib/event-types.ts';
import type { EventFeed, FeedDeps, Follower, Told } from './event-feed.ts';
import { type StreamFilter, type StreamRights, streamRights } from './stream-filter.ts';
import { streamText } from './stream-text.ts';
import type { UploadNow } from './uploads-under-way.ts';

/** What waits for a client in our memory before it is asked for more. */
const roomBytes = 64 * 1024;
const heartbeatMs = 15_000;
/** Rights that were read longer ago do not count. */
const rightsLastMs = 400;
/** Who does not take the last message in this time is cut off. */
const farewellMs = 500;

export interface ClientDeps extends Pick<FeedDeps, 'db' | 'log'> {
  readonly feed: EventFeed;
  readonly filter: StreamFilter;
  readonly rightsNow: Asker['rightsNow'];
  /** Shorter in tests. */
  readonly heartbeatMs?: number | undefined;
}

/** Where a client begins. */
export interface Beginning {
  /** It is told what comes behind that id. */
  readonly place: number;
  readonly jobs: ReadonlyMap<number, string>;
  /** What it is told first. */
  readonly text: string;
}

/**
 * One client's answer. It takes from the feed only what the client has room for: a client that takes nothing costs the
 * room and its place, and one whose place the feed has left behind is cut off, to come back with the id it had.
 */
export class ClientStream extends Readable implements Follower {
  readonly #deps: ClientDeps;
  readonly #jobs = new Map<number, string>();
  /** What it was told last of each upload that is open. */
  readonly #toldUploads = new Map<string, string>();
  #uploads: readonly UploadNow[] = [];
  #place: number | undefined;
  #rights: StreamRights | undefined;
  #rightsAt = Number.NEGATIVE_INFINITY;
  #projectId: number | undefined;
  #hasRoom = false;
  #toldAt = performance.now();
  #isReady = false;
  #isOver = false;
  #pumping = false;
  #again = false;

  constructor(deps: ClientDeps) {
    super({ highWaterMark: roomBytes, encoding: 'utf8' });
    this.#deps = deps;
  }

  begin({ place, jobs, text }: Beginning): void {
    this.#place = place;
    for (const [id, job] of jobs) this.#jobs.set(id, job);
    this.#tell(text);
    this.advance();
  }

  advance(): void {
    this.#again = true;
    if (this.#pumping || this.#place === undefined) return;
    this.#pumping = true;
    void this.#pump();
  }

  offerJobs(jobs: ReadonlyMap<number, string>): void {
    if (!this.#deps.filter.jobs) return;
    for (const [id, job] of jobs) this.#jobs.set(id, job);
    this.advance();
  }

  get wantsUploads(): boolean {
    return this.#deps.filter.uploads;
  }

  offerUploads(uploads: readonly UploadNow[]): void {
    // What ended before it could be told.
    const ended = this.#uploads.filter(({ isOver }) => isOver);
    this.#uploads = [...ended, ...uploads];
    this.advance();
  }

  check(): void {
    if (this.#place === undefined || this.#isOver) return;
    if (this.#isReady && this.#deps.feed.isBehind(this.#place)) {
      this.destroy();
      return;
    }
    if (this.#hasRoom && performance.now() - this.#toldAt >= (this.#deps.heartbeatMs ?? heartbeatMs))
      this.#tell(':\n\n');
    // Whether it is still signed in.
    this.advance();
  }

  /** Ends it, with the reason as its last word. */
  end(reason: 'signed_out' | 'stopping'): void {
    if (this.#isOver) return;
    this.#tell(streamText('end', { reason }));
    this.#isOver = true;
    this.push(null);
    setTimeout(() => this.destroy(), farewellMs).unref();
  }

  override _read(): void {
    this.#hasRoom = true;
    this.advance();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#isOver = true;
    this.#deps.feed.leave(this);
    done(error);
  }

  #tell(text: string): void {
    if (this.#isOver) return;
    this.#toldAt = performance.now();
    this.#hasRoom = this.push(text);
  }

  async #pump(): Promise<void> {
    try {
      while (this.#again && !this.#isOver) {
        this.#again = false;
        await this.#readRights();
        while (this.#hasRoom && !this.#isOver && (await this.#tellPage()));
      }
    } catch (error) {
      // At the next look it is tried again.
      if (!isLogged(error)) this.#deps.log.warn({ error }, 'a client could not be told of events');
    } finally {
      this.#pumping = false;
    }
  }

  async #readRights(): Promise<void> {
    const at = performance.now();
    if (this.#rights !== undefined && at - this.#rightsAt < rightsLastMs) return;
    const { rightsNow, filter, db } = this.#deps;
    const rights = await rightsNow();
    if (rights === undefined) {
      this.end('signed_out');
      return;
    }
    // One that was deleted is still the one whose events are wanted.
    if (filter.project !== undefined)
      this.#projectId = (await findProject(db.reader, filter.project))?.id ?? this.#projectId;
    this.#rights = streamRights(rights);
    this.#rightsAt = at;
  }

  /** False: there is no more for now. */
  async #tellPage(): Promise<boolean> {
    const page = await this.#deps.feed.page(this.#place ?? 0);
    if (page === undefined) {
      this.#tellJobs();
      this.#tellUploads();
      return false;
    }
    await this.#readRights();
    if (this.#isOver) return false;
    const text = page.all
      .filter((each) => this.#isFor(each))
      .map((each) => each.text)
      .join('');
    this.#place = page.to;
    if (text !== '') this.#tell(text);
    return true;
  }

  #isFor({ event }: Told): boolean {
    return this.#deps.filter.types.has(event.type as RecordedType) && this.#seesPlace(event);
  }

  #seesPlace(of: { readonly projectId: number | null }): boolean {
    const isElsewhere = this.#projectId === undefined || of.projectId !== this.#projectId;
    if (this.#deps.filter.project !== undefined && isElsewhere) return false;
    return this.#rights?.sees(of) === true;
  }

  #tellUploads(): void {
    let text = '';
    for (const upload of this.#uploads) {
      const { id, isOver } = upload;
      const before = this.#toldUploads.get(id);
      if (isOver) this.#toldUploads.delete(id);
      if (!this.#seesPlace(upload) || before === upload.text || (isOver && before === undefined)) continue;
      text += upload.text;
      if (!isOver) this.#toldUploads.set(id, upload.text);
    }
    this.#uploads = [];
    if (text !== '') this.#tell(text);
  }

  #tellJobs(): void {
    const text =
      this.#rights?.jobs === true && this.#deps.filter.jobs ? [...this.#jobs.values()].join('') : '';
    this.#jobs.clear();
    const ready = this.#isReady ? '' : streamText('ready', {});
    this.#isReady = true;
    if (text + ready !== '') this.#tell(text + ready);
  }
}
