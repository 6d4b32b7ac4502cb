import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { snapshotsRoot } from '../../platform/blobstore/layout.ts';
import { snapshotTime } from './snapshot-name.ts';

/** A whole copy of the database in the storage. */
export interface StoreSnapshot {
  readonly name: string;
  readonly takenAt: number;
  readonly sizeBytes: number;
  /** Its pieces, in order. */
  readonly keys: readonly string[];
}

/** Held in memory, one at a time. */
const pieceBytes = 16 * 1024 * 1024;

/** The whole ones, the oldest first. */
export async function listSnapshots(store: BlobStore): Promise<StoreSnapshot[]> {
  return (await allSnapshots(store)).filter(isWhole);
}

/** The bytes of its dump. */
export async function* openSnapshot(store: BlobStore, { keys }: StoreSnapshot): AsyncGenerator<Uint8Array> {
  for (const key of keys) {
    const piece = await store.get(key);
    if (piece === undefined) throw new Error(`${key} was removed while it was read`);
    yield piece;
  }
}

/** Its last piece makes it count. */
export async function putSnapshot(
  store: BlobStore,
  name: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  let no = 0;
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  const put = async (ending: 'part' | 'last'): Promise<void> => {
    const key = `${snapshotsRoot}/${name}.${String(no).padStart(4, '0')}.${ending}`;
    await store.put(key, Buffer.concat(waiting), 'private');
    no += 1;
    waiting = [];
    bytes = 0;
  };
  for await (const piece of pieces) {
    if (bytes > 0 && bytes + piece.length > pieceBytes) await put('part');
    waiting.push(piece);
    bytes += piece.length;
  }
  await put('last');
}

/** What makes it whole goes first. */
export async function removeSnapshot(store: BlobStore, { keys }: StoreSnapshot): Promise<void> {
  for (const key of keys.toReversed()) await store.delete(key);
}

/** What a crash left of one that was being put, or removed. Nobody may be putting one. */
export async function removeIncomplete(store: BlobStore): Promise<void> {
  for (const found of await allSnapshots(store)) if (!isWhole(found)) await removeSnapshot(store, found);
}

/** All pieces, and nothing else of its name. */
function isWhole({ keys }: StoreSnapshot): boolean {
  return keys.every((key, no) =>
    key.endsWith(`.${String(no).padStart(4, '0')}.${no < keys.length - 1 ? 'part' : 'last'}`),
  );
}

/** Other names are left alone. */
async function allSnapshots(store: BlobStore): Promise<StoreSnapshot[]> {
  const found = new Map<string, { takenAt: number; keys: string[]; sizeBytes: number }>();
  for await (const { key, sizeBytes } of store.list(snapshotsRoot)) {
    const name = key.slice(snapshotsRoot.length + 1).split('.')[0] ?? '';
    const takenAt = snapshotTime(name);
    if (takenAt === undefined) continue;
    const known = found.get(name) ?? { takenAt, keys: [], sizeBytes: 0 };
    known.keys.push(key);
    known.sizeBytes += sizeBytes;
    found.set(name, known);
  }
  return [...found].map(([name, facts]) => ({ name, ...facts }));
}
