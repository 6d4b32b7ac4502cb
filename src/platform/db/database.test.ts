import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database, Tx } from './database.ts';
import { NestedDbUse } from './nested-db-use.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { prepare } from './prepare.ts';
import { raiseSequence } from './raise-sequence.ts';
import { dialects, openTestDatabase } from './testing/test-database.ts';
import { valueList } from './value-list.ts';

const put = prepare((db, values: { name: string; value: string; at: number }) =>
  db
    .insertInto('setting')
    .values({ name: values.name, value: values.value, updated_at: values.at })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ value: values.value, updated_at: values.at }),
    ),
);
const get = prepare((db, values: { name: string }) =>
  db.selectFrom('setting').select(['value', 'updated_at']).where('name', '=', values.name),
);
const some = prepare((db, values: { names: string }, dialect) =>
  db
    .selectFrom('setting')
    .select('name')
    .where('name', 'in', valueList('text', values.names, dialect))
    .orderBy('name'),
);
const sumOf = prepare((db, values: { numbers: string }, dialect) =>
  db
    .selectFrom('setting')
    .select('updated_at')
    .where('updated_at', 'in', valueList('integer', values.numbers, dialect))
    .orderBy('updated_at'),
);

const read = async (db: Database, name: string) => (await db.reader.first(get, { name }))?.value;

for (const dialect of dialects) {
  test(`what is to be told of a commit is told after it, and never of what failed (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const told: string[] = [];
    const failed = db.transaction((tx) => {
      tx.onCommit(() => told.push('failed'));
      return Promise.reject(new Error('no'));
    });
    const done = db.transaction((tx) => {
      tx.onCommit(() => told.push('done'));
      assert.deepEqual(told, []);
      return Promise.resolve();
    });
    await assert.rejects(failed, { message: 'no' });
    await done;
    assert.deepEqual(told, ['done']);
  });

  test(`${dialect}: what a transaction wrote is read by everybody afterwards, and nothing of one that failed`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await db.transaction((tx) => tx.run(put, { name: 'a', value: '1', at: 1 }));
    const failing = db.transaction(async (tx) => {
      await tx.run(put, { name: 'a', value: '2', at: 2 });
      throw new Error('no');
    });
    await assert.rejects(failing, /^Error: no$/);
    assert.equal(await read(db, 'a'), '1');
  });

  test(`${dialect}: the database itself is refused inside a transaction, also through what its body calls`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const uses: ((tx: Tx) => Promise<unknown>)[] = [
      () => read(db, 'a'),
      () => db.transaction(() => Promise.resolve()),
      () => db.reader.builder.selectFrom('setting').selectAll().execute(),
    ];
    for (const use of uses) await assert.rejects(db.transaction(use), NestedDbUse);
    assert.equal(await read(db, 'a'), undefined);
  });

  test(`${dialect}: a tx is of no use after its transaction`, async () => {
    await using opened = await openTestDatabase(dialect);
    let kept: Tx | undefined;
    await opened.db.transaction(async (tx) => {
      kept = tx;
      await tx.run(put, { name: 'a', value: '1', at: 1 });
    });
    await assert.rejects(async () => kept?.run(put, { name: 'b', value: '1', at: 1 }), /has ended/);
  });

  test(`${dialect}: concurrent increments of one row are all counted`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await db.transaction((tx) => tx.run(put, { name: 'n', value: '', at: 0 }));
    const increment = prepare((builder, values: { name: string }) =>
      builder
        .updateTable('setting')
        .set((set) => ({ updated_at: set('updated_at', '+', 1) }))
        .where('name', '=', values.name),
    );
    await Promise.all(
      Array.from({ length: 50 }, () => db.transaction((tx) => tx.run(increment, { name: 'n' }))),
    );
    assert.equal((await db.reader.first(get, { name: 'n' }))?.updated_at, 50);
  });

  test(`${dialect}: names are ordered by their bytes`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const names = ['a', 'B', 'a-b', 'a_b', 'a.b', 'Z', '1', 'é'];
    for (const name of names) await db.transaction((tx) => tx.run(put, { name, value: '', at: 0 }));
    const found = await db.reader.all(some, { names: JSON.stringify(names) });
    const bytes = (text: string): string => Buffer.from(text).toString('latin1');
    assert.deepEqual(
      found.map((row) => row.name),
      names.toSorted((a, b) => (bytes(a) < bytes(b) ? -1 : 1)),
    );
  });

  test(`${dialect}: lists of any length are one value, and whole numbers beyond 2^31 come back exactly`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const big = 2 ** 52 + 1;
    await db.transaction((tx) => tx.run(put, { name: 'big', value: '', at: big }));
    assert.deepEqual(await db.reader.all(some, { names: '[]' }), []);
    const rows = await db.reader.all(sumOf, { numbers: JSON.stringify([1, big]) });
    assert.deepEqual(
      rows.map((row) => row.updated_at),
      [big],
    );
  });

  test(`${dialect}: rows with given ids do not stand in the way of later ones`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const user = {
      email: null,
      realname: '',
      password_hash: null,
      password_version: 1,
      created_at: 0,
      updated_at: 0,
    };
    const ids = await db.transaction(async (tx) => {
      await tx.builder
        .insertInto('user')
        .values({ ...user, id: 41, username: 'given', deleted_at: null })
        .execute();
      await raiseSequence(tx, 'user');
      const made = { ...user, username: 'made', deleted_at: null };
      return tx.builder.insertInto('user').values(made).returning('id').execute();
    });
    assert.deepEqual(
      ids.map((row) => row.id),
      [42],
    );
  });

  test(`${dialect}: the database's clock is the wall clock's, in milliseconds`, async () => {
    await using opened = await openTestDatabase(dialect);
    const before = Date.now();
    const now = await opened.db.now();
    assert.ok(Number.isInteger(now) && Math.abs(now - before) < 5000);
  });
}

for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test(`${dialect}: transactions that want each other's rows are run again until both are through`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    for (const name of ['x', 'y']) await db.transaction((tx) => tx.run(put, { name, value: '', at: 0 }));
    const both = (first: string, second: string) =>
      db.transaction(async (tx) => {
        await tx.run(put, { name: first, value: first + second, at: 1 });
        await delay(50);
        await tx.run(put, { name: second, value: first + second, at: 1 });
      });
    await Promise.all([both('x', 'y'), both('y', 'x')]);
    assert.equal(await read(db, 'x'), await read(db, 'y'));
  });

  test(`${dialect}: what must happen one at a time waits for the other instance`, async () => {
    await using opened = await openTestDatabase(dialect);
    const other = await opened.second();
    const order: string[] = [];
    const inTurn = (db: Database, name: string, ms: number) =>
      db.transaction(async (tx) => {
        await oneAtATime(tx, 'test');
        order.push(`${name} in`);
        await delay(ms);
        order.push(`${name} out`);
      });
    const first = inTurn(opened.db, 'a', 60);
    await delay(20);
    await Promise.all([first, inTurn(other, 'b', 0)]);
    assert.deepEqual(order, ['a in', 'a out', 'b in', 'b out']);
  });
}
