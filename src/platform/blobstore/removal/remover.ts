import type { Worker } from 'node:worker_threads';
import type { Threads } from '../../threads/threads.ts';
import type { RemovalAnswer, RemovalRequest } from './removal-thread.ts';
import type { DoomedFile, RemovedName } from './remove-name.ts';

/** Removes names of many files in a thread, which the first of them starts: neither the main thread nor the pool is kept busy. */
export class Remover implements AsyncDisposable {
  readonly #threads: Threads;
  readonly #waiting = new Map<number, PromiseWithResolvers<readonly RemovedName[]>>();
  #worker: Worker | undefined;
  #next = 1;

  constructor(threads: Threads) {
    this.#threads = threads;
  }

  /** What became of each, in their order. Rejects when the thread has ended: then nobody knows. */
  remove(doomed: readonly DoomedFile[]): Promise<readonly RemovedName[]> {
    const id = this.#next++;
    const waiting = Promise.withResolvers<readonly RemovedName[]>();
    this.#waiting.set(id, waiting);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    worker.ref();
    worker.postMessage({ id, doomed } satisfies RemovalRequest);
    return waiting.promise;
  }

  #start(): Worker {
    const worker = this.#threads.start('removal', undefined, { maxYoungGenerationSizeMb: 4 });
    worker.on('message', ({ id, names }: RemovalAnswer) => {
      this.#waiting
        .get(id)
        ?.resolve(
          names.map((name) =>
            name.kind === 'failed'
              ? { kind: 'failed', error: Object.assign(new Error(name.error.message), name.error) }
              : name,
          ),
        );
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
    });
    // What comes next starts another one.
    worker.on('error', (error) => this.#failed(worker, error));
    worker.on('exit', () => this.#failed(worker, new Error('the thread that removes files has ended')));
    return worker;
  }

  #failed(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
  }
}
