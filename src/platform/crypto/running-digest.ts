import { createHash, type Hash } from 'node:crypto';

/** SHA-256 over what comes piece by piece. */
export class RunningDigest {
  readonly #hash: Hash = createHash('sha256');

  update(piece: Uint8Array | string): void {
    this.#hash.update(piece);
  }

  /** Ends it. */
  hex(): string {
    return this.#hash.digest('hex');
  }
}
