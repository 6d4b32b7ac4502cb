import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { after, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { systemClock } from '../../clock.ts';
import { type FileOps, fileOps } from '../../files/file-ops.ts';
import { testThreads } from '../../threads/testing/threads.ts';
import type { Threads } from '../../threads/threads.ts';
import type { Queries } from '../database.ts';
import { prepare } from '../prepare.ts';
import { dieInTest, makeTempFolder, sqlitePaths } from '../testing/test-database.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import { rewriteLog } from './rewrite-log.ts';
import { SqliteDatabase, type SqliteDeps } from './sqlite-database.ts';

const put = prepare((db, values: { name: string; value: string }) =>
  db
    .insertInto('setting')
    .values({ name: values.name, value: values.value, updated_at: 0 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: values.value })),
);
const get = prepare((db, values: { name: string }) =>
  db.selectFrom('setting').select('value').where('name', '=', values.name),
);

let folder = '';
const folders: string[] = [];
beforeEach(() => {
  folder = makeTempFolder();
  folders.push(folder);
});
after(() => {
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

function open(deps: Partial<SqliteDeps> = {}): Promise<SqliteDatabase> {
  return SqliteDatabase.open(sqlitePaths(folder), {
    files: fileOps,
    threads: testThreads,
    clock: systemClock,
    die: dieInTest,
    ...deps,
  });
}

/** Notes the calls on the log file and lets a test stand in between. */
function watchedFiles(
  around: (call: string, work: () => Promise<void>) => Promise<void>,
): FileOps & { calls: string[] } {
  const names = new Map<number, string>();
  const calls: string[] = [];
  const note = (call: string, fd: number): string => `${call} ${names.get(fd) ?? '?'}`;
  return {
    ...fileOps,
    calls,
    async open(path, flags, mode) {
      const fd = await fileOps.open(path, flags, mode);
      names.set(fd, path.slice(folder.length + 1));
      calls.push(`open ${path.slice(folder.length + 1)}`);
      return fd;
    },
    async write(fd, bytes, position) {
      calls.push(note('write', fd));
      await fileOps.write(fd, bytes, position);
    },
    async fdatasync(fd) {
      const call = note('sync', fd);
      calls.push(call);
      await around(call, () => fileOps.fdatasync(fd));
    },
  };
}

const plainly = (_call: string, work: () => Promise<void>) => work();

/**
 * As a process killed in the middle of its work leaves it: commits in the log, none in the database. The connection
 * stays open, because the last one to close would move the log into the database.
 */
function leaveLogBehind(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec(`pragma wal_autocheckpoint = 0; insert into setting values ('left', 'behind', 0)`);
  return db;
}

test('a log left behind is written back and synced before any connection opens, and once more before the first answer', async () => {
  const paths = sqlitePaths(folder);
  await migrateSqlite(paths, { files: fileOps, clock: systemClock });
  using left = leaveLogBehind(paths.database);
  const files = watchedFiles(plainly);
  {
    await using db = await open({ files });
    assert.deepEqual(files.calls, [
      'open berth.db-wal',
      'write berth.db-wal',
      'sync berth.db-wal',
      'open berth.db-wal',
      'sync berth.db-wal',
    ]);
    assert.equal((await db.reader.first(get, { name: 'left' }))?.value, 'behind');
  }
  assert.ok(left.isOpen);
});

test('rewriting changes no byte of the log', async () => {
  const paths = sqlitePaths(folder);
  await migrateSqlite(paths, { files: fileOps, clock: systemClock });
  using left = leaveLogBehind(paths.database);
  const before = readFileSync(`${paths.database}-wal`);
  await rewriteLog(fileOps, `${paths.database}-wal`);
  assert.deepEqual(readFileSync(`${paths.database}-wal`), before);
  assert.ok(before.length > 0 && left.isOpen);
});

test('a log that cannot be rewritten keeps the server from starting', async () => {
  const paths = sqlitePaths(folder);
  await migrateSqlite(paths, { files: fileOps, clock: systemClock });
  using left = leaveLogBehind(paths.database);
  const files = watchedFiles(() => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })));
  await assert.rejects(open({ files }), /EIO/);
  assert.ok(left.isOpen);
});

test('every connection syncs what SQLite has to sync, and leaves checkpoints to the thread', async () => {
  await using db = await open();
  const expected = [{ synchronous: 1 }, { wal_autocheckpoint: 0 }, { foreign_keys: 1 }];
  assert.deepEqual(await pragmas(db.reader), expected);
  assert.deepEqual(await db.transaction((tx) => pragmas(tx)), expected);
});

