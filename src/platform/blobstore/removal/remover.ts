import type { Worker } from 'node:worker_threads';
import type { Threads } from '../../threads/threads.ts';
import type { RemovalAnswer, RemovalRequest } from './removal-thread.ts';
import type { DoomedFile, RemovedName } from './remove-name.ts';

/** What a thread is at before it is asked for more: a piece takes some ten milliseconds. */
const namesAtOnce = 500;
/** Each removal waits for the disk, or for another machine: these wait together. One takes 9 MiB. */
const leastThreads = 2;
/** One for each who removes many, up to so many. */
const mostThreads = 8;

interface Piece {
  readonly doomed: readonly DoomedFile[];
  readonly done: PromiseWithResolvers<readonly RemovedName[]>;
}

interface Thread {
  readonly worker: Worker;
  piece: Piece | undefined;
}

/**
 * Removes names of many files in threads, which the first of them start: neither the main thread nor the pool is kept busy.
 */
export class Remover implements AsyncDisposable {
  readonly #threads: Threads;
  readonly #running = new Set<Thread>();
  #queue: Piece[] = [];
  /** Calls that are not at their end. */
  #calls = 0;

  constructor(threads: Threads) {
    this.#threads = threads;
  }

  /**
   * What became of each, in their order. Rejects when a thread has ended: then nobody knows, but nothing of this call is
   * under way any more.
   */
  async remove(doomed: readonly DoomedFile[]): Promise<readonly RemovedName[]> {
    const pieces: Piece[] = [];
    for (let start = 0; start < doomed.length; start += namesAtOnce)
      pieces.push({ doomed: doomed.slice(start, start + namesAtOnce), done: Promise.withResolvers() });
    this.#calls += 1;
    try {
      this.#queue.push(...pieces);
      this.#go();
      const settled = await Promise.allSettled(pieces.map(({ done }) => done.promise));
      return settled.flatMap((each) => {
        if (each.status === 'rejected') throw each.reason;
        return each.value;
      });
    } finally {
      this.#calls -= 1;
    }
  }

  /** Gives what waits to whoever is idle. */
  #go(): void {
    const most = Math.min(mostThreads, Math.max(leastThreads, this.#calls));
    while (this.#queue.length > 0) {
      const idle = [...this.#running].find(({ piece }) => piece === undefined);
      if (idle === undefined && this.#running.size >= most) return;
      const thread = idle ?? this.#tryToStart();
      if (thread === undefined) return;
      thread.piece = this.#queue.shift();
      thread.worker.ref();
      thread.worker.postMessage({ doomed: thread.piece?.doomed ?? [] } satisfies RemovalRequest);
    }
  }

  /** Undefined: there can be no more, so that those that run do it all; without any, nobody does what waits, later either. */
  #tryToStart(): Thread | undefined {
    try {
      return this.#start();
    } catch (error) {
      if (this.#running.size === 0) for (const { done } of this.#queue.splice(0)) done.reject(error);
      return undefined;
    }
  }

  #start(): Thread {
    const worker = this.#threads.start('removal', undefined, { maxYoungGenerationSizeMb: 2 });
    const thread: Thread = { worker, piece: undefined };
    this.#running.add(thread);
    worker.on('message', ({ names }: RemovalAnswer) => {
      thread.piece?.done.resolve(
        names.map((name) =>
          name.kind === 'failed'
            ? { kind: 'failed', error: Object.assign(new Error(name.error.message), name.error) }
            : name,
        ),
      );
      thread.piece = undefined;
      worker.unref();
      this.#go();
    });
    // What waits, and what comes next, starts another one.
    worker.on('error', (error) => this.#failed(thread, error));
    worker.on('exit', () => this.#failed(thread, new Error('the thread that removes files has ended')));
    return thread;
  }

  #failed(thread: Thread, error: unknown): void {
    if (!this.#running.delete(thread)) return;
    thread.piece?.done.reject(error);
    this.#go();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Error('the server is ending');
    for (const { done } of this.#queue.splice(0)) done.reject(gone);
    await Promise.all([...this.#running].map(({ worker }) => worker.terminate()));
  }
}
