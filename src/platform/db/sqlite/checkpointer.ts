import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { Threads } from '../../threads/threads.ts';
import type { CheckpointInput, CheckpointOrder, CheckpointResult } from './checkpoint-thread.ts';

/**
 * A checkpoint is asked for when the log has about so many pages (32 MiB), or so long after the first change. Each one
 * that empties the log makes SQLite sync the log's new header inside the next COMMIT, on the main thread: not too often.
 */
const everyFrames = 8192;
const everyMs = 5000;
/** Of descriptors or threads there may be none for a while, in which the log only grows. */
const maxFailedStarts = 12;
/** What a group writes, until the first checkpoint tells. */
const firstGuess = 40;

/** Moves the log into the database in a thread of its own, so that nobody waits for it. The first checkpoint starts it. */
export class Checkpointer {
  readonly #path: string;
  readonly #deps: CheckpointerDeps;
  readonly #failed = new Int32Array(new SharedArrayBuffer(4));
  #thread: Worker | undefined;
  /** It has opened the database. */
  #isOpen = false;
  #failedStarts = 0;
  #groups = 0;
  #framesPerGroup = firstGuess;
  #asked = 0;
  #running = false;
  #dumps = 0;
  /** Of the checkpoint that runs. */
  #finishing = resolved();
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string, deps: CheckpointerDeps) {
    this.#path = path;
    this.#deps = deps;
  }

  /** True from the instant a checkpoint failed: nothing may be acknowledged any more. */
  get failed(): boolean {
    return Atomics.load(this.#failed, 0) !== 0;
  }

  /** While a dump is read nothing waits for its reader: a `restart` would, and hold the writer up for as long. */
  async withoutRestarts(): Promise<Disposable> {
    this.#dumps += 1;
    await this.#finishing.promise;
    return {
      [Symbol.dispose]: () => {
        this.#dumps -= 1;
      },
    };
  }

  afterGroup(): void {
    this.#groups += 1;
    if (this.#groups * this.#framesPerGroup >= everyFrames) this.#request();
    else this.#timer ??= setTimeout(() => this.#request(), everyMs).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const thread = this.#thread;
    if (thread === undefined) return;
    const ended = once(thread, 'exit');
    thread.ref();
    thread.postMessage('close' satisfies CheckpointOrder);
    await ended;
  }

  #request(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#running) return;
    this.#asked = this.#groups;
    this.#groups = 0;
    try {
      this.#thread ??= this.#start();
    } catch (error) {
      this.#notStarted(error);
      return;
    }
    this.#running = true;
    this.#finishing = Promise.withResolvers<undefined>();
    this.#thread.postMessage((this.#dumps > 0 ? 'passive' : 'checkpoint') satisfies CheckpointOrder);
  }

  #start(): Worker {
    const { threads, die, checkLog } = this.#deps;
    // The thread opens what is there by now: another log must not get into the database.
    checkLog();
    const input: CheckpointInput = { path: this.#path, failed: this.#failed.buffer };
    const thread = threads.start('checkpoint', input);
    thread.on('message', (result: CheckpointResult) => this.#finished(result));
    thread.on('error', (error: unknown) => {
      if (this.#isOpen) die('the checkpoint thread ended', error);
      else this.#notStarted(error);
    });
    // After the listeners: adding one makes the thread hold the process again.
    thread.unref();
    return thread;
  }

  #notStarted(error: unknown): void {
    this.#thread = undefined;
    this.#running = false;
    this.#finishing.resolve(undefined);
    this.#failedStarts += 1;
    if (this.#failedStarts >= maxFailedStarts)
      this.#deps.die('the checkpoint thread could not be started', error);
    else this.#timer ??= setTimeout(() => this.#request(), everyMs).unref();
  }

  #finished(result: CheckpointResult): void {
    this.#isOpen = true;
    this.#running = false;
    this.#finishing.resolve(undefined);
    if (result.error !== undefined) {
      this.#deps.die('a checkpoint of the database failed', result.error);
      return;
    }
    if (this.#asked > 0 && result.logFrames !== undefined)
      this.#framesPerGroup = Math.max(1, result.logFrames / this.#asked);
    this.#deps.checkLog();
  }
}

function resolved(): PromiseWithResolvers<undefined> {
  const made = Promise.withResolvers<undefined>();
  made.resolve(undefined);
  return made;
}

export interface CheckpointerDeps {
  readonly threads: Threads;
  readonly die: (what: string, cause: unknown) => void;
  /** Called before the first checkpoint and after each: is the log file still the one whose descriptor is held? */
  readonly checkLog: () => void;
}
