import type { ByteSource } from './byte-source.ts';

/** Takes the bytes of one file; what it leaves is passed over. */
export type Visit = (name: string, sizeBytes: number, bytes: AsyncIterable<Uint8Array>) => Promise<void>;

/** Files by name, wherever they lie. */
export interface Archive extends AsyncDisposable {
  /** Undefined: there is no file of that name. */
  sizeOf(name: string): Promise<number | undefined>;
  /** Up to four bytes, by which compression is known. */
  beginningOf(name: string): Promise<Uint8Array>;
  /**
   * A small document, whole; undefined where there is none.
   * @throws ArchiveProblem
   */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Each of these once, in the order that costs least. */
  visit(names: Iterable<string>, visit: Visit): Promise<void>;
}

/** The next bytes of a source. */
export async function* piecesOf(source: ByteSource, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let left = sizeBytes; left > 0; ) {
    const piece = await source.read(left);
    if (piece.length === 0) return;
    yield piece;
    left -= piece.length;
  }
}

export async function wholeOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
