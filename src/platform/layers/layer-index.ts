import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { UnreadableLayer } from './layer-problem.ts';

/** `hidden`: a whiteout, by the path that it takes away; `emptied`: all that lower layers have in that folder. */
export type IndexedKind =
  | 'file'
  | 'folder'
  | 'symlink'
  | 'hardlink'
  | 'device'
  | 'implied'
  | 'hidden'
  | 'emptied';

/** Something that a layer brings or takes away. */
export interface IndexedEntry {
  /** Without a slash at either end. */
  readonly path: string;
  readonly kind: IndexedKind;
  readonly size: number;
  readonly mode: number;
  /** Of a symlink as it is written, of a hard link the path in the image; otherwise empty. */
  readonly target: string;
  /** Hex of the first bytes of the SHA-256 of a file; otherwise empty. */
  readonly sum: string;
}

export interface LayerIndex {
  /** By path, each at most once of what is brought, and once of each kind of what is taken away. */
  readonly entries: readonly IndexedEntry[];
  /** Entries whose names lead out of the image, or have a name that none has: left out, as by those who unpack it. */
  readonly outside: number;
}

/** Rises when indexes of before cannot be read any more, or say something else. */
export const indexFormat = 1;

/** Enough to tell files apart that somebody made alike on purpose: 2^80 tries for a second one of the same sum. */
export const sumBytes = 10;

const kinds: readonly IndexedKind[] = [
  'file',
  'folder',
  'symlink',
  'hardlink',
  'device',
  'implied',
  'hidden',
  'emptied',
];

interface Columns {
  readonly paths: readonly string[];
  /** A digit for each entry. */
  readonly kinds: string;
  readonly sizes: readonly number[];
  readonly modes: readonly number[];
  /** Pairs of a position and a target. */
  readonly targets: readonly (readonly [number, string])[];
  readonly outside: number;
}

/** Length of the packed columns, the packed columns, then the sums of the files, which nothing packs. */
export function encodeIndex({ entries, outside }: LayerIndex, maxBytes: number): Uint8Array<ArrayBuffer> {
  const columns: Columns = {
    paths: entries.map(({ path }) => path),
    kinds: entries.map(({ kind }) => kinds.indexOf(kind)).join(''),
    sizes: entries.map(({ size }) => size),
    modes: entries.map(({ mode }) => mode),
    targets: entries.flatMap(({ target }, at) => (target === '' ? [] : [[at, target] as const])),
    outside,
  };
  const packed = zstdCompressSync(Buffer.from(JSON.stringify(columns)));
  const sums = Buffer.from(entries.map(({ sum }) => sum).join(''), 'hex');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(packed.length);
  const bytes = Buffer.concat([length, packed, sums]);
  if (bytes.length > maxBytes) throw new UnreadableLayer('too-many-names');
  return new Uint8Array(bytes);
}

export function decodeIndex(given: Uint8Array): LayerIndex {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const end = 4 + bytes.readUInt32BE(0);
  const columns = JSON.parse(zstdDecompressSync(bytes.subarray(4, end)).toString()) as Columns;
  const targets = new Map(columns.targets);
  let sumAt = end;
  const entries = columns.paths.map((path, at): IndexedEntry => {
    const kind = kinds[Number(columns.kinds[at])] ?? 'device';
    const sum = kind === 'file' ? bytes.toString('hex', sumAt, sumAt + sumBytes) : '';
    sumAt += kind === 'file' ? sumBytes : 0;
    return {
      path,
      kind,
      size: columns.sizes[at] ?? 0,
      mode: columns.modes[at] ?? 0,
      target: targets.get(at) ?? '',
      sum,
    };
  });
  return { entries, outside: columns.outside };
}
