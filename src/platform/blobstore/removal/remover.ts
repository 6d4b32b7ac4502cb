import type { Worker } from 'node:worker_threads';
import type { Threads } from '../../threads/threads.ts';
import type { RemovalAnswer, RemovalRequest } from './removal-thread.ts';
import type { DoomedFile, RemovedName } from './remove-name.ts';

/** What a thread is at before it is asked for more: small enough that all of them have something to the end. */
const namesAtOnce = 100;
/** Each removal waits for the disk, or for another machine: these wait together. One takes 9 MiB. */
const mostThreads = 8;
/** A thread that nobody asks for so long ends. */
const idleMs = 5000;

interface Piece {
  readonly doomed: readonly DoomedFile[];
  readonly done: PromiseWithResolvers<readonly RemovedName[]>;
}

interface Thread {
  readonly worker: Worker;
  piece: Piece | undefined;
  idle: NodeJS.Timeout | undefined;
}

/**
 * Removes names of many files in threads, which the first of them start: neither the main thread nor the pool is kept busy.
 */
export class Remover implements AsyncDisposable {
  readonly #threads: Threads;
  readonly #running = new Set<Thread>();
  #queue: Piece[] = [];

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
    this.#queue.push(...pieces);
    this.#go();
    const settled = await Promise.allSettled(pieces.map(({ done }) => done.promise));
    return settled.flatMap((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
  }

  /** Gives what waits to whoever is idle. */
  #go(): void {
    while (this.#queue.length > 0) {
      const idle = [...this.#running].find(({ piece }) => piece === undefined);
      if (idle === undefined && this.#running.size >= mostThreads) return;
      const thread = idle ?? this.#tryToStart();
      if (thread === undefined) return;
      clearTimeout(thread.idle);
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
    const thread: Thread = { worker, piece: undefined, idle: undefined };
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
      thread.idle = setTimeout(() => this.#end(thread), idleMs).unref();
      this.#go();
    });
    // What waits, and what comes next, starts another one.
    worker.on('error', (error) => this.#failed(thread, error));
    worker.on('exit', () => this.#failed(thread, new Error('the thread that removes files has ended')));
    return thread;
  }

  #end(thread: Thread): void {
    this.#running.delete(thread);
    void thread.worker.terminate();
  }

  #failed(thread: Thread, error: unknown): void {
    clearTimeout(thread.idle);
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
