import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { SnapshotFolder } from '../../content/snapshots/snapshot-folder.ts';
import { listSnapshots, openSnapshot } from '../../content/snapshots/snapshot-store.ts';
import { silentLog } from '../../content/testing/world.ts';
import { AppError } from '../../lib/errors.ts';
import { FsStore } from '../../platform/blobstore/fs-store.ts';
import type { DumpableDatabase } from '../../platform/db/database.ts';
import type { DialectName } from '../../platform/db/dialect.ts';
import { checkDump } from '../../platform/db/dump/read-dump.ts';
import { dialects, makeTempFolder, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { type FileOps, fileOps } from '../../platform/files/file-ops.ts';
import { type DailySnapshotDeps, dailySnapshot, type SnapshotPlace } from './daily-snapshot.ts';
import { snapshotProblem } from './snapshot-problem.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 1);

interface Clocked {
  now: number;
  dumps: number;
  readonly folder: string;
  readonly db: DumpableDatabase;
  readonly store: FsStore;
  readonly snapshots: string;
  run(more?: Partial<DailySnapshotDeps>, signal?: AbortSignal): Promise<void>;
}

/** A database whose first account was made at `start`, in a time that the test sets. */
async function withClock(dialect: DialectName, body: (clocked: Clocked) => Promise<void>): Promise<void> {
  await using opened = await openTestDatabase(dialect);
  const { db } = opened;
  await db.transaction(async (tx) => {
    await sql`insert into "user" (username, realname, password_version, created_at, updated_at)
      values ('admin', '', 1, ${start}, 0)`.execute(tx.builder);
    await sql`insert into store_identity values (1, 's', 1, 'n', null)`.execute(tx.builder);
  });
  const folder = makeTempFolder();
  const snapshots = join(folder, 'data', 'snapshots');
  mkdirSync(join(folder, 'data'));
  await using store = new FsStore(join(folder, 'storage'), fileOps, (error) => {
    throw error;
  });
  const clocked: Clocked = {
    now: start,
    dumps: 0,
    folder,
    get db() {
      return timed(db, clocked);
    },
    store,
    snapshots,
    run: (more = {}, signal = new AbortController().signal) =>
      dailySnapshot(
        {
          db: clocked.db,
          store,
          folder: new SnapshotFolder(fileOps, snapshots),
          storeIsOurs: () => Promise.resolve(true),
          requireRoom: () => Promise.resolve(),
          keep: 3,
          log: silentLog,
          ...more,
        },
        signal,
      ),
  };
  try {
    await body(clocked);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timed(db: DumpableDatabase, clocked: Clocked): DumpableDatabase {
  return {
    dialect: db.dialect,
    awayMs: 0,
    changes: db.changes,
    problem: undefined,
    reader: db.reader,
    transaction: (...call) => db.transaction(...call),
    now: () => Promise.resolve(clocked.now),
    dump: () => {
      clocked.dumps += 1;
      return db.dump();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const held = ({ snapshots }: Clocked) => readdirSync(snapshots).toSorted();
const stored = async ({ store }: Clocked) => (await listSnapshots(store)).map(({ name }) => name);

function fullOf(store: FsStore): FsStore {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'put') return () => Promise.reject(new AppError('STORAGE_FULL'));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

for (const dialect of dialects) {
  test(`${dialect}: a snapshot is taken once a day, kept in two places, and the oldest go`, async () => {
    await withClock(dialect, async (clocked) => {
      clocked.now = start + hour - 1;
      await clocked.run();
      assert.equal(clocked.dumps, 0, 'a new database has nothing to lose yet');
      mkdirSync(clocked.snapshots, { recursive: true });
      writeFileSync(join(clocked.snapshots, 'before-202611250800-access.db'), 'not ours');
      for (const [at, count] of [
        [hour, 1],
        [hour + day - 1, 1],
        [hour + day, 2],
        [hour + 2 * day, 3],
        [hour + 3 * day + 5, 4],
        [hour + 5 * day, 5],
      ] as const) {
        clocked.now = start + at;
        await clocked.run();
        assert.equal(clocked.dumps, count);
      }
      const names = ['db-20260103T010000Z', 'db-20260104T010000Z', 'db-20260106T010000Z'];
      assert.deepEqual(held(clocked), [
        'before-202611250800-access.db',
        ...names.map((name) => `${name}.jsonl.gz`),
      ]);
      assert.deepEqual(await stored(clocked), names);
      for (const snapshot of await listSnapshots(clocked.store)) {
        const { tables } = await checkDump(openSnapshot(clocked.store, snapshot));
        assert.equal(tables['user'], 1);
      }
    });
  });

  test(`${dialect}: what a storage that was full missed is put when there is room, without a second dump`, async () => {
    await withClock(dialect, async (clocked) => {
      clocked.now = start + day;
      const full = fullOf(clocked.store);
      for (let attempt = 0; attempt < 3; attempt++) {
        await assert.rejects(clocked.run({ store: full }), AppError);
        clocked.now += 60_000;
      }
      assert.deepEqual([clocked.dumps, held(clocked).length, await stored(clocked)], [1, 1, []]);
      await clocked.run();
      assert.deepEqual([clocked.dumps, await stored(clocked)], [1, ['db-20260102T000000Z']]);
    });
  });

  test(`${dialect}: a clock that was ahead for a while stops no snapshots, and its own count as the oldest`, async () => {
    await withClock(dialect, async (clocked) => {
      clocked.now = start + 365 * day;
      await clocked.run();
      clocked.now = start + day;
      const told = () => snapshotProblem({ db: clocked.db, store: clocked.store });
      clocked.now = start + 3 * day;
      assert.match((await told()) ?? '', /^no snapshot of the database was taken for 3 days/);
      for (let count = 2; count <= 4; count++) {
        await clocked.run();
        assert.equal(clocked.dumps, count);
        clocked.now += day;
      }
      assert.equal(await told(), undefined);
      const names = ['db-20260104T000000Z', 'db-20260105T000000Z', 'db-20260106T000000Z'];
      assert.deepEqual(await stored(clocked), names);
      assert.deepEqual(
        held(clocked),
        names.map((name) => `${name}.jsonl.gz`),
      );
    });
  });

  test(`${dialect}: a disk whose room is kept for other things is not filled with snapshots`, async () => {
    await withClock(dialect, async (clocked) => {
      clocked.now = start + day;
      const fullFrom = (full: SnapshotPlace, count: number) => {
        let asked = 0;
        return (place: SnapshotPlace) => {
          if (place === full) asked += 1;
          return asked < count ? Promise.resolve() : Promise.reject(new AppError('STORAGE_FULL'));
        };
      };
      await assert.rejects(clocked.run({ requireRoom: fullFrom('folder', 1) }), AppError);
      assert.equal(clocked.dumps, 0);
      await assert.rejects(clocked.run({ requireRoom: fullFrom('folder', 2) }), AppError);
      assert.deepEqual([clocked.dumps, held(clocked), await stored(clocked)], [1, [], []]);
      await assert.rejects(clocked.run({ requireRoom: fullFrom('store', 1) }), AppError);
      assert.deepEqual([held(clocked).length, await stored(clocked)], [1, []]);
      await clocked.run();
      assert.equal(clocked.dumps, 2);
    });
  });

  test(`${dialect}: a storage that stays full does not fill the data folder`, async () => {
    await withClock(dialect, async (clocked) => {
      const store = fullOf(clocked.store);
      for (let days = 1; days <= 5; days++) {
        clocked.now = start + days * day;
        await assert.rejects(clocked.run({ store }), AppError);
      }
      assert.deepEqual([clocked.dumps, held(clocked).length], [5, 3]);
      await clocked.run();
      assert.deepEqual(await stored(clocked), ['db-20260106T000000Z']);
    });
  });

  test(`${dialect}: another instance that has none of its own takes none before the day is over`, async () => {
    await withClock(dialect, async (clocked) => {
      clocked.now = start + day;
      await clocked.run();
      const other = { folder: new SnapshotFolder(fileOps, join(clocked.folder, 'other')) };
      clocked.now += day - 1000;
      await clocked.run(other);
      assert.equal(clocked.dumps, 1);
      clocked.now += 1000;
      await clocked.run(other);
      assert.deepEqual(
        [clocked.dumps, await stored(clocked)],
        [2, ['db-20260102T000000Z', 'db-20260103T000000Z']],
      );
    });
  });

  test(`${dialect}: a snapshot that is more than two days old is told, and one that was never taken`, async () => {
    await withClock(dialect, async (clocked) => {
      const told = async (at: number) => {
        clocked.now = start + at;
        return snapshotProblem({ db: clocked.db, store: clocked.store });
      };
      assert.equal(await told(2 * day - 1), undefined);
      assert.match((await told(3 * day + 1)) ?? '', /^no snapshot of the database was taken for 3 days/);
      await clocked.run();
      assert.equal(await told(5 * day - 1), undefined);
      assert.match((await told(5 * day)) ?? '', /^the newest snapshot of the database is older than 2 days/);
    });
  });

  test(`${dialect}: nothing is written into or removed from a storage that is another one`, async () => {
    await withClock(dialect, async (clocked) => {
      clocked.now = start + day;
      await clocked.run({ storeIsOurs: () => Promise.resolve(false) });
      assert.deepEqual([clocked.dumps, await stored(clocked)], [0, []]);
    });
  });

  test(`${dialect}: a server that stops gives the snapshot up, and what was begun goes with the next`, async () => {
    await withClock(dialect, async (clocked) => {
      clocked.now = start + day;
      await assert.rejects(clocked.run({}, AbortSignal.abort(new Error('stopping'))), /stopping/);
      assert.deepEqual([held(clocked), await stored(clocked)], [[], []]);
      const stop = new AbortController();
      const files: FileOps = {
        ...fileOps,
        read: (...call) => {
          stop.abort(new Error('stopping'));
          return fileOps.read(...call);
        },
      };
      const folder = new SnapshotFolder(files, clocked.snapshots);
      await assert.rejects(clocked.run({ folder }, stop.signal), /stopping/);
      assert.deepEqual(held(clocked), [], 'it was read back to its end');
      writeFileSync(join(clocked.snapshots, 'db-20260101T230000Z.jsonl.gz.new'), 'half');
      await clocked.store.put('berth/snapshots/db-20260101T230000Z.0000.part', Buffer.from('half'));
      await clocked.run();
      assert.deepEqual(held(clocked), ['db-20260102T000000Z.jsonl.gz']);
      assert.deepEqual(readdirSync(join(clocked.folder, 'storage/berth/snapshots')), [
        'db-20260102T000000Z.0000.last',
      ]);
    });
  });
}
