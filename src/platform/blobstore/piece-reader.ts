import type { FileOps } from '../files/file-ops.ts';
import type { PieceSink } from './blob-store.ts';

const pieceBytes = 512 * 1024;
/** While few download, larger pieces with the next one read ahead keep a fast connection busy. */
const fastPieceBytes = 1024 * 1024;
const fastUpTo = 2;
const smallPieceBytes = 64 * 1024;
const maxFreeBytes = 64 * 1024 * 1024;

/**
 * Sends parts of files in pieces whose memory is used again, so that a download costs no allocation per piece and
 * memory is bounded by the number of connections.
 */
export class PieceReader {
  readonly #files: FileOps;
  readonly #free = new Map<number, Buffer[]>();
  #freeBytes = 0;
  #active = 0;

  constructor(files: FileOps) {
    this.#files = files;
  }

  async send(fd: number, start: number, end: number, sink: PieceSink): Promise<void> {
    this.#active += 1;
    try {
      if (this.#active <= fastUpTo && end - start > fastPieceBytes)
        await this.#sendAhead(fd, start, end, sink);
      else await this.#sendPlain(fd, start, end, sink);
    } finally {
      this.#active -= 1;
    }
  }

  async #sendPlain(fd: number, start: number, end: number, sink: PieceSink): Promise<void> {
    const buffer = this.#take(end - start <= smallPieceBytes ? smallPieceBytes : pieceBytes);
    try {
      for (let at = start; at < end; at += buffer.length) {
        await sink(await this.#read(fd, buffer, at, end));
      }
    } finally {
      this.#giveBack(buffer);
    }
  }

  /** Two buffers: while one is on its way out the other is being filled. */
  async #sendAhead(fd: number, start: number, end: number, sink: PieceSink): Promise<void> {
    const buffers = [this.#take(fastPieceBytes), this.#take(fastPieceBytes)] as const;
    let reading: Promise<unknown> = Promise.resolve();
    let sending: Promise<void> = Promise.resolve();
    try {
      for (let at = start, turn = 0; at < end; at += fastPieceBytes, turn ^= 1) {
        const read = this.#read(fd, turn === 0 ? buffers[0] : buffers[1], at, end);
        reading = read;
        const [piece] = await Promise.all([read, sending]);
        sending = sink(piece);
      }
      await sending;
    } finally {
      // A client that goes away ends neither: until then the memory and the descriptor are in use.
      await Promise.allSettled([reading, sending]);
      for (const buffer of buffers) this.#giveBack(buffer);
    }
  }

  async #read(fd: number, buffer: Buffer, at: number, end: number): Promise<Uint8Array> {
    const length = Math.min(buffer.length, end - at);
    const count = await this.#files.read(fd, buffer, length, at);
    if (count !== length) throw new Error('a stored object became shorter while it was read');
    return buffer.subarray(0, length);
  }

  #take(size: number): Buffer {
    const known = this.#free.get(size)?.pop();
    if (known === undefined) return Buffer.allocUnsafeSlow(size);
    this.#freeBytes -= size;
    return known;
  }

  #giveBack(buffer: Buffer): void {
    const { length } = buffer;
    if (this.#freeBytes + length > maxFreeBytes) return;
    const list = this.#free.get(length);
    if (list === undefined) this.#free.set(length, [buffer]);
    else list.push(buffer);
    this.#freeBytes += length;
  }
}
