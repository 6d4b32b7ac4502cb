import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListCondition } from '../../lib/list-condition.ts';
import { listOrder, listWhere } from './list-where.ts';
import { dialects, openTestDatabase } from './testing/test-database.ts';

const places = { name: 'user.username', id: 'user.id', at: 'user.created_at' } as const;
type Column = keyof typeof places;

const names = ['Ab_c', 'abxc', 'a%c', String.raw`a\c`, "a'c"];

for (const dialect of dialects) {
  test(`conditions of a list choose its rows, and their values are never read as SQL (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await db.transaction(async (tx) => {
      for (const [index, username] of names.entries())
        await tx.builder
          .insertInto('user')
          .values({
            id: index + 10,
            username,
            email: null,
            realname: '',
            password_hash: null,
            password_version: 1,
            created_at: index * 100,
            updated_at: 0,
            deleted_at: null,
          })
          .execute();
    });
    const find = async (...conditions: ListCondition<Column>[]): Promise<string[]> => {
      const rows = await db.reader.builder
        .selectFrom('user')
        .select('username')
        .where('user.id', '>=', 10)
        .where(listWhere(conditions, places, dialect))
        .orderBy(
          listOrder([{ key: 'at', descending: true }], places, { place: 'user.id', descending: false }),
        )
        .execute();
      return rows.map(({ username }) => username);
    };
    const backwards = names.toReversed();
    assert.deepEqual(await find(), backwards);
    assert.deepEqual(await find({ column: 'name', is: 'containing', text: 'B_' }), ['Ab_c']);
    assert.deepEqual(await find({ column: 'name', is: 'containing', text: '%' }), ['a%c']);
    assert.deepEqual(await find({ column: 'name', is: 'containing', text: '\\' }), [String.raw`a\c`]);
    assert.deepEqual(await find({ column: 'name', is: 'containing', text: "'" }), ["a'c"]);
    assert.deepEqual(await find({ column: 'name', is: 'containing', text: 'x'.repeat(60_000) }), []);
    assert.deepEqual(await find({ column: 'name', is: 'equal', value: "' or 1=1 --" }), []);
    assert.deepEqual(
      await find({ column: 'at', is: 'from', value: 100 }, { column: 'at', is: 'below', value: 300 }),
      ['a%c', 'abxc'],
    );
    assert.deepEqual(await find({ column: 'at', is: 'to', value: 0 }), ['Ab_c']);
    assert.deepEqual(await find({ column: 'at', is: 'above', value: 300 }), ["a'c"]);
    assert.deepEqual(await find({ column: 'id', is: 'one of', values: [10, 12, 99], type: 'integer' }), [
      'a%c',
      'Ab_c',
    ]);
    assert.deepEqual(await find({ column: 'name', is: 'one of', values: ['abxc', "a'c"], type: 'text' }), [
      "a'c",
      'abxc',
    ]);
  });
}
