import type { Worker } from 'node:worker_threads';
import type { Threads } from '../threads/threads.ts';
import type { BcryptAnswer, BcryptRequest } from './bcrypt-thread.ts';

/** More takes minutes. */
const maxCost = 16;
/** What bcrypt looks at; whoever sends more would be let in by its first part. */
const maxPasswordBytes = 72;

/** What `htpasswd -B` writes. */
export function isBcryptHash(text: string): boolean {
  const match = /^\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(text);
  const cost = Number(match?.[1]);
  return match !== null && cost >= 4 && cost <= maxCost;
}

/** Compares passwords with bcrypt hashes, in a thread that the first of them starts. */
export class Bcrypt implements AsyncDisposable {
  readonly #threads: Threads;
  readonly #waiting = new Map<number, PromiseWithResolvers<boolean>>();
  #worker: Worker | undefined;
  #next = 1;

  constructor(threads: Threads) {
    this.#threads = threads;
  }

  async matches(password: string, hash: string): Promise<boolean> {
    const fits = Buffer.byteLength(password) <= maxPasswordBytes;
    // As long as for any other.
    const right = await this.#ask(fits ? password : '', hash);
    return fits && right;
  }

  #ask(password: string, hash: string): Promise<boolean> {
    const id = this.#next++;
    const waiting = Promise.withResolvers<boolean>();
    this.#waiting.set(id, waiting);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    worker.ref();
    worker.postMessage({ id, password, hash } satisfies BcryptRequest);
    return waiting.promise;
  }

  #start(): Worker {
    const worker = this.#threads.start('bcrypt', undefined);
    worker.on('message', ({ id, right }: BcryptAnswer) => {
      this.#waiting.get(id)?.resolve(right);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
    });
    // The next question starts another one.
    worker.on('error', (error) => this.#failed(worker, error));
    worker.on('exit', () => this.#failed(worker, new Error('the thread for passwords has ended')));
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
