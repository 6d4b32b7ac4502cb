import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { Threads } from '../../threads/threads.ts';
import type { CheckpointInput, CheckpointResult } from './checkpoint-thread.ts';

/** A checkpoint is asked for after so many groups, or so long after the first that had none. */
const everyGroups = 256;
const everyMs = 1000;

/** Moves the log into the database in a thread of its own, so that nobody waits for it. */
export class Checkpointer {
  readonly #thread: Worker;
  readonly #failed: Int32Array;
  readonly #die: (what: string, cause: unknown) => void;
  readonly #checkLog: () => void;
  #groups = 0;
  #running = false;
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

  afterGroup(): void {
    this.#groups += 1;
    if (this.#groups >= everyGroups) this.#request();
    else this.#timer ??= setTimeout(() => this.#request(), everyMs).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const ended = once(this.#thread, 'exit');
    this.#thread.ref();
    this.#thread.postMessage('close');
    await ended;
  }

  #request(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#running) return;
    this.#running = true;
    this.#groups = 0;
    this.#thread.postMessage('checkpoint');
  }

  #finished(result: CheckpointResult): void {
    this.#running = false;
    if (result.error !== undefined) this.#die('a checkpoint of the database failed', result.error);
    else this.#checkLog();
  }
}

export interface CheckpointerDeps {
  readonly die: (what: string, cause: unknown) => void;
  /** Called after each checkpoint: is the log file still the one whose descriptor is held? */
  readonly checkLog: () => void;
}
