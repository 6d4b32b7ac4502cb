/** Takes a stream apart whose chunks come in any size. */
export class ByteBlocks {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Fewer bytes only where the stream ends. */
  async take(length: number): Promise<Uint8Array> {
    if (this.#rest.length >= length) return this.#cut(length);
    const parts: Uint8Array[] = [];
    await this.pass(length, (part) => parts.push(part));
    return Buffer.concat(parts);
  }

  /** The next so many bytes, piece by piece; returned is how many of them there were. */
  async pass(length: number, to: (part: Uint8Array) => unknown): Promise<number> {
    let passed = 0;
    while (passed < length) {
      if (this.#rest.length === 0) {
        const chunk: IteratorResult<Uint8Array, unknown> = await this.#source.next();
        if (chunk.done === true) return passed;
        this.#rest = chunk.value;
        continue;
      }
      const part = this.#cut(Math.min(length - passed, this.#rest.length));
      passed += part.length;
      to(part);
    }
    return passed;
  }

  /** Ends the source, too. */
  async end(): Promise<void> {
    await this.#source.return?.();
  }

  #cut(length: number): Uint8Array {
    const part = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return part;
  }
}
