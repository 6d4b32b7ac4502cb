/** Recently used contents by digest, bounded by bytes. Contents never change, so an entry is right for ever. */
export class BytesCache {
  readonly #limitBytes: number;
  readonly #entries = new Map<string, Buffer>();
  #bytes = 0;
  #hits = 0;
  #misses = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get use(): {
    readonly bytes: number;
    readonly entries: number;
    readonly hits: number;
    readonly misses: number;
  } {
    return { bytes: this.#bytes, entries: this.#entries.size, hits: this.#hits, misses: this.#misses };
  }

  get(digest: string): Buffer | undefined {
    const bytes = this.#entries.get(digest);
    if (bytes === undefined) {
      this.#misses += 1;
      return undefined;
    }
    this.#hits += 1;
    this.#entries.delete(digest);
    this.#entries.set(digest, bytes);
    return bytes;
  }

  set(digest: string, bytes: Buffer): void {
    if (bytes.length > this.#limitBytes / 8) return;
    this.delete(digest);
    this.#entries.set(digest, ownMemory(bytes));
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

/** A few bytes that lie in a larger piece of memory would keep all of it: Node cuts small buffers out of 64 KiB. */
function ownMemory(bytes: Buffer): Buffer {
  if (bytes.length === bytes.buffer.byteLength) return bytes;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  own.set(bytes);
  return own;
}
