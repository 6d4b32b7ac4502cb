import { hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import type { HashAlgorithm, HashAnswer, HashRequest, Hexes } from './hash-thread.ts';
import type { Threads } from './threads.ts';

const maxThreads = 4;
/** Up to here, as most manifests are, the way to a thread and back costs ten times the hash (10 µs). */
const inlineBytes = 16 * 1024;

type Chunk = Uint8Array<ArrayBuffer>;

const sha256Only: readonly HashAlgorithm[] = ['sha256'];
const both: readonly HashAlgorithm[] = ['sha256', 'sha512'];

/** Of the same bytes. */
export interface ContentHex {
  readonly sha256: string;
  /** Only where it was asked for: it more than doubles the work. */
  readonly sha512: string | undefined;
}

interface Waiting {
  readonly bytes: number;
  readonly resolve: (answer: HashAnswer) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Answers come in the order of the requests. */
  readonly waiting: Waiting[];
  jobs: number;
  pendingBytes: number;
}

/** Threads that hash content, and write it in the same pass, so that the main thread does neither. */
export class HashPool implements AsyncDisposable {
  readonly #threads: Thread[];
  #nextJob = 1;

  private constructor(threads: Thread[]) {
    this.#threads = threads;
  }

  /** @param die told when a thread ends by itself, which must not happen */
  static start(threads: Threads, die: (what: string, cause: unknown) => void): HashPool {
    const count = Math.min(maxThreads, Math.max(2, Math.floor(availableParallelism() / 2)));
    return new HashPool(Array.from({ length: count }, () => startThread(threads, die)));
  }

  get load(): { readonly threads: number; readonly jobs: number; readonly pendingBytes: number } {
    const sum = (of: (thread: Thread) => number): number =>
      this.#threads.reduce((all, thread) => all + of(thread), 0);
    return {
      threads: this.#threads.length,
      jobs: sum(({ jobs }) => jobs),
      pendingBytes: sum(({ pendingBytes }) => pendingBytes),
    };
  }

  /** A hash over what is written to it, which begins at `startOffset` of the content. */
  open(startOffset: number, withSha512 = false): HashJob {
    const thread = this.#leastLoaded();
    thread.jobs += 1;
    return new HashJob(thread, this.#nextJob++, startOffset, withSha512);
  }

  /** Hex of the chunks together, and the chunks again in memory of their own. */
  async once(
    chunks: readonly Uint8Array[],
    withSha512 = false,
  ): Promise<{ hex: ContentHex; chunks: readonly Uint8Array[] }> {
    const algorithms = withSha512 ? both : sha256Only;
    const [only] = chunks;
    if (chunks.length === 1 && only !== undefined && only.length <= inlineBytes) {
      return { hex: named(algorithms.map((algorithm) => hash(algorithm, only, 'hex'))), chunks };
    }
    const owned = chunks.map(ownMemory);
    const bytes = owned.reduce((sum, chunk) => sum + chunk.length, 0);
    const answer = await ask(
      this.#leastLoaded(),
      { kind: 'once', job: 0, algorithms, chunks: owned },
      bytes,
      buffersOf(owned),
    );
    if (answer.chunks === undefined) throw new Error('the hash thread gave no chunks');
    return { hex: named(answer.hexes), chunks: answer.chunks };
  }

  #leastLoaded(): Thread {
    return this.#threads.reduce((best, each) => (load(each) < load(best) ? each : best));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.worker.terminate()));
  }
}

/** One content being hashed. Calls are carried out in order; its memory in the thread is freed by `end`. */
export class HashJob {
  readonly startOffset: number;
  readonly withSha512: boolean;
  readonly #thread: Thread;
  readonly #id: number;
  #offset: number;
  #ended = false;

  constructor(thread: Thread, id: number, startOffset: number, withSha512: boolean) {
    this.#thread = thread;
    this.#id = id;
    this.startOffset = startOffset;
    this.withSha512 = withSha512;
    this.#offset = startOffset;
  }

  /** Up to where everything was hashed; acknowledged chunks only. */
  get offset(): number {
    return this.#offset;
  }

  /** Takes the chunks' memory over: they must not be touched any more. */
  async write(chunks: readonly Uint8Array[], target: { fd: number; position: number }): Promise<void> {
    await this.#write(chunks, target);
  }

  /** Only hashes, and gives the bytes back in memory of their own. */
  async update(chunks: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    return (await this.#write(chunks, undefined)).chunks ?? [];
  }

  /** Hex of all that was written so far; more may follow. */
  async hex(): Promise<ContentHex> {
    const request: HashRequest = { kind: 'digest', job: this.#id, algorithms: this.#algorithms };
    return named((await ask(this.#thread, request, 0, [])).hexes);
  }

  get #algorithms(): readonly HashAlgorithm[] {
    return this.withSha512 ? both : sha256Only;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#thread.jobs -= 1;
    this.#thread.worker.postMessage({ kind: 'end', job: this.#id } satisfies HashRequest);
  }

  async #write(
    chunks: readonly Uint8Array[],
    target: { fd: number; position: number } | undefined,
  ): Promise<HashAnswer> {
    const owned = chunks.map(ownMemory);
    const bytes = owned.reduce((sum, chunk) => sum + chunk.length, 0);
    const algorithms = this.#algorithms;
    const request: HashRequest = { kind: 'write', job: this.#id, algorithms, chunks: owned, target };
    const answer = await ask(this.#thread, request, bytes, buffersOf(owned));
    this.#offset += bytes;
    return answer;
  }
}

function named(hexes: Hexes | undefined): ContentHex {
  const [sha256, sha512] = hexes ?? [];
  if (sha256 === undefined) throw new Error('the hash thread gave no digest');
  return { sha256, sha512 };
}

function ask(
  thread: Thread,
  request: HashRequest,
  bytes: number,
  transfer: ArrayBuffer[],
): Promise<HashAnswer> {
  thread.pendingBytes += bytes;
  return new Promise((resolve, reject) => {
    thread.waiting.push({ bytes, resolve, reject });
    // A command that waits for nothing else must not end before it is answered.
    if (thread.waiting.length === 1) thread.worker.ref();
    thread.worker.postMessage(request, transfer);
  });
}

function buffersOf(chunks: readonly Chunk[]): ArrayBuffer[] {
  return [...new Set(chunks.map((chunk) => chunk.buffer))];
}

/** A chunk may be a view of a larger buffer, whose rest must not be taken along. */
function ownMemory(chunk: Uint8Array): Chunk {
  const whole = chunk.byteLength === chunk.buffer.byteLength && chunk.buffer instanceof ArrayBuffer;
  return whole ? (chunk as Chunk) : new Uint8Array(chunk);
}

function load(thread: Thread): number {
  return thread.pendingBytes + thread.jobs;
}

function startThread(threads: Threads, die: (what: string, cause: unknown) => void): Thread {
  const worker = threads.start('hash', undefined);
  const thread: Thread = { worker, waiting: [], jobs: 0, pendingBytes: 0 };
  worker.on('message', (answer: HashAnswer) => settle(thread, answer));
  worker.on('error', (error: unknown) => die('a hash thread ended', error));
  worker.unref();
  return thread;
}

function settle(thread: Thread, answer: HashAnswer): void {
  const waiting = thread.waiting.shift();
  if (waiting === undefined) throw new Error('a hash thread answered what nobody asked');
  if (thread.waiting.length === 0) thread.worker.unref();
  thread.pendingBytes -= waiting.bytes;
  if (answer.error === undefined) waiting.resolve(answer);
  else waiting.reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }));
}
