import { createKeyedHash } from '../../platform/crypto/keyed-hash.ts';

const maxEntries = 10_000;

/** Tokens whose signature was found right, by a keyed hash: checking one costs as much as the rest of a small request. */
export class RememberedTokens<T> {
  readonly #name = createKeyedHash();
  readonly #entries = new Map<string, T>();

  get size(): number {
    return this.#entries.size;
  }

  recall(text: string): T | undefined {
    return this.#entries.get(this.#name(text));
  }

  remember(text: string, token: T): void {
    this.#entries.set(this.#name(text), token);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > maxEntries && oldest !== undefined) this.#entries.delete(oldest);
  }

  forget(text: string): void {
    this.#entries.delete(this.#name(text));
  }
}