test('what a statement may have to undo is kept in memory, not in the temporary folder', async () => {
  await using db = await open();
  const kept = await db.transaction((tx) => pragmas(tx, ['temp_store']));
  assert.deepEqual(kept, [{ temp_store: 2 }]);
});

async function pragmas(
  queries: Queries,
  names = ['synchronous', 'wal_autocheckpoint', 'foreign_keys'],
): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const name of names) {
    const { rows: found } = await sql.raw(`pragma ${name}`).execute(queries.builder);
    rows.push(...found.map((row) => ({ ...(row as object) })));
  }
  return rows;
}

test('a transaction resolves only after a sync of the log that began after its commit', async () => {
  const gate = Promise.withResolvers<void>();
  let hold = false;
  const files = watchedFiles(async (_call, work) => {
    if (hold) await gate.promise;
    await work();
  });
  await using db = await open({ files });
  hold = true;
  let answered = false;
  const writing = db
    .transaction((tx) => tx.run(put, { name: 'a', value: '1' }))
    .then(() => {
      answered = true;
    });
  await delay(20);
  assert.equal((await db.reader.first(get, { name: 'a' }))?.value, '1', 'committed, so readers see it');
  assert.equal(answered, false, 'but nobody was told');
  hold = false;
  gate.resolve();
  await writing;
});

test('a read sees every commit that was made before it, also within one turn of the event loop', async () => {
  await using db = await open();
  const seen: (string | undefined)[] = [];
  for (let round = 0; round < 50; round++) {
    // In the phase in which the commit is made, and right before it: a snapshot that must not be read from any more.
    const before = new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        db.reader.first(get, { name: 'a' }).then(() => resolve(), reject);
      });
    });
    const change = { name: 'a', value: String(round) };
    const written = db.transaction((tx) => tx.run(put, change), { durability: 'relaxed' });
    void before;
    await written;
    seen.push((await db.reader.first(get, { name: 'a' }))?.value);
  }
  assert.deepEqual(
    seen,
    seen.map((_, round) => String(round)),
  );
});

test('a relaxed transaction resolves at its commit', async () => {
  let hold = false;
  const files = watchedFiles((_call, work) => (hold ? new Promise(() => {}) : work()));
  const db = await open({ files });
  hold = true;
  await db.transaction((tx) => tx.run(put, { name: 'a', value: '1' }), { durability: 'relaxed' });
  hold = false;
  await db[Symbol.asyncDispose]();
});

test('a transaction that wrote nothing waits for what it may have read and nobody has synced yet', async () => {
  let syncs = 0;
  const files = watchedFiles(async (_call, work) => {
    syncs += 1;
    await work();
  });
  await using db = await open({ files });
  await db.transaction((tx) => tx.run(put, { name: 'a', value: '1' }), { durability: 'relaxed' });
  const before = syncs;
  assert.equal((await db.transaction((tx) => tx.first(get, { name: 'a' })))?.value, '1');
  assert.ok(syncs > before);
});

test('a failed sync of the log ends the process and answers nobody', async () => {
  let broken = false;
  const files = watchedFiles((_call, work) => (broken ? Promise.reject(new Error('EIO')) : work()));
  const died: string[] = [];
  const db = await open({ files, die: (what) => died.push(what) });
  broken = true;
  let answered = false;
  void db
    .transaction((tx) => tx.run(put, { name: 'a', value: '1' }))
    .then(() => {
      answered = true;
    });
  await delay(30);
  assert.deepEqual([died, answered], [['the log of the database could not be synced'], false]);
});

test('a failed checkpoint ends the process, and nothing is acknowledged from that instant on', async () => {
  const thread = Object.assign(new EventEmitter(), { unref() {}, ref() {}, postMessage() {} });
  const threads = {
    start(_role: string, input: { failed: SharedArrayBuffer }) {
      failed = new Int32Array(input.failed);
      return thread;
    },
  };
  let failed: Int32Array<ArrayBufferLike> | undefined;
  const died: string[] = [];
  const db = await open({ threads: threads as unknown as Threads, die: (what) => died.push(what) });
  for (let i = 0; failed === undefined && i < 1000; i++)
    await db.transaction((tx) => tx.run(put, { name: 'a', value: String(i) }), { durability: 'relaxed' });
  assert.ok(failed !== undefined, 'the first checkpoint starts the thread');
  Atomics.store(failed, 0, 1);
  let answered = false;
  void db
    .transaction((tx) => tx.run(put, { name: 'a', value: '2' }))
    .then(() => {
      answered = true;
    });
  await delay(30);
  assert.deepEqual([died, answered], [[], false], 'the thread is about to say why');
  thread.emit('message', { error: new Error('EIO') });
  assert.deepEqual([died, answered], [['a checkpoint of the database failed'], false]);
});

