import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { ClientBase } from 'pg';
import { AppError } from '../../../lib/errors.ts';
import { dialects, openTestDatabase } from '../testing/test-database.ts';
import { commitDurably } from './commit-durably.ts';

/** Notes what it is asked, and answers as told. */
function clientThat(answer: (emitter: EventEmitter) => unknown): { client: ClientBase; asked: string[] } {
  const asked: string[] = [];
  const emitter = new EventEmitter();
  const query = (text: string): Promise<unknown> => {
    asked.push(text);
    return Promise.resolve(answer(emitter));
  };
  return { client: Object.assign(emitter, { query }) as unknown as ClientBase, asked };
}

test('a transaction that wrote nothing makes the standbys have what it has seen, one that wrote does so by itself', async () => {
  const { client, asked } = clientThat(() => [{ command: 'SELECT' }, { command: 'COMMIT' }]);
  await commitDurably(client, false);
  assert.match(asked[0] ?? '', /pg_logical_emit_message\(true.*synchronous_standby_names.*; commit$/s);
  await commitDurably(client, true);
  assert.deepEqual(asked.slice(1), ['commit']);
});

test('a commit with a warning is in doubt, one with a notice is not', async () => {
  const saying = (code: string) =>
    clientThat((emitter) => {
      emitter.emit('notice', {
        code,
        message: 'canceling wait for synchronous replication due to user request',
      });
      return { command: 'COMMIT' };
    }).client;
  await commitDurably(saying('00000'), true);
  for (const code of ['01000', '57P01'])
    await assert.rejects(commitDurably(saying(code), true), (error) => {
      assert.ok(error instanceof AppError && error.code === 'DATABASE_UNAVAILABLE');
      assert.match(String(error.cause), /in doubt.*canceling wait/);
      return true;
    });
});

for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test('PostgreSQL: what warns at its commit is not acknowledged', async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await db.transaction(async (tx) => {
      await sql`create table t (a int)`.execute(tx.builder);
      await sql`create function warn() returns trigger language plpgsql as 'begin raise warning ''late''; return null; end'`.execute(
        tx.builder,
      );
      await sql`create constraint trigger late after insert on t deferrable initially deferred
        for each row execute function warn()`.execute(tx.builder);
    });
    const warned = db.transaction((tx) => sql`insert into t values (1)`.execute(tx.builder));
    await assert.rejects(
      warned,
      (error) => error instanceof AppError && error.code === 'DATABASE_UNAVAILABLE',
    );
    await db.transaction((tx) => sql`select from t`.execute(tx.builder));
  });

  test('PostgreSQL: a transaction that went on behind a failed statement is not taken for committed', async () => {
    await using opened = await openTestDatabase(dialect);
    const swallowing = opened.db.transaction(async (tx) => {
      await sql`insert into setting values ('a', 'b', 0)`.execute(tx.builder);
      await assert.rejects(sql`select 1 / 0`.execute(tx.builder));
    });
    await assert.rejects(swallowing, /failed statement was to be committed/);
  });
}
