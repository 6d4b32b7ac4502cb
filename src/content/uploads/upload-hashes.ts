import type { HashJob, HashPool } from '../../platform/threads/hash-pool.ts';

const maxKept = 2000;

/**
 * Hashes of uploads between their requests. Another process that goes on with the upload has none: then the
 * content is read once more at the end.
 */
export class UploadHashes {
  readonly #pool: HashPool;
  readonly #kept = new Map<string, HashJob>();

  constructor(pool: HashPool) {
    this.#pool = pool;
  }

  /** The upload will be ended by a sha512 digest: hashed from the first byte on, it need not be read again. */
  announceSha512(uploadId: string): void {
    this.keep(uploadId, this.#pool.open(0, true));
  }

  /**
   * The hash of everything up to `offset` if this process has it, else one that begins there.
   * @param wantsSha512 counts for an upload without content; later it is too late
   */
  take(uploadId: string, offset: number, wantsSha512 = false): HashJob {
    const kept = this.#kept.get(uploadId);
    this.#kept.delete(uploadId);
    if (kept !== undefined && kept.offset === offset && (offset > 0 || kept.withSha512 || !wantsSha512))
      return kept;
    kept?.end();
    return this.#pool.open(offset, offset === 0 && wantsSha512);
  }

  /** Whether `take` at this offset would give a hash of everything so far. */
  has(uploadId: string, offset: number): boolean {
    const kept = this.#kept.get(uploadId);
    return offset === 0 || (kept?.offset === offset && kept.startOffset === 0);
  }

  keep(uploadId: string, job: HashJob): void {
    this.drop(uploadId);
    this.#kept.set(uploadId, job);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxKept && oldest !== undefined) this.drop(oldest);
  }

  drop(uploadId: string): void {
    this.#kept.get(uploadId)?.end();
    this.#kept.delete(uploadId);
  }

  /** A hash of its own, for reading content once more. */
  fresh(withSha512: boolean): HashJob {
    return this.#pool.open(0, withSha512);
  }
}