test('a thread that cannot be started is started again, and a database whose thread never starts ends the process', async () => {
  const died: string[] = [];
  const attempts: EventEmitter[] = [];
  const threads = {
    start() {
      const thread = Object.assign(new EventEmitter(), { unref() {}, ref() {}, postMessage() {} });
      attempts.push(thread);
      if (attempts.length === 1) throw new Error('EAGAIN');
      setImmediate(() => thread.emit('error', new Error('EMFILE')));
      return thread;
    },
  };
  const db = await open({ threads: threads as unknown as Threads, die: (what) => died.push(what) });
  for (let i = 0; died.length === 0 && i < 10_000; i++)
    await db.transaction((tx) => tx.run(put, { name: 'a', value: String(i) }), { durability: 'relaxed' });
  assert.deepEqual([attempts.length, died], [12, ['the checkpoint thread could not be started']]);
});

test('a log that another program replaced ends the process at the next checkpoint', async () => {
  const died: string[] = [];
  const db = await open({ die: (what) => died.push(what) });
  const wal = `${sqlitePaths(folder).database}-wal`;
  rmSync(wal);
  writeFileSync(wal, '');
  for (let i = 0; i < 300; i++)
    await db.transaction((tx) => tx.run(put, { name: 'a', value: String(i) }), { durability: 'relaxed' });
  for (let i = 0; i < 100 && died.length === 0; i++) await delay(10);
  assert.deepEqual(died, ['the log of the database is not the one that was opened']);
});

test('while a dump is read, a log of any size holds no writer up, and afterwards it starts over', async () => {
  const db = await open();
  // SQLite writes no page that stays as it was.
  let turn = 0;
  const write = () => {
    turn += 1;
    const value = String.fromCharCode(97 + (turn % 26)).repeat(8 * 1024 * 1024);
    return db.transaction((tx) => tx.run(put, { name: `n${turn % 4}`, value }));
  };
  const logBytes = (): number => statSync(`${sqlitePaths(folder).database}-wal`).size;
  await db.transaction(async (tx) => {
    await sql`insert into store_identity values (1, 's', 1, 'n', null)`.execute(tx.builder);
  });
  for (let no = 0; no < 4; no++) await write();
  const waits: number[] = [];
  for await (const _ of db.dump()) {
    if (waits.length > 0) continue;
    while (logBytes() < 150 * 1024 * 1024) {
      const at = performance.now();
      await write();
      waits.push(performance.now() - at);
    }
    // The checkpoint that was asked for last has its say.
    await delay(100);
    for (let no = 0; no < 3; no++) {
      const at = performance.now();
      await write();
      waits.push(performance.now() - at);
    }
  }
  // A `restart` would wait 5 s for the reader of the dump, with the writer's lock.
  assert.ok(Math.max(...waits) < 4900, `a writer waited ${Math.max(...waits)} ms`);
  // How fast the log is moved is the disk's affair.
  const begin = performance.now();
  for (let before = 0, growths = 0; logBytes() > before; growths++) {
    assert.ok(growths < 60 || performance.now() - begin < 30_000, 'the log goes on growing');
    before = logBytes();
    await write();
    await delay(growths < 30 ? 50 : 500);
  }
  await db[Symbol.asyncDispose]();
});

test('the checkpoint thread moves the log into the database while writers go on', async () => {
  const db = await open();
  for (let i = 0; i < 600; i++)
    await db.transaction((tx) => tx.run(put, { name: `n${i}`, value: 'x'.repeat(500) }), {
      durability: 'relaxed',
    });
  const size = (): number => statSync(sqlitePaths(folder).database).size;
  for (let i = 0; i < 200 && size() < 300_000; i++) await delay(10);
  assert.ok(size() >= 300_000, `the database has ${size()} bytes`);
  await db[Symbol.asyncDispose]();
  assert.equal(
    existsSync(`${sqlitePaths(folder).database}-wal`),
    false,
    'the last connection took the log along',
  );
});
