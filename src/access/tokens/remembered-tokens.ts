import { createKeyedHash } from '../../platform/crypto/keyed-hash.ts';

/** By the length of the tokens: anybody can ask for long ones. */
const maxLetters = 8 * 1024 * 1024;

interface Entry<T> {
  readonly letters: number;
  readonly value: T;
}

/** Tokens whose signature was found right, by a keyed hash: checking one costs as much as the rest of a small request. */
export class RememberedTokens<T> {
  readonly #name = createKeyedHash();
  readonly #entries = new Map<string, Entry<T>>();
  #letters = 0;

  get letters(): number {
    return this.#letters;
  }

  recall(text: string): T | undefined {
    return this.#entries.get(this.#name(text))?.value;
  }

  /** Those that came first go first. */
  remember(text: string, value: T): void {
    this.forget(text);
    this.#entries.set(this.#name(text), { letters: text.length, value });
    this.#letters += text.length;
    for (const name of this.#entries.keys()) {
      if (this.#letters <= maxLetters) return;
      this.#forgetName(name);
    }
  }

  forget(text: string): void {
    this.#forgetName(this.#name(text));
  }

  #forgetName(name: string): void {
    this.#letters -= this.#entries.get(name)?.letters ?? 0;
    this.#entries.delete(name);
  }
}
