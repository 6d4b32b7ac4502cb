/** Recently used contents by digest, bounded by bytes. Contents never change, so an entry is right for ever. */
export class BytesCache {
  readonly #limitBytes: number;
  readonly #entries = new Map<string, Buffer>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get(digest: string): Buffer | undefined {
    const bytes = this.#entries.get(digest);
    if (bytes === undefined) return undefined;
    this.#entries.delete(digest);
    this.#entries.set(digest, bytes);
    return bytes;
  }

  set(digest: string, bytes: Buffer): void {
    if (bytes.length > this.#limitBytes / 8) return;
    this.delete(digest);
    this.#entries.set(digest, bytes);
    this.#bytes += bytes.length;
    for (const [oldest] of this.#entries) {
      if (this.#bytes <= this.#limitBytes) break;
      this.delete(oldest);
    }
  }

  delete(digest: string): void {
    const bytes = this.#entries.get(digest);
    if (bytes === undefined) return;
    this.#entries.delete(digest);
    this.#bytes -= bytes.length;
  }
}
