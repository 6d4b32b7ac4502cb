import type { Worker } from 'node:worker_threads';
import { AppError } from '../../lib/errors.ts';
import type { Threads } from '../threads/threads.ts';
import type { FilesReply, FilesRequest } from './files-thread.ts';
import type { ImageAnswers, ImageKey, ImageQuestion } from './image-question.ts';

/** Then the images that were opened are forgotten, and their memory with them. */
const idleMs = 60_000;
const resourceLimits = { maxOldGenerationSizeMb: 1024 };
/** A question that is asked once its images were opened, but others took their place. */
const maxTries = 5;

/** The indexes of the layers of an image, from the lowest; undefined: of one that cannot be read. */
export type LoadIndexes = (image: ImageKey) => Promise<readonly (Uint8Array | undefined)[]>;

interface Waiting {
  readonly resolve: (reply: FilesReply) => void;
  readonly reject: (error: unknown) => void;
}

interface Running {
  readonly worker: Worker;
  /** Replies come in the order of the requests. */
  readonly waiting: Waiting[];
}

/** Asks about the files of images in a thread, which lives as long as somebody asks. */
export class ImageFiles implements AsyncDisposable {
  readonly #threads: Threads;
  #running: Running | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(threads: Threads) {
    this.#threads = threads;
  }

  /** @throws AppError CONTENT_TOO_LARGE, TOO_MANY_REQUESTS, and whatever `load` fails with */
  async ask<Q extends ImageQuestion>(question: Q, load: LoadIndexes): Promise<ImageAnswers[Q['kind']]> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const reply = await this.#send({ kind: 'ask', question });
      // The thread answers each question by its kind.
      if (reply.kind === 'answer') return reply.answer as ImageAnswers[Q['kind']];
      if (reply.kind !== 'missing') throw failureOf(reply);
      for (const image of reply.images) {
        const opened = await this.#send({ kind: 'open', image, layers: await load(image) });
        if (opened.kind !== 'opened') throw failureOf(opened);
      }
    }
    throw new AppError('TOO_MANY_REQUESTS', {
      message: 'too many images are being looked at at once; try again shortly',
      headers: { 'Retry-After': '5' },
    });
  }

  #send(request: FilesRequest): Promise<FilesReply> {
    this.#running ??= this.#start();
    const { worker, waiting } = this.#running;
    clearTimeout(this.#idle);
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      worker.postMessage(request);
    });
  }

  #start(): Running {
    const running: Running = { worker: this.#threads.start('files', undefined, resourceLimits), waiting: [] };
    const { worker, waiting } = running;
    worker.on('message', (reply: FilesReply) => {
      waiting.shift()?.resolve(reply);
      if (waiting.length === 0) this.#rest();
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#running === running) this.#running = undefined;
      const tooMuch = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      for (const { reject } of waiting.splice(0)) reject(tooMuch ? tooManyFiles() : error);
    });
    return running;
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#end(), idleMs).unref();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const running = this.#running;
    this.#running = undefined;
    await running?.worker.terminate();
    for (const { reject } of running?.waiting.splice(0) ?? []) reject(new Error('the server ends'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}

function failureOf(reply: FilesReply): Error {
  if (reply.kind === 'refused') return tooManyFiles();
  return new Error('the thread of files failed', {
    cause: reply.kind === 'failed' ? reply.error : reply.kind,
  });
}

function tooManyFiles(): AppError {
  return new AppError('CONTENT_TOO_LARGE', {
    message: 'the image has more files than can be shown',
  });
}
