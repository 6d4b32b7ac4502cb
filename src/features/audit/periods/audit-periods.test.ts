import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import { MasterKey } from '../../../platform/crypto/master-key.ts';
import type { Database } from '../../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../../platform/db/testing/test-database.ts';
import { append, systemActor } from '../../../platform/events/append.ts';
import { settledEventId } from '../../../platform/events/settled-reads.ts';
import { closePeriods } from './close-periods.ts';
import { LostPeriods } from './period-store.ts';
import { type AuditCheck, verifyAuditLog } from './verify-audit-log.ts';

const masterKey = MasterKey.parse(MasterKey.generate()) as MasterKey;
const never = new AbortController().signal;
const quiet = { info() {} };

async function open(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  const write = (count: number, at = 1) =>
    db.transaction(async (tx) => {
      for (let no = 0; no < count; no += 1)
        await append(tx, {
          type: 'tag.moved',
          at: at + no,
          actor: { ...systemActor, principal: 'user:1', client: 'docker' },
          projectId: no % 2 === 0 ? 1 : null,
          object: `library/app:v${no}`,
          data: { previous: null, digest: 'x' },
        });
    });
  const close = (limit = 5, of: Database = db) =>
    closePeriods({ db: of, masterKey, log: quiet }, never, limit);
  const verify = (more: Partial<AuditCheck> = {}, key = masterKey) =>
    verifyAuditLog({ db, masterKey: key }, { onProgress() {}, signal: never, ...more });
  const faults = async (more: Partial<AuditCheck> = {}, key = masterKey) =>
    (await verify(more, key)).broken.map(({ fault, number }) => `${fault} ${number}`);
  const tamper = (statement: string) =>
    db.transaction((tx) => sql.raw(statement).execute(tx.builder), { durability: 'relaxed' });
  return { ...opened, write, close, verify, faults, tamper };
}

