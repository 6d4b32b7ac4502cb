const idsEach = 2048;

/** Ids that lie close to each other, at a bit each: those of all blobs of a large repository. */
export class IdSet {
  readonly #parts = new Map<number, Uint8Array>();

  add(id: number): void {
    const no = Math.floor(id / idsEach);
    let part = this.#parts.get(no);
    if (part === undefined) {
      part = new Uint8Array(idsEach / 8);
      this.#parts.set(no, part);
    }
    const bit = id % idsEach;
    part[bit >> 3] = (part[bit >> 3] ?? 0) | (1 << (bit & 7));
  }

  has(id: number): boolean {
    const bit = id % idsEach;
    const byte = this.#parts.get(Math.floor(id / idsEach))?.[bit >> 3] ?? 0;
    return (byte & (1 << (bit & 7))) !== 0;
  }
}
