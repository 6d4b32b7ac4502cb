import type { SourceChange } from '../../harness/changed-source.ts';
import type { AddressHistory } from './acknowledgements.ts';
import type { Recording } from './recording.ts';
import { type IgnoredSync, Replay } from './replay.ts';

export const databasePath = 'data/berth.db';
export const logPath = `${databasePath}-wal`;

/** A server that is not careful enough: the same recording, replayed as if it had left something out. */
export interface Control {
  readonly name: string;
  readonly ignored?: IgnoredSync;
  readonly historiesOf?: (recording: Recording) => readonly AddressHistory[];
  /** Otherwise something acknowledged is lost. */
  readonly corrupts?: boolean;
}

export const controls: readonly Control[] = [
  {
    name: 'does not flush the log behind a commit',
    ignored: (path, { dataOnly }) => path === logPath && dataOnly,
  },
  { name: 'answers when the flush begins', historiesOf: answeredBeforeTheFlush },
  {
    name: 'does not sync the staged content',
    ignored: (path) => path.startsWith('data/storage/berth/staging/'),
  },
  {
    name: 'does not sync the folder of a blob',
    ignored: (path) => /\/sha256\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(path),
  },
  {
    name: 'does not sync the folder of a prefix',
    ignored: (path) => /\/sha256\/[0-9a-f]{2}$/.test(path),
  },
  { name: 'does not sync the folder of the prefixes', ignored: (path) => path.endsWith('/sha256') },
  { name: 'does not sync the parent of a new data folder', ignored: (path) => path === '' },
  {
    name: 'does not sync the database in a checkpoint',
    ignored: (path) => path === databasePath,
    corrupts: true,
  },
];

/** A server that does something in another order, which no replay of the right one shows. */
export interface WrongServer {
  readonly name: string;
  readonly changes: readonly SourceChange[];
}

const syncAll = 'Promise.all(changed.map(([path, failures]) => this.#folders.sync(path, failures)))';

export const wrongServers: readonly WrongServer[] = [
  {
    name: 'answers with the flush that was running when it committed',
    changes: [
      {
        module: 'platform/db/sqlite/log-flusher',
        find: '() => this.#finish(covers),',
        replace: '() => this.#finish(this.#committed),',
      },
    ],
  },
  {
    name: 'commits the rows of a blob before it syncs the folders',
    changes: [
      {
        module: 'platform/blobstore/fs-store',
        find: `await ${syncAll};`,
        replace: `this.late = () => ${syncAll};`,
      },
      {
        module: 'content/blobs/publish-blob',
        find: 'const done = await makeLive(deps, input, publishedAs);',
        replace: 'const done = await makeLive(deps, input, publishedAs); await deps.store.late();',
      },
    ],
  },
];

/** Each answer when the flush began that was the last one to end before it. */
function answeredBeforeTheFlush({ records, rootInode, histories }: Recording): AddressHistory[] {
  const replay = new Replay(rootInode);
  const began = new Map<number, number>();
  /** By record: where the last flush began that had ended by then. */
  const flushes: number[] = [];
  let last = 0;
  for (const [index, record] of records.entries()) {
    replay.apply(record);
    if (record.dataOnly && replay.pathOf(record.inode) === logPath) {
      if (record.kind === 'syncBegin') began.set(record.value, index);
      else last = began.get(record.value) ?? last;
    }
    flushes.push(last);
  }
  return histories.map(({ address, changes }) => ({
    address,
    changes: changes.map((change) => ({
      ...change,
      answeredAt: flushes[change.answeredAt] ?? change.answeredAt,
    })),
  }));
}
