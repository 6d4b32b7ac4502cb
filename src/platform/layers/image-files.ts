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
/** The oldest is forgotten for another one. */
const maxRefused = 100;

export const filesLimits = {
  /** Of one request to the thread. */
  timeMs: 30_000,
  /** Questions at once; more are told to come again. */
  questions: 64,
  /** How long an image is refused without another try. */
  refusedMs: 10 * 60 * 1000,
};

/** The indexes of the layers of an image, from the lowest; undefined: of one that cannot be read. */
export type LoadIndexes = (image: ImageKey) => Promise<readonly (Uint8Array | undefined)[]>;

interface Waiting {
  readonly request: FilesRequest;
  readonly resolve: (reply: FilesReply) => void;
  readonly reject: (error: unknown) => void;
}

interface Running {
  readonly worker: Worker;
  /** Replies come in the order of the requests. */
  readonly waiting: Waiting[];
  /** Ends the thread: that takes too long with the first of them, or has nothing to do. */
  timer: NodeJS.Timeout | undefined;
}

/** Asks about the files of images in a thread, which lives as long as somebody asks. */
export class ImageFiles implements AsyncDisposable {
  readonly #threads: Threads;
  readonly #limits: typeof filesLimits;
  /** Why; by what the thread was to do. */
  readonly #refused = new Map<string, string>();
  #running: Running | undefined;
  #questions = 0;
  #opening: Promise<void> = Promise.resolve();

  constructor(threads: Threads, limits = filesLimits) {
    this.#threads = threads;
    this.#limits = limits;
  }

  /** @throws AppError CONTENT_TOO_LARGE, TOO_MANY_REQUESTS, and whatever `load` fails with */
  async ask<Q extends ImageQuestion>(question: Q, load: LoadIndexes): Promise<ImageAnswers[Q['kind']]> {
    if (this.#questions >= this.#limits.questions) throw tooManyQuestions();
    this.#questions += 1;
    try {
      const first = await this.#send({ kind: 'ask', question });
      const reply = first.kind === 'missing' ? await this.#openFor(question, load) : first;
      if (reply.kind !== 'answer') throw failureOf(reply);
      // The thread answers each question by its kind.
      return reply.answer as ImageAnswers[Q['kind']];
    } finally {
      this.#questions -= 1;
    }
  }

  /** For one question at a time: no more is in memory than the indexes of one image, and none is opened twice. */
  async #openFor(question: ImageQuestion, load: LoadIndexes): Promise<FilesReply> {
    const before = this.#opening;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#opening = promise;
    await before;
    try {
      for (let tries = 0; tries < maxTries; tries += 1) {
        const reply = await this.#send({ kind: 'ask', question });
        if (reply.kind !== 'missing') return reply;
        for (const image of reply.images) await this.#open(image, load);
      }
    } finally {
      resolve();
    }
    throw tooManyQuestions();
  }

  async #open(image: ImageKey, load: LoadIndexes): Promise<void> {
    this.#requireNotRefused(image);
    try {
      const opened = await this.#send({ kind: 'open', image, layers: await load(image) });
      if (opened.kind !== 'opened') throw failureOf(opened);
    } catch (error) {
      if (error instanceof AppError && error.code === 'CONTENT_TOO_LARGE')
        this.#remember(image, error.message);
      throw error;
    }
  }

  async #send(request: FilesRequest): Promise<FilesReply> {
    this.#requireNotRefused(keyOf(request));
    return new Promise((resolve, reject) => {
      this.#post({ request, resolve, reject });
    });
  }

  #post(asked: Waiting): void {
    this.#running ??= this.#start();
    const { worker, waiting } = this.#running;
    waiting.push(asked);
    worker.postMessage(asked.request);
    if (waiting.length === 1) this.#watch(this.#running);
  }

  #start(): Running {
    const worker = this.#threads.start('files', undefined, resourceLimits);
    const running: Running = { worker, waiting: [], timer: undefined };
    worker.on('message', (reply: FilesReply) => {
      if (this.#running !== running) return;
      running.waiting.shift()?.resolve(reply);
      this.#watch(running);
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#running !== running) return;
      this.#lose(running, error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooManyFiles() : error);
    });
    return running;
  }

  #watch(running: Running): void {
    clearTimeout(running.timer);
    if (running.waiting.length === 0) {
      running.timer = setTimeout(() => void this.#end(), idleMs).unref();
      return;
    }
    running.timer = setTimeout(() => {
      this.#lose(running, tooSlow());
      void running.worker.terminate();
    }, this.#limits.timeMs);
  }

  /** What the thread was at is refused, and all behind it asked again, in a new one. */
  #lose(running: Running, error: Error): void {
    clearTimeout(running.timer);
    this.#running = undefined;
    const [first, ...others] = running.waiting.splice(0);
    if (first !== undefined && error instanceof AppError) this.#remember(keyOf(first.request), error.message);
    first?.reject(error);
    for (const each of others) this.#post(each);
  }

  #remember(key: string, message: string): void {
    if (this.#refused.has(key)) return;
    this.#refused.set(key, message);
    for (const oldest of [...this.#refused.keys()].slice(0, -maxRefused)) this.#refused.delete(oldest);
    setTimeout(() => this.#refused.delete(key), this.#limits.refusedMs).unref();
  }

  #requireNotRefused(key: string): void {
    const message = this.#refused.get(key);
    if (message !== undefined) throw new AppError('CONTENT_TOO_LARGE', { message });
  }

  async #end(): Promise<void> {
    const running = this.#running;
    clearTimeout(running?.timer);
    this.#running = undefined;
    await running?.worker.terminate();
    for (const { reject } of running?.waiting.splice(0) ?? []) reject(new Error('the server ends'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}

/** A comparison takes longer than each of its images. */
function keyOf(request: FilesRequest): string {
  if (request.kind === 'open') return request.image;
  const { question } = request;
  return question.kind === 'compare' ? `${question.before} ${question.after}` : question.image;
}

function failureOf(reply: FilesReply): Error {
  if (reply.kind === 'refused') return reply.problem === 'too-slow' ? tooSlow() : tooManyFiles();
  return new Error('the thread of files failed', {
    cause: reply.kind === 'failed' ? reply.error : reply.kind,
  });
}

function tooManyFiles(): AppError {
  return new AppError('CONTENT_TOO_LARGE', {
    message: 'the image has more files than can be shown',
  });
}

function tooSlow(): AppError {
  return new AppError('CONTENT_TOO_LARGE', { message: 'the files of the image take too long to be found' });
}

function tooManyQuestions(): AppError {
  return new AppError('TOO_MANY_REQUESTS', {
    message: 'too many images are being looked at at once; try again shortly',
    headers: { 'Retry-After': '5' },
  });
}
