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
/** What a group writes, until the first checkpoint tells. */
const firstGuess = 40;

/** Moves the log into the database in a thread of its own, so that nobody waits for it. */
export class Checkpointer {
  readonly #thread: Worker;
  readonly #failed: Int32Array;
  readonly #die: (what: string, cause: unknown) => void;
  readonly #checkLog: () => void;
  #groups = 0;
  #framesPerGroup = firstGuess;
  #asked = 0;
  #running = false;
  #dumps = 0;
  /** Of the checkpoint that runs. */
  #finishing = resolved();
  #timer: NodeJS.Timeout | undefined;

  private constructor(thread: Worker, failed: Int32Array, deps: CheckpointerDeps) {
    this.#thread = thread;
    this.#failed = failed;
    this.#die = deps.die;
    this.#checkLog = deps.checkLog;
    thread.on('message', (result: CheckpointResult) => this.#finished(result));
    thread.on('error', (error: unknown) => this.#die('the checkpoint thread ended', error));
    // After the listeners: adding one makes the thread hold the process again.
    thread.unref();
  }

  static async start(threads: Threads, path: string, deps: CheckpointerDeps): Promise<Checkpointer> {
    const failed = new SharedArrayBuffer(4);
    const thread = threads.start('checkpoint', { path, failed } satisfies CheckpointInput);
    await once(thread, 'message');
    return new Checkpointer(thread, new Int32Array(failed), deps);
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
    const ended = once(this.#thread, 'exit');
    this.#thread.ref();
    this.#thread.postMessage('close' satisfies CheckpointOrder);
    await ended;
  }

  #request(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#running) return;
    this.#running = true;
    this.#finishing = Promise.withResolvers<undefined>();
    this.#asked = this.#groups;
    this.#groups = 0;
    this.#thread.postMessage((this.#dumps > 0 ? 'passive' : 'checkpoint') satisfies CheckpointOrder);
  }

  #finished(result: CheckpointResult): void {
    this.#running = false;
    this.#finishing.resolve(undefined);
    if (result.error !== undefined) {
      this.#die('a checkpoint of the database failed', result.error);
      return;
    }
    if (this.#asked > 0 && result.logFrames !== undefined)
      this.#framesPerGroup = Math.max(1, result.logFrames / this.#asked);
    this.#checkLog();
  }
}

function resolved(): PromiseWithResolvers<undefined> {
  const made = Promise.withResolvers<undefined>();
  made.resolve(undefined);
  return made;
}

export interface CheckpointerDeps {
  readonly die: (what: string, cause: unknown) => void;
  /** Called after each checkpoint: is the log file still the one whose descriptor is held? */
  readonly checkLog: () => void;
}