for (const dialect of dialects) {
  test(`a log that nobody touched is proved, period by period (${dialect})`, async () => {
    await using world = await open(dialect);
    assert.deepEqual(await world.verify(), {
      periods: 0,
      rows: 0,
      purgedRows: 0,
      openRows: 0,
      last: undefined,
      brokenCount: 0,
      broken: [],
    });
    await world.write(12);
    assert.equal(await world.close(), 3);
    assert.equal(await world.close(), 0, 'nothing new: nothing is closed');
    await world.write(1, 50);
    const { periods, rows, openRows, last, broken } = await world.verify();
    assert.deepEqual([periods, rows, openRows, last?.toId, broken], [3, 12, 1, 12, []]);
    assert.equal(await world.close(), 1);
    const after = await world.verify({ known: { number: 3, hash: last?.hash ?? '' } });
    assert.deepEqual([after.periods, after.rows, after.openRows, after.brokenCount], [4, 13, 0, 0]);
  });

  for (const [what, statement, expected] of [
    ['a changed object', `update event set object = 'x' where id = 7`, ['rows 2']],
    ['a changed time', `update event set at = at + 1 where id = 3`, ['rows 1']],
    ['changed data', `update event set data = '{}' where id = 12`, ['rows 3']],
    ['a row that was hidden', `update event set hidden = 1 where id = 7`, ['rows 2']],
    ['another project', `update event set project_id = 2 where id = 2`, ['rows 1']],
    ['a removed row', `delete from event where id = 5`, ['rows 1']],
    ['a removed row at the end', `delete from event where id = 12`, ['rows 3']],
    ['a period without rows', `delete from event where id between 6 and 10`, ['rows 2']],
    [
      'an added row',
      `insert into event (id, type, at, actor, address, client, request_id, project_id, object, data)
       values (-1, 'tag.moved', 1, 'user:1', '', '', '', 1, 'x', '{}')`,
      ['rows 1'],
    ],
    [
      'two rows in each other’s place',
      `update event set object = case id when 1 then 'library/app:v1' else 'library/app:v0' end where id in (1, 2)`,
      ['rows 1'],
    ],
    [
      'rows moved to other ids',
      `update event set id = case id when 6 then 100 else id end where id = 6`,
      ['rows 2'],
    ],
    ['a period removed at the end', `delete from audit_period where number = 3`, ['end 3']],
    ['a period removed in the middle', `delete from audit_period where number = 2`, ['gap 3']],
    ['a period removed at the start', `delete from audit_period where number = 1`, ['gap 2']],
    ['all periods removed', `delete from audit_period`, ['end 3']],
    ['the head removed', `delete from audit_head`, ['end 3']],
    ['the head moved back', `update audit_head set number = 2`, ['end 2']],
    [
      'a period with another hash',
      `update audit_period set hash = 'x' where number = 2`,
      ['seal 2', 'rows 3'],
    ],
    ['a period with less rows', `update audit_period set rows = 4 where number = 1`, ['seal 1']],
    ['a period closed at another time', `update audit_period set closed_at = 1 where number = 3`, ['seal 3']],
    [
      'a period that ends earlier',
      `update audit_period set to_id = 9, rows = 4 where number = 2`,
      ['seal 2', 'gap 3'],
    ],
  ] as const)
    test(`${what} is found, and where (${dialect})`, async () => {
      await using world = await open(dialect);
      await world.write(12);
      await world.close();
      await world.tamper(statement);
      assert.deepEqual(await world.faults(), expected);
    });

  test(`a refusal that may come again is not closed, nor what is behind it; later it is (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.write(2);
    const now = await world.db.now();
    await world.db.transaction(async (tx) => {
      const event = { at: now, actor: systemActor, projectId: 1, object: 'library' };
      await append(tx, { ...event, type: 'project.deleted.refused', data: { count: 1 } });
    });
    await world.write(1);
    assert.equal(await world.close(), 1);
    const before = await world.verify();
    assert.deepEqual([before.rows, before.openRows], [2, 2]);
    await world.tamper(`update event set data = '{"count":2}', at = at - 180000 where id = 3`);
    assert.equal(await world.close(), 1);
    const after = await world.verify();
    assert.deepEqual([after.rows, after.openRows, after.broken], [4, 0, []]);
  });

  test(`a row added between the ids of others is found (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.write(3);
    await world.tamper(`update event set id = 9 where id = 3`);
    await world.write(1);
    const settled = (await settledEventId(world.db)) ?? 0;
    await world.tamper(`delete from event where id = 9`);
    await world.close();
    assert.deepEqual(await world.faults(), []);
    await world.tamper(
      `insert into event (id, type, at, actor, address, client, request_id, project_id, object, data)
       values (${settled - 1}, 'tag.moved', 1, 'user:1', '', '', '', 1, 'x', '{}')`,
    );
    assert.deepEqual(await world.faults(), ['rows 1']);
  });

  test(`with another master key no period is proved (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.write(6);
    await world.close();
    const other = MasterKey.parse(MasterKey.generate()) as MasterKey;
    assert.deepEqual(await world.faults({}, other), ['seal 1', 'seal 2', 'end 2']);
  });

  test(`a chain that was made anew is told from the one that is known (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.write(6);
    await world.close();
    const { last } = await world.verify();
    const known = { number: last?.number ?? 0, hash: last?.hash ?? '' };
    assert.deepEqual(await world.faults({ known }), []);
    for (const statement of [
      `delete from audit_period`,
      `delete from audit_head`,
      `update event set object = 'x'`,
    ])
      await world.tamper(statement);
    assert.deepEqual(await world.faults(), []);
    assert.deepEqual(await world.faults({ known }), ['known 2']);
    await world.close();
    assert.deepEqual(await world.faults(), []);
    assert.deepEqual(await world.faults({ known }), ['known 2']);
  });

  test(`nothing is closed behind periods that were removed (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.write(12);
    await world.close();
    await world.tamper(`delete from audit_period where number = 3`);
    await assert.rejects(world.close(), LostPeriods);
    await world.write(9);
    await assert.rejects(world.close(), LostPeriods);
    assert.deepEqual(await world.faults(), ['end 3']);
  });

  test(`several instances close each period once (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.write(40);
    const other = dialect === 'postgres' ? await world.second() : undefined;
    const counts = await Promise.all([
      world.close(3),
      world.close(3, other ?? world.db),
      world.close(3),
      world.close(3, other ?? world.db),
    ]);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      14,
    );
    const { periods, rows, brokenCount } = await world.verify();
    assert.deepEqual([periods, rows, brokenCount], [14, 40, 0]);
  });

  test(`no row comes later into what was closed, whatever writes meanwhile (${dialect})`, async () => {
    await using world = await open(dialect);
    const other = dialect === 'postgres' ? await world.second() : undefined;
    let writing = true;
    const writers = Promise.all(
      [world.db, other ?? world.db, world.db, other ?? world.db].map(async (db) => {
        for (let no = 0; no < 40; no += 1)
          await db.transaction(async (tx) => {
            const event = {
              type: 'tag.moved',
              at: no,
              actor: systemActor,
              projectId: 1,
              object: 'a',
            } as const;
            await append(tx, event);
            // The id is given, and others go by.
            if (dialect === 'postgres') await sql`select pg_sleep(0.01)`.execute(tx.builder);
            await append(tx, event);
          });
      }),
    ).finally(() => {
      writing = false;
    });
    while (writing) {
      await world.close(7);
      await turn();
    }
    await writers;
    await world.close(7);
    const { rows, openRows, broken } = await world.verify();
    assert.deepEqual([rows, openRows, broken], [320, 0, []]);
  });
}

test('an id counts only when nobody holds a lower one any more (postgres)', {
  skip: dialects.includes('postgres') ? false : 'needs PostgreSQL',
}, async () => {
  await using world = await open('postgres');
  const other = await world.second();
  const held = Promise.withResolvers<undefined>();
  const slow = other.transaction(async (tx) => {
    await append(tx, { type: 'tag.moved', at: 1, actor: systemActor, projectId: 1, object: 'slow' });
    held.resolve(undefined);
    await sql`select pg_sleep(0.5)`.execute(tx.builder);
  });
  await held.promise;
  await world.write(1);
  assert.equal(await settledEventId(world.db, { patienceMs: 50 }), undefined);
  assert.equal(await settledEventId(world.db), 2);
  await slow;
});
