import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { sql } from 'kysely';
import { claimStore } from '../../content/blobs/claim-store.ts';
import { silentLog } from '../../content/testing/world.ts';
import { AppError } from '../../lib/errors.ts';
import { FsStore } from '../../platform/blobstore/fs-store.ts';
import { systemClock } from '../../platform/clock.ts';
import type { DumpableDatabase } from '../../platform/db/database.ts';
import { checkDump } from '../../platform/db/dump/read-dump.ts';
import { SqliteDatabase } from '../../platform/db/sqlite/sqlite-database.ts';
import { dieInTest, makeTempFolder, sqlitePaths } from '../../platform/db/testing/test-database.ts';
import { type FileOps, fileOps } from '../../platform/files/file-ops.ts';
import { filePieces } from '../../platform/files/file-pieces.ts';
import { testThreads } from '../../platform/threads/testing/threads.ts';
import { createBackup, type DatabaseRestore, restoreInto } from './backup.ts';

/** Without syncs of files: one that fails ends the process in its own way. */
const changing = [
  'open',
  'write',
  'syncFolder',
  'rename',
  'link',
  'mkdir',
  'unlink',
  'removeAll',
] as const satisfies (keyof FileOps)[];

/** After so many calls the process is dead: nothing that it still tries reaches the disk. */
function dyingAfter(calls: number): FileOps & { readonly left: () => number } {
  let left = calls;
  const dying = changing.map((name) => [
    name,
    (...given: never[]) => {
      left -= 1;
      if (left < 0) return Promise.reject(new Error('died'));
      return (fileOps[name] as (...all: never[]) => Promise<unknown>)(...given);
    },
  ]);
  return { ...fileOps, ...(Object.fromEntries(dying) as Partial<FileOps>), left: () => left };
}

const neverEnding = new AbortController().signal;

const sqliteDeps = (files: FileOps) => ({ files, threads: testThreads, clock: systemClock, die: dieInTest });

interface Registry {
  readonly data: string;
  readonly storage: string;
  /** Opens it as a server does, and says what its database holds. */
  readonly state: () => Promise<string>;
  readonly set: (state: string) => Promise<void>;
  readonly backUp: (file: string, files?: FileOps, force?: boolean) => Promise<unknown>;
  readonly restore: (file: string, files?: FileOps) => Promise<DatabaseRestore>;
}

