import type { Space } from '../../platform/blobstore/blob-store.ts';
import type { Config } from '../../platform/config/load-config.ts';
import { reservedBytes } from '../../platform/config/storage-reserve.ts';
import type { FileOps } from '../../platform/files/file-ops.ts';
import { type Disk, FreeRoom } from './free-room.ts';

export interface Rooms {
  /** For what content fills: the storage, and the database, which grows with every manifest. */
  readonly content: FreeRoom;
  /** Of two disks one may be full, and the snapshot is put there later. */
  readonly requireForSnapshot: (place: 'folder' | 'store') => Promise<void>;
}

type Store = { space(): Promise<Space | undefined> };

export function createRooms(
  { data, databaseUrl, storageReserve }: Config,
  files: Pick<FileOps, 'statfs'>,
  store: Store,
): Rooms {
  const roomOf = (...disks: readonly Disk[]): FreeRoom =>
    new FreeRoom({ disks, reservedBytes: (capacity) => reservedBytes(storageReserve, capacity) });
  const storage = { of: 'the storage', space: () => store.space() };
  const database = { of: 'the database', space: () => files.statfs(data) };
  const snapshots = {
    folder: roomOf({ ...database, of: 'the data folder' }),
    store: roomOf(storage),
  };
  return {
    content: databaseUrl === undefined ? roomOf(storage, database) : roomOf(storage),
    requireForSnapshot: (place) => snapshots[place].requireRoom(),
  };
}
