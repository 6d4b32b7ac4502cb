import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { StartProblem, type StartProblemCode } from '../../../lib/start-problem.ts';
import type { Database } from '../database.ts';
import { dialects, openTestDatabase } from '../testing/test-database.ts';
import { findMoveMark, markLeaving } from './move-mark.ts';
import { refuseMoved } from './refuse-moved.ts';

const mark = { moveId: 'm', storeId: 's', schema: 7, other: 'postgres://berth@db/berth' };

async function outcomeOf(db: Database): Promise<StartProblemCode | 'used'> {
  try {
    await refuseMoved(db, '/data');
    return 'used';
  } catch (error) {
    if (error instanceof StartProblem) return error.code;
    throw error;
  }
}

for (const dialect of dialects) {
  test(`${dialect}: a database that was moved away is not used any more`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    assert.equal(await outcomeOf(db), 'used');
    await db.transaction((tx) => markLeaving(tx, { ...mark, state: 'begun' }));
    await db.transaction((tx) => markLeaving(tx, { ...mark, state: 'moved' }));
    assert.equal(await outcomeOf(db), 'databaseMoved');
    assert.equal(await outcomeOf(db), 'databaseMoved', 'each time');
  });

  test(`${dialect}: a database that a move only began with is used, and forgets the move`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await db.transaction((tx) => markLeaving(tx, { ...mark, state: 'begun' }));
    assert.equal((await findMoveMark(db.reader))?.moveId, 'm');
    assert.equal(await outcomeOf(db), 'used');
    assert.equal(await findMoveMark(db.reader), undefined);
  });

  test(`${dialect}: a database that is not filled to its end is not used, and one that is, is`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const set = (state: string): Promise<unknown> =>
      db.transaction(async (tx) => {
        await sql`delete from database_move`.execute(tx.builder);
        await sql`insert into database_move values (1, 'm', ${state}, 's', 7, 'SQLite', '')`.execute(
          tx.builder,
        );
      });
    await set('coming');
    assert.equal(await outcomeOf(db), 'moveUnfinished');
    await set('arrived');
    assert.equal(await outcomeOf(db), 'used');
  });
}
