import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { after, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { AppError } from '../../../lib/errors.ts';
import { systemClock } from '../../clock.ts';
import { fileOps } from '../../files/file-ops.ts';
import type { Tx } from '../database.ts';
import { NestedDbUse } from '../nested-db-use.ts';
import { prepare } from '../prepare.ts';
import { dieInTest, makeTempFolder, sqlitePaths } from '../testing/test-database.ts';
import { GroupCommit } from './group-commit.ts';
import { LogFlusher } from './log-flusher.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import { SqliteConnection } from './sqlite-connection.ts';

const put = prepare((db, values: { name: string; value: string }) =>
  db.insertInto('setting').values({ name: values.name, value: values.value, updated_at: 0 }),
);
const names = prepare((db, _values: Record<string, never>) =>
  db.selectFrom('setting').select('name').orderBy('name'),
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

async function openGroup(sync: () => Promise<void> = () => Promise.resolve()) {
  const paths = sqlitePaths(folder);
  await migrateSqlite(paths, { files: fileOps, clock: systemClock });
  const writer = new SqliteConnection(new DatabaseSync(paths.database, { timeout: 0 }));
  const commits: number[] = [];
  const died: string[] = [];
  const flusher = new LogFlusher(sync, dieInTest);
  const group = new GroupCommit({
    writer,
    flusher,
    die: (what) => died.push(what),
    afterGroup: () => commits.push(commits.length),
    budgetMs: 60_000,
  });
  const stored = (): string[] => writer.all(names.statement('sqlite'), {}).map((row) => String(row['name']));
  return {
    group,
    writer,
    commits,
    died,
    stored,
    insert: (name: string) => (tx: Tx) => tx.run(put, { name, value: '' }),
    [Symbol.dispose]: () => writer.raw.close(),
  };
}

test('transactions that wait together share one commit', async () => {
  using open = await openGroup();
  await Promise.all(['a', 'b', 'c'].map((name) => open.group.run(open.insert(name), true)));
  assert.deepEqual([open.stored(), open.commits.length], [['a', 'b', 'c'], 1]);
});

test('16 bodies of 16 queries each run one after the other, each within a turn of the event loop', async () => {
  using open = await openGroup();
  let turn = 0;
  let running = true;
  const count = (): void => {
    turn += 1;
    if (running) setImmediate(count);
  };
  setImmediate(count);
  const order: number[] = [];
  const turnsOf = Array.from({ length: 16 }, () => new Set<number>());
  const bodies = turnsOf.map((turns, body) => async (tx: Tx) => {
    for (let query = 0; query < 16; query++) {
      await tx.run(put, { name: `${body}-${query}`, value: '' });
      turns.add(turn);
      order.push(body);
    }
  });
  await Promise.all(bodies.map((body) => open.group.run(body, true)));
  running = false;
  assert.deepEqual(
    turnsOf.map((turns) => turns.size),
    bodies.map(() => 1),
  );
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
    'no body began before the one in front of it was done',
  );
  assert.equal(
    open.commits.length,
    new Set(turnsOf.flatMap((turns) => [...turns])).size,
    'one commit a turn',
  );
});

test('a member that fails leaves nothing, and the others of its group commit', async () => {
  using open = await openGroup();
  const failing = open.group.run(async (tx) => {
    await open.insert('half')(tx);
    throw new Error('no');
  }, true);
  const [failed] = await Promise.allSettled([failing, open.group.run(open.insert('whole'), true)]);
  assert.equal(failed.status, 'rejected');
  assert.deepEqual([open.stored(), open.commits.length], [['whole'], 1]);
});

test('when SQLite rolls the whole group back, all its members fail and none commits on its own', async () => {
  using open = await openGroup();
  await open.group.run(open.insert('taken'), true);
  const results = await Promise.allSettled([
    open.group.run(open.insert('before'), true),
    open.group.run(
      (tx) => sql`insert or rollback into setting values ('taken', '', 0)`.execute(tx.builder),
      true,
    ),
    open.group.run(open.insert('after'), true),
  ]);
  assert.deepEqual(
    results.map((result) => result.status),
    ['rejected', 'rejected', 'fulfilled'],
    'the one behind it runs in a group of its own',
  );
  assert.deepEqual(open.stored(), ['after', 'taken']);
});

test('a database that is full is the client’s 507, and the process goes on', async () => {
  using open = await openGroup();
  const { page_count: pages } = open.writer.raw.prepare('pragma page_count').get() as { page_count: number };
  open.writer.raw.exec(`pragma max_page_count = ${pages + 2}`);
  const huge = open.group.run((tx) => tx.run(put, { name: 'huge', value: 'x'.repeat(100_000) }), true);
  await assert.rejects(huge, (error) => error instanceof AppError && error.code === 'STORAGE_FULL');
  await open.group.run(open.insert('small'), true);
  assert.deepEqual([open.stored(), open.died], [['small'], []]);
});

test('a body that awaits something else is refused and leaves nothing', async () => {
  using open = await openGroup();
  const escaping = open.group.run(async (tx) => {
    await open.insert('escaped')(tx);
    await delay(5);
    await open.insert('late')(tx);
  }, true);
  await assert.rejects(escaping, /awaited something/);
  await delay(10);
  assert.deepEqual(open.stored(), []);
});

test('a tx is of no use after its transaction', async () => {
  using open = await openGroup();
  let kept: Tx | undefined;
  await open.group.run(async (tx) => {
    kept = tx;
    await open.insert('a')(tx);
  }, true);
  await assert.rejects(async () => kept?.run(put, { name: 'b', value: '' }), /has ended/);
  await assert.rejects(async () => kept?.builder.selectFrom('setting').selectAll().execute(), /has ended/);
});

test('another program that holds the lock for a moment delays the group and blocks nobody', async () => {
  using open = await openGroup();
  using other = new DatabaseSync(sqlitePaths(folder).database);
  other.exec('begin immediate');
  const writing = open.group.run(open.insert('a'), true);
  await delay(20);
  assert.deepEqual(open.stored(), []);
  other.exec('rollback');
  await writing;
  assert.deepEqual(open.stored(), ['a']);
});

test('the marker of a transaction is seen by everything its body calls', async () => {
  using open = await openGroup();
  const { refuseInside } = await import('../nested-db-use.ts');
  const nested = open.group.run(async () => {
    await Promise.resolve();
    refuseInside();
  }, true);
  await assert.rejects(nested, NestedDbUse);
  refuseInside();
});

test('an I/O error of a statement ends the process and answers nobody of the group', async () => {
  using open = await openGroup();
  let answered = 0;
  const count = (): void => {
    answered += 1;
  };
  void open.group.run(open.insert('a'), false).then(count, count);
  const failing = () => Promise.reject(Object.assign(new Error('disk I/O error'), { errcode: 778 }));
  void open.group.run(failing, false).then(count, count);
  await delay(20);
  assert.deepEqual([open.died, answered], [['the database could not write'], 0]);
});

test('a refusal waits for the flush of what it may rest on', async () => {
  const gate = Promise.withResolvers<void>();
  using open = await openGroup(() => gate.promise);
  const settled: string[] = [];
  const note = (what: string) => (): void => void settled.push(what);
  void open.group.run(open.insert('a'), true).then(note('written'));
  const refusing = open.group.run(() => Promise.reject(new Error('it is there already')), true);
  refusing.catch(note('refused'));
  await delay(20);
  assert.deepEqual([settled, open.stored()], [[], ['a']]);
  gate.resolve();
  await delay(5);
  assert.deepEqual(settled, ['written', 'refused']);
});

test('an I/O error of COMMIT ends the process and answers nobody', async () => {
  using open = await openGroup();
  const exec = open.writer.raw.exec.bind(open.writer.raw);
  open.writer.raw.exec = (statement: string) => {
    if (statement === 'commit') throw Object.assign(new Error('disk I/O error'), { errcode: 1546 });
    exec(statement);
  };
  let answered = false;
  void open.group.run(open.insert('a'), false).then(() => {
    answered = true;
  });
  await delay(20);
  assert.deepEqual([open.died, answered], [['the database could not commit'], false]);
});
