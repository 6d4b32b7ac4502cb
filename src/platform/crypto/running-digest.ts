import { createHash, type Hash } from 'node:crypto';

/** A hash over what comes piece by piece. */
export class RunningDigest {
  readonly #hash: Hash;

  constructor(algorithm: 'sha256' | 'sha512' = 'sha256') {
    this.#hash = createHash(algorithm);
  }

  update(piece: Uint8Array | string): void {
    this.#hash.update(piece);
  }

  /** Ends it. */
  hex(): string {
    return this.#hash.digest('hex');
  }
}
