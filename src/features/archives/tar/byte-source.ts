import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ArchiveProblem } from '../../../lib/archive-problem.ts';
import { type FileOps, systemCode } from '../../../platform/files/file-ops.ts';
import { openRegularFile } from '../../../platform/files/open-regular-file.ts';

const pieceBytes = 256 * 1024;

/** Bytes that come one after the other. */
export interface ByteSource extends AsyncDisposable {
  /** How many were read or passed over. */
  readonly at: number;
  /** At most so many, and none only at the end. The memory is the caller's until the next call. */
  read(most: number): Promise<Uint8Array>;
  /** Returns how many there were to pass over, which is less only at the end. */
  skip(count: number): Promise<number>;
}

/** A file that can be read anywhere. */
export class OpenFile implements AsyncDisposable {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #files: FileOps;
  readonly #fd: number;

  private constructor(files: FileOps, path: string, opened: { fd: number; sizeBytes: number }) {
    this.#files = files;
    this.path = path;
    this.#fd = opened.fd;
    this.sizeBytes = opened.sizeBytes;
  }

  /** @throws ArchiveProblem missing, unreadable */
  static async open(files: FileOps, path: string): Promise<OpenFile> {
    try {
      return new OpenFile(files, path, await openRegularFile(files, path));
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }

  async read(at: number, most: number): Promise<Uint8Array> {
    const length = Math.min(most, pieceBytes, Math.max(0, this.sizeBytes - at));
    const piece = Buffer.allocUnsafeSlow(length);
    return piece.subarray(0, await this.#files.read(this.#fd, piece, length, at));
  }

  /** @throws ArchiveProblem truncated when the file has become shorter */
  async *pieces(at: number, sizeBytes: number): AsyncGenerator<Uint8Array> {
    for (let done = 0; done < sizeBytes; ) {
      const piece = await this.read(at + done, sizeBytes - done);
      if (piece.length === 0) throw new ArchiveProblem('truncated', { entry: this.path });
      yield piece;
      done += piece.length;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files.close(this.#fd);
  }
}

export function unreadable(path: string, cause: unknown): ArchiveProblem {
  const code = systemCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new ArchiveProblem('missing', { path }, { cause });
  return new ArchiveProblem('unreadable', { path, detail: code ?? String(cause) }, { cause });
}

/** What is not asked for is not read. */
export class PlainBytes implements ByteSource {
  at = 0;
  readonly #file: OpenFile;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  async read(most: number): Promise<Uint8Array> {
    const piece = await this.#file.read(this.at, most);
    this.at += piece.length;
    return piece;
  }

  skip(count: number): Promise<number> {
    const passed = Math.min(count, Math.max(0, this.#file.sizeBytes - this.at));
    this.at += passed;
    return Promise.resolve(passed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The file is closed by whoever opened it.
  }
}

/** What a file holds that gzip compressed. */
export class UnzippedBytes implements ByteSource {
  at = 0;
  readonly #path: string;
  readonly #gunzip = createGunzip({ chunkSize: pieceBytes });
  readonly #fed: Promise<void>;
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Uint8Array = new Uint8Array();
  #problem: unknown;

  constructor(file: OpenFile) {
    this.#path = file.path;
    const compressed = Readable.from(file.pieces(0, file.sizeBytes), { objectMode: false });
    this.#fed = pipeline(compressed, this.#gunzip).catch((error: unknown) => {
      this.#problem = error;
    });
    this.#pieces = this.#gunzip[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async read(most: number): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const next = await this.#next();
      if (next.done === true) return new Uint8Array();
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    this.at += piece.length;
    return piece;
  }

  async skip(count: number): Promise<number> {
    let passed = 0;
    while (passed < count) {
      const { length } = await this.read(count - passed);
      if (length === 0) break;
      passed += length;
    }
    return passed;
  }

  async #next(): Promise<IteratorResult<Buffer>> {
    try {
      return await this.#pieces.next();
    } catch (cause) {
      await this.#fed;
      if (this.#problem instanceof ArchiveProblem) throw this.#problem;
      throw new ArchiveProblem('compressionDamaged', { path: this.#path }, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gunzip.destroy();
    await this.#fed;
  }
}

/** Reads so many, or up to the end. */
export async function readFully(source: ByteSource, length: number): Promise<Uint8Array> {
  const whole = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const piece = await source.read(length - done);
    if (piece.length === 0) break;
    whole.set(piece, done);
    done += piece.length;
  }
  return whole.subarray(0, done);
}
