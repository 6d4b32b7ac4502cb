import type { SourceChange } from '../../harness/changed-source.ts';
import type { ViolationKind } from './sync-checker.ts';

/** What a server may get wrong, and what a checker has to say of it. */
export interface PlantedFault {
  readonly name: string;
  readonly changes: readonly SourceChange[];
  /** All kinds of violations that it causes. */
  readonly noticed: readonly ViolationKind[];
  /** Further ones, where it depends on what is faster. */
  readonly perhaps?: readonly ViolationKind[];
  /** A path that one of them names. */
  readonly at: RegExp;
}

const stagedSync = {
  module: 'platform/blobstore/fs-staged-writer',
  find: 'await this.#files.fdatasync(this.#fd);',
  replace: '',
} satisfies SourceChange;

const blobFile = /\/sha256\/[0-9a-f]{2}\/[0-9a-f]{64}\/data$/;
const blobFolder = /\/sha256\/[0-9a-f]{2}\/[0-9a-f]{64}$/;
const logFile = /\/data\/berth\.db-wal$/;
const renaming = 'await this.#renameInto(this.#path(staged), target);';
const syncAll = 'Promise.all(changed.map(([path, failures]) => this.#folders.sync(path, failures)))';
const bothFolders = `await ${syncAll};`;

/** Of the storage and the data folder, whatever the database. */
export const faultsOfFiles: readonly PlantedFault[] = [
  {
    name: 'the file of a blob is not synced',
    changes: [stagedSync],
    noticed: ['content', 'early', 'order'],
    at: blobFile,
  },
  {
    name: 'a blob gets its name before it is synced',
    changes: [
      stagedSync,
      {
        module: 'platform/blobstore/fs-store',
        find: renaming,
        replace: `${renaming}
          const late = await this.#files.open(target, constants.O_RDONLY);
          await this.#files.fdatasync(late);
          await this.#files.close(late);`,
      },
    ],
    noticed: ['order'],
    at: blobFile,
  },
  {
    name: 'the folders of a blob are not synced',
    changes: [{ module: 'platform/blobstore/fs-store', find: bothFolders, replace: '' }],
    noticed: ['early', 'name'],
    at: blobFile,
  },
  {
    name: 'only the folder that a blob lies in is synced',
    changes: [
      {
        module: 'platform/blobstore/fs-store',
        find: bothFolders,
        replace: bothFolders.replace('changed', 'changed.slice(0, 1)'),
      },
    ],
    noticed: ['early', 'name'],
    at: blobFolder,
  },
  {
    name: 'only the folder above a blob’s is synced',
    changes: [
      {
        module: 'platform/blobstore/fs-store',
        find: bothFolders,
        replace: bothFolders.replace('changed', 'changed.slice(1)'),
      },
    ],
    noticed: ['early', 'name'],
    at: blobFile,
  },
  {
    name: 'the rows of a blob are written before its folders are synced',
    changes: [
      {
        module: 'platform/blobstore/fs-store',
        find: bothFolders,
        replace: `this.late = () => ${syncAll};`,
      },
      {
        module: 'content/blobs/publish-blob',
        find: 'const done = await makeLive(deps, input, publishedAs);',
        replace: 'const done = await makeLive(deps, input, publishedAs); await deps.store.late();',
      },
    ],
    noticed: ['early'],
    at: blobFile,
  },
  {
    name: 'the folders above new folders are not synced',
    changes: [
      {
        module: 'platform/files/ensure-folder',
        find: 'for (const folder of created) await files.syncFolder(dirname(folder));',
        replace: '',
      },
      { module: 'platform/files/ensure-folder', find: 'await files.syncFolder(dirname(at));', replace: '' },
    ],
    noticed: ['early', 'name'],
    at: /berth-test-\w+\/data$/,
  },
  {
    name: 'the folder of the first password’s file is not synced when the file goes',
    changes: [
      {
        module: 'platform/files/data-folder',
        find: 'await removeFileDurably(this.#files, join(this.path, passwordFile));',
        replace: 'await this.#files.unlink(join(this.path, passwordFile));',
      },
    ],
    noticed: ['name'],
    at: /\/data\/initial-admin-password$/,
  },
];

export const faultsOfSqlite: readonly PlantedFault[] = [
  {
    name: 'the log of the database is not synced',
    changes: [{ module: 'platform/db/sqlite/sqlite-database', find: 'await log.sync();', replace: '' }],
    noticed: ['log'],
    at: logFile,
  },
  {
    name: 'the answer does not wait for the commit',
    changes: [
      {
        module: 'platform/db/sqlite/group-commit',
        find: 'return { member, settle: () => member.resolve(value), told };',
        replace: 'member.resolve(value); return { member, settle: () => {}, told };',
      },
      // So that the answer is first on any machine.
      {
        module: 'platform/db/sqlite/sqlite-database',
        find: 'await log.sync();',
        replace: 'await new Promise((resolve) => setTimeout(resolve, 300)); await log.sync();',
      },
    ],
    noticed: [],
    perhaps: ['early', 'log', 'unwritten'],
    at: logFile,
  },
];

export const faultsOfPostgres: readonly PlantedFault[] = [
  {
    name: 'the answer does not wait for the commit',
    changes: [
      {
        module: 'platform/db/postgres/postgres-database',
        find: 'await commit(client, wrote, reachability);',
        replace: 'void commit(client, wrote, reachability);',
      },
    ],
    noticed: [],
    perhaps: ['early', 'log', 'unwritten'],
    at: /^\/postgres\//,
  },
];
