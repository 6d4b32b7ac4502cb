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

  /** The hash of everything up to `offset` if this process has it, else one that begins there. */
  take(uploadId: string, offset: number): HashJob {
    const kept = this.#kept.get(uploadId);
    this.#kept.delete(uploadId);
    if (kept !== undefined && kept.offset === offset) return kept;
    kept?.end();
    return this.#pool.open(offset);
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
  fresh(): HashJob {
    return this.#pool.open(0);
  }
}