async function withRegistry(body: (registry: Registry) => Promise<void>): Promise<void> {
  const folder = makeTempFolder();
  const [data, storage] = [join(folder, 'data'), join(folder, 'storage')];
  mkdirSync(data);
  const paths = sqlitePaths(data);
  const opened = async <T>(work: (db: DumpableDatabase) => Promise<T>): Promise<T> => {
    await using db = await SqliteDatabase.open(paths, sqliteDeps(fileOps));
    await using store = new FsStore(storage, fileOps, (error) => {
      throw error;
    });
    await claimStore({ db, store }, storage, true);
    return await work(db);
  };
  const registry: Registry = {
    data,
    storage,
    state: () =>
      opened(async (db) => {
        const { rows } = await sql<{ value: string }>`select value from setting`.execute(db.reader.builder);
        return rows[0]?.value ?? '';
      }),
    set: (state) =>
      opened(async (db) => {
        await db.transaction(async (tx) => {
          await sql`delete from setting`.execute(tx.builder);
          await sql`insert into setting values ('state', ${state}, 0)`.execute(tx.builder);
        });
      }),
    backUp: (file, files = fileOps, force = false) =>
      opened((db) => createBackup({ db, files, data, ending: neverEnding }).database({ file, force })),
    restore: (file, files = fileOps) => {
      const server = { data, paths, storage, secretKey: undefined, databaseUrl: undefined };
      return restoreInto(server, { ...sqliteDeps(files), log: silentLog }, file);
    },
  };
  try {
    await body(registry);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const leftovers = (folder: string) => readdirSync(folder).filter((name) => name.includes('.new'));

/** Runs `attempt` with a death at every place there is. Returns how many there were. */
async function everywhere(
  attempt: (files: FileOps) => Promise<unknown>,
  look: (died: boolean) => Promise<void>,
): Promise<number> {
  for (let calls = 0; ; calls++) {
    const files = dyingAfter(calls);
    const died = await attempt(files).then(
      () => false,
      () => true,
    );
    await look(died);
    if (!died) return calls;
  }
}

test('a backup that dies anywhere leaves the earlier file or a whole new one, and the next one clears up', async (t) => {
  await withRegistry(async ({ data, backUp, set }) => {
    const file = join(data, '..', 'backup.gz');
    await set('first');
    await backUp(file);
    const places = await everywhere(
      (files) => backUp(file, files, true),
      async () => {
        const { tables } = await checkDump(filePieces(fileOps, file));
        assert.equal(tables['setting'], 1);
      },
    );
    t.diagnostic(`${places} places`);
    assert.ok(places >= 5, `${places}`);
    assert.deepEqual(leftovers(join(data, '..')), []);
  });
});

test('a restore that dies anywhere leaves the database before it or the one after it, and the next one clears up', async (t) => {
  await withRegistry(async ({ data, backUp, restore, set, state }) => {
    const file = join(data, '..', 'backup.gz');
    await set('in the backup');
    await backUp(file);
    const seen = new Map<string, number>();
    let late = 0;
    const places = await everywhere(
      async (files) => {
        await set('present');
        await restore(file, files);
      },
      async (died) => {
        const now = await state();
        if (now === 'in the backup' && died) late += 1;
        seen.set(now, (seen.get(now) ?? 0) + 1);
        assert.ok(['present', 'in the backup'].includes(now), now);
        if (!died) assert.equal(now, 'in the backup');
      },
    );
    t.diagnostic(`${places} places: ${JSON.stringify(Object.fromEntries(seen))}`);
    assert.ok(places >= 12 && places < 60, `${places}`);
    assert.ok(late >= 1, 'no death was behind the exchange');
    assert.deepEqual(leftovers(data), []);
    const kept = readdirSync(data).filter((name) => name.startsWith('replaced-'));
    assert.ok(kept.length > 0);
    for (const name of kept) assert.ok(existsSync(join(data, name)));
  });
});

test('two backups to one file at once are made one after the other', async () => {
  await withRegistry(async ({ data, set }) => {
    await set('x');
    const file = join(data, '..', 'backup.gz');
    await using db = await SqliteDatabase.open(sqlitePaths(data), sqliteDeps(fileOps));
    const { database } = createBackup({ db, files: fileOps, data, ending: neverEnding });
    const [one, two] = await Promise.allSettled([
      database({ file, force: false }),
      database({ file, force: false }),
    ]);
    assert.equal(one?.status, 'fulfilled');
    assert.ok(two?.status === 'rejected' && two.reason instanceof AppError && two.reason.code === 'CONFLICT');
    await checkDump(filePieces(fileOps, file));
  });
});

test('a server that stops gives a backup up, says so and leaves nothing', async () => {
  await withRegistry(async ({ data, set }) => {
    await set('x');
    const folder = join(data, '..');
    await using db = await SqliteDatabase.open(sqlitePaths(data), sqliteDeps(fileOps));
    const { database } = createBackup({ db, files: fileOps, data, ending: AbortSignal.abort() });
    await assert.rejects(
      database({ file: join(folder, 'backup.gz'), force: false }),
      (error) => error instanceof AppError && /the server stops/.test(error.message),
    );
    assert.deepEqual(readdirSync(folder).toSorted(), ['data', 'storage']);
  });
});

test('on a disk without hard links a backup is made, and a restore keeps what it replaces', async () => {
  await withRegistry(async ({ data, backUp, restore, set, state }) => {
    const files: FileOps = {
      ...fileOps,
      link: () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' })),
    };
    const file = join(data, '..', 'backup.gz');
    await set('in the backup');
    await backUp(file, files);
    await set('present');
    const { kept } = await restore(file, files);
    assert.equal(await state(), 'in the backup');
    using db = new DatabaseSync(join(kept ?? '', 'berth.db'));
    assert.equal(db.prepare('select value from setting').get()?.['value'], 'present');
    assert.deepEqual(leftovers(kept ?? ''), []);
  });
});

test('a full disk and a folder that may not be written to are told with the file, and nothing is left', async () => {
  await withRegistry(async ({ data, backUp, set }) => {
    await set('x');
    const folder = join(data, '..');
    const file = join(folder, 'backup.gz');
    for (const [code, expected] of [
      ['ENOSPC', 'STORAGE_FULL'],
      ['EACCES', 'BAD_REQUEST'],
    ] as const) {
      const files: FileOps = {
        ...fileOps,
        write: () => Promise.reject(Object.assign(new Error(code), { code })),
      };
      await assert.rejects(
        backUp(file, files),
        (error) => error instanceof AppError && error.code === expected && error.message.includes(file),
      );
    }
    assert.deepEqual(readdirSync(folder).toSorted(), ['data', 'storage']);
  });
});

test('a disk that gives back something else than was written is told with the file, and nothing is left', async () => {
  await withRegistry(async ({ data, backUp, set }) => {
    await set('x');
    const folder = join(data, '..');
    const file = join(folder, 'backup.gz');
    const files: FileOps = {
      ...fileOps,
      async read(fd, buffer, length, position) {
        const count = await fileOps.read(fd, buffer, length, position);
        buffer[Math.floor(count / 2)] = (buffer[Math.floor(count / 2)] ?? 0) ^ 1;
        return count;
      },
    };
    await assert.rejects(
      backUp(file, files),
      (error) => error instanceof AppError && error.message.includes(`${file} could not be read back`),
    );
    assert.deepEqual(readdirSync(folder).toSorted(), ['data', 'storage']);
  });
});

test('a folder is never replaced by a backup, nor called a file that exists', async () => {
  await withRegistry(async ({ data, backUp, set }) => {
    await set('x');
    const folder = join(data, '..', 'backups');
    mkdirSync(folder);
    for (const force of [false, true]) {
      await assert.rejects(
        backUp(folder, fileOps, force),
        (error) => error instanceof AppError && /is a folder or a device/.test(error.message),
      );
    }
    assert.deepEqual(readdirSync(folder), []);
  });
});

test('the log of a database that is gone is kept, and gets into no restored one', async () => {
  await withRegistry(async ({ data, backUp, restore, set, state }) => {
    const file = join(data, '..', 'backup.gz');
    await set('in the backup');
    await backUp(file);
    const paths = sqlitePaths(data);
    const [log, aside] = [`${paths.database}-wal`, join(data, '..', 'aside')];
    {
      await using db = await SqliteDatabase.open(paths, sqliteDeps(fileOps));
      await db.transaction(async (tx) => {
        await sql`update setting set value = 'in the log'`.execute(tx.builder);
        await sql`update store_identity set epoch = 77`.execute(tx.builder);
      });
      copyFileSync(log, aside);
    }
    rmSync(paths.database);
    copyFileSync(aside, log);
    const { kept, epoch } = await restore(file);
    assert.equal(epoch, 2);
    assert.equal(await state(), 'in the backup');
    assert.deepEqual(readdirSync(kept ?? ''), ['berth.db-wal']);
  });
});
