import { createHash, type Hash } from 'node:crypto';
import { writevSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

export type HashAlgorithm = 'sha256' | 'sha512';

/** In the order of the algorithms that were asked for. */
export type Hexes = readonly string[];

export type HashRequest =
  | {
      readonly kind: 'write';
      readonly job: number;
      readonly algorithms: readonly HashAlgorithm[];
      readonly chunks: readonly Uint8Array<ArrayBuffer>[];
      /** Where the chunks are written before they are hashed; without it they come back in the answer. */
      readonly target: { readonly fd: number; readonly position: number } | undefined;
    }
  | {
      readonly kind: 'once';
      readonly job: number;
      readonly algorithms: readonly HashAlgorithm[];
      readonly chunks: readonly Uint8Array<ArrayBuffer>[];
    }
  | { readonly kind: 'digest'; readonly job: number; readonly algorithms: readonly HashAlgorithm[] }
  | { readonly kind: 'end'; readonly job: number };

export interface HashAnswer {
  readonly job: number;
  readonly chunks?: readonly Uint8Array<ArrayBuffer>[];
  readonly hexes?: Hexes;
  readonly error?: { readonly message: string; readonly code: string | undefined };
}

const jobs = new Map<number, readonly Hash[]>();

/** A job has the same algorithms in all of its requests. */
function hashesOf(request: { readonly job: number; readonly algorithms: readonly HashAlgorithm[] }) {
  const known = jobs.get(request.job);
  if (known !== undefined) return known;
  const made = request.algorithms.map((algorithm) => createHash(algorithm));
  jobs.set(request.job, made);
  return made;
}

/** Written first: if that fails nothing was hashed, and the hash still tells of exactly what was acknowledged. */
function write(request: HashRequest & { kind: 'write' }): HashAnswer {
  if (request.target !== undefined) writeAll(request.target.fd, request.chunks, request.target.position);
  for (const hash of hashesOf(request)) for (const chunk of request.chunks) hash.update(chunk);
  return request.target === undefined ? { job: request.job, chunks: request.chunks } : { job: request.job };
}

function writeAll(fd: number, chunks: readonly Uint8Array[], position: number): void {
  let rest = chunks.filter((chunk) => chunk.length > 0);
  let at = position;
  while (rest.length > 0) {
    const written = writevSync(fd, rest, at);
    at += written;
    rest = behind(rest, written);
  }
}

/** What is left of the chunks after a short write. */
function behind(chunks: readonly Uint8Array[], written: number): Uint8Array[] {
  let skip = written;
  const rest: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (skip >= chunk.length) skip -= chunk.length;
    else {
      rest.push(chunk.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}

function answer(request: HashRequest): HashAnswer | undefined {
  switch (request.kind) {
    case 'write':
      return write(request);
    case 'once':
      return { job: request.job, chunks: request.chunks, hexes: hashOnce(request) };
    case 'digest':
      return { job: request.job, hexes: hashesOf(request).map((hash) => hash.copy().digest('hex')) };
    case 'end':
      jobs.delete(request.job);
      return undefined;
  }
}

function hashOnce(request: HashRequest & { kind: 'once' }): Hexes {
  return request.algorithms.map((algorithm) => {
    const hash = createHash(algorithm);
    for (const chunk of request.chunks) hash.update(chunk);
    return hash.digest('hex');
  });
}

function failure(job: number, error: unknown): HashAnswer {
  const { message, code } = error as NodeJS.ErrnoException;
  return { job, error: { message, code } };
}

const port = parentPort;
if (port === null) throw new Error('hash-thread runs in a thread only');
port.on('message', (request: HashRequest) => {
  let reply: HashAnswer | undefined;
  try {
    reply = answer(request);
  } catch (error) {
    reply = failure(request.job, error);
  }
  if (reply === undefined) return;
  port.postMessage(reply, reply.chunks?.map((chunk) => chunk.buffer) ?? []);
});
