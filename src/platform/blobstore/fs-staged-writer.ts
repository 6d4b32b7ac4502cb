import { type FileOps, systemCode } from '../files/file-ops.ts';
import type { ContentHex, HashJob } from '../threads/hash-pool.ts';
import type { StagedPart, StagedWriter } from './blob-store.ts';

const batchBytes = 1024 * 1024;
/** The caller is asked to wait above this much that the thread has not acknowledged, and goes on below the half. */
const pauseAboveBytes = 8 * 1024 * 1024;
/** Synced on the way, so that the last sync of a large upload is short. */
const syncEveryBytes = 32 * 1024 * 1024;

/** Appends to one file, through the thread that hashes. */
export class FsStagedWriter implements StagedWriter {
  readonly #files: FileOps;
  readonly #fd: number;
  readonly #hash: HashJob;
  readonly #part: Omit<StagedPart, 'size'>;
  readonly #path: string;
  #batch: Uint8Array[] = [];
  #batchLength = 0;
  #position: number;
  #underWay = 0;
  #sinceSync = 0;
  #work = new Set<Promise<void>>();
  #failure: { readonly error: Error } | undefined;
  #resume: (() => void) | undefined;
  #closed = false;
  #broken = false;
  readonly initial: readonly StagedPart[];

  /** @param open the file's path, and its descriptor, which `close` closes */
  constructor(
    files: FileOps,
    open: { fd: number; path: string },
    hash: HashJob,
    part: Omit<StagedPart, 'size'>,
    offset: number,
  ) {
    this.#files = files;
    this.#fd = open.fd;
    this.#path = open.path;
    this.#hash = hash;
    this.#part = part;
    this.#position = offset;
    this.initial = offset === 0 ? [] : [{ ...part, size: offset }];
  }

  get broken(): boolean {
    return this.#broken;
  }

  get offset(): number {
    return this.#position + this.#batchLength;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    this.#batch.push(chunk);
    this.#batchLength += chunk.length;
    if (this.#batchLength >= batchBytes) this.#post();
    if (this.#underWay <= pauseAboveBytes) return undefined;
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  async digest(): Promise<ContentHex> {
    // Asked for right behind the last bytes: one message there and back instead of two.
    const drained = this.#drain();
    const [hex] = await Promise.all([this.#hash.hex(), drained]);
    return hex;
  }

  async #drain(): Promise<void> {
    this.#post();
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async settle(): Promise<readonly StagedPart[]> {
    await this.#drain();
    return this.#position === 0 ? [] : [{ ...this.#part, size: this.#position }];
  }

  async seal(): Promise<readonly StagedPart[]> {
    await this.#drain();
    await this.#sync();
    return [{ ...this.#part, size: this.#position }];
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // The descriptor's number is taken again at once: nothing may still be writing to it.
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
    await this.#files.close(this.#fd);
  }

  /** Published content was renamed, so its staged name is gone or still worthless. */
  async abandon(): Promise<void> {
    await this.close();
    try {
      await this.#files.unlink(this.#path);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }

  #post(): void {
    if (this.#batchLength === 0) return;
    const bytes = this.#batchLength;
    const written = this.#hash.write(this.#batch, { fd: this.#fd, position: this.#position });
    this.#position += bytes;
    this.#underWay += bytes;
    this.#batch = [];
    this.#batchLength = 0;
    this.#track(
      written.then(() => {
        this.#underWay -= bytes;
        this.#sinceSync += bytes;
        if (this.#sinceSync >= syncEveryBytes) this.#syncOnTheWay();
        if (this.#underWay <= pauseAboveBytes / 2) this.#goOn();
      }),
    );
  }

  #syncOnTheWay(): void {
    this.#sinceSync = 0;
    this.#track(this.#sync());
  }

  async #sync(): Promise<void> {
    try {
      await this.#files.fdatasync(this.#fd);
    } catch (error) {
      this.#broken = true;
      throw error;
    }
  }

  #track(work: Promise<void>): void {
    const tracked: Promise<void> = work
      .catch((error: unknown) => {
        this.#failure ??= { error: error instanceof Error ? error : new Error(String(error)) };
        this.#goOn();
      })
      .finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  #goOn(): void {
    this.#resume?.();
    this.#resume = undefined;
  }
}
