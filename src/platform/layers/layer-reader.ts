import type { Worker } from 'node:worker_threads';
import { AppError } from '../../lib/errors.ts';
import type { Threads } from '../threads/threads.ts';
import type { Extracted } from './extract-file.ts';
import { type LayerLimits, layerLimits } from './layer-limits.ts';
import type { LayerProblem } from './layer-problem.ts';
import type { LayerPiece, LayerReply, LayerWork } from './layer-thread.ts';

type PieceSink = (piece: Uint8Array) => Promise<void>;

/** Sends a layer as it is stored; rejects with what the sink rejected with. */
export type SendLayer = (sink: PieceSink) => Promise<void>;

export type Unread = { readonly kind: 'refused'; readonly problem: LayerProblem };

const maxThreads = 2;
/** More wait in vain: a client is told to come again. */
const maxWaiting = 64;
/** Of one caller, so that nobody takes the places of all. */
const maxWaitingOfOne = 4;
/** Pieces on their way to a thread. */
const maxUnderWay = 4;
/** A layer whose index does not fit into that is refused like any other that is too large. */
const resourceLimits = { maxOldGenerationSizeMb: 768 };

interface Waiting {
  readonly caller: string;
  readonly start: () => void;
}

/** The thread has its answer, or is not needed any more. */
class Enough extends Error {}

/** Reads layers in threads of their own, a few at a time, and of each caller one: what takes too long or too much is ended from outside. */
export class LayerReader {
  readonly #threads: Threads;
  readonly #limits: LayerLimits;
  readonly #waiting: Waiting[] = [];
  /** Callers, each at most once. */
  readonly #running = new Set<string>();

  constructor(threads: Threads, limits: LayerLimits = layerLimits) {
    this.#threads = threads;
    this.#limits = limits;
  }

  /** @throws AppError TOO_MANY_REQUESTS, and whatever `send` fails with */
  async index(
    caller: string,
    send: SendLayer,
  ): Promise<Unread | { readonly kind: 'indexed'; readonly index: Uint8Array<ArrayBuffer> }> {
    const reply = await this.#run(caller, send, { kind: 'index', limits: this.#limits });
    if (reply.kind === 'extracted') throw new Error('a layer thread did something else');
    return reply;
  }

  /** @throws AppError TOO_MANY_REQUESTS, and whatever `send` fails with */
  async extract(
    caller: string,
    send: SendLayer,
    wanted: { readonly path: string; readonly sum: string; readonly maxBytes: number },
  ): Promise<Unread | Extracted> {
    const reply = await this.#run(caller, send, { kind: 'extract', ...wanted, limits: this.#limits });
    if (reply.kind === 'indexed') throw new Error('a layer thread did something else');
    return reply.kind === 'extracted' ? reply.extracted : reply;
  }

  async #run(caller: string, send: SendLayer, work: LayerWork): Promise<Finished> {
    await this.#turn(caller);
    try {
      return await inThread(this.#threads.start('layer', work, resourceLimits), send, this.#limits.timeMs);
    } finally {
      this.#running.delete(caller);
      this.#startNext();
    }
  }

  async #turn(caller: string): Promise<void> {
    const own = this.#waiting.filter((each) => each.caller === caller).length;
    if (this.#waiting.length >= maxWaiting || own >= maxWaitingOfOne) {
      throw new AppError('TOO_MANY_REQUESTS', {
        message: 'too many layers are being read at once; try again shortly',
        headers: { 'Retry-After': '5' },
      });
    }
    await new Promise<void>((start) => {
      this.#waiting.push({ caller, start });
      this.#startNext();
    });
  }

  /** The place is taken before it starts, so that nobody else takes it meanwhile. */
  #startNext(): void {
    if (this.#running.size >= maxThreads) return;
    const at = this.#waiting.findIndex(({ caller }) => !this.#running.has(caller));
    const [next] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (next === undefined) return;
    this.#running.add(next.caller);
    next.start();
  }
}

type Finished = Extract<LayerReply, { kind: 'indexed' | 'extracted' | 'refused' }>;

async function inThread(worker: Worker, send: SendLayer, timeMs: number): Promise<Finished> {
  const { promise, resolve, reject } = Promise.withResolvers<Finished>();
  let underWay = 0;
  let goOn: (() => void) | undefined;
  let ended = false;
  const end = (): void => {
    ended = true;
    goOn?.();
  };
  const timer = setTimeout(() => resolve({ kind: 'refused', problem: 'too-slow' }), timeMs);
  worker.on('message', (reply: LayerReply) => {
    if (reply.kind === 'more') {
      underWay -= 1;
      goOn?.();
    } else if (reply.kind === 'failed') reject(new Error('a layer thread failed', { cause: reply.error }));
    else resolve(reply);
  });
  worker.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve({ kind: 'refused', problem: 'too-many-entries' });
    else reject(error);
  });
  const sink: PieceSink = async (piece) => {
    if (ended) throw new Enough();
    underWay += 1;
    // A piece's memory is used again once this is done.
    const own = new Uint8Array(piece);
    worker.postMessage(own satisfies LayerPiece, [own.buffer]);
    while (underWay >= maxUnderWay && !ended) {
      await new Promise<void>((resume) => {
        goOn = resume;
      });
    }
  };
  const sending = send(sink).then(() => worker.postMessage(null satisfies LayerPiece), reject);
  try {
    return await promise.finally(end);
  } finally {
    clearTimeout(timer);
    await sending;
    await worker.terminate();
  }
}
