import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { RecordedType } from '../../../lib/event-types.ts';
import { MasterKey } from '../../../platform/crypto/master-key.ts';
import type { Database } from '../../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../../platform/db/testing/test-database.ts';
import { append, systemActor } from '../../../platform/events/append.ts';
import { closePeriods } from '../periods/close-periods.ts';
import { verifyAuditLog } from '../periods/verify-audit-log.ts';
import { type Purge, type PurgeDeps, purgeAuditLog } from './purge-audit-log.ts';
import { defaultParameters, type PurgeParameters, purgeRuleOf } from './purge-parameters.ts';

const masterKey = MasterKey.parse(MasterKey.generate()) as MasterKey;
const never = new AbortController().signal;
const dayMs = 24 * 3_600_000;
const now = 1000 * dayMs;
const ignore = (): void => undefined;

async function open(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  const tamper = (statement: string) =>
    db.transaction((tx) => sql.raw(statement).execute(tx.builder), { durability: 'relaxed' });
  const write = (days: number, types: readonly RecordedType[]) =>
    db.transaction(async (tx) => {
      for (const type of types)
        await append(tx, {
          type,
          at: now - days * dayMs,
          actor: systemActor,
          projectId: 1,
          object: 'library/app',
        });
    });
  /** What was written since, closed as if it had been that many days ago. */
  const close = async (days: number) => {
    const then: Database = { ...asDatabase(db), now: () => Promise.resolve(now - days * dayMs + 300_000) };
    return closePeriods({ db: then, masterKey, log: { info: ignore } }, never);
  };
  const lines: string[] = [];
  const purge = (
    parameters: Partial<PurgeParameters> = {},
    more: Partial<Purge> = {},
    of: PurgeDeps['db'] = db,
  ) =>
    purgeAuditLog(
      { db: of, masterKey },
      {
        rule: purgeRuleOf({ ...defaultParameters, ...parameters }, { now, minDays: 30 }),
        upToId: Number.MAX_SAFE_INTEGER,
        dryRun: false,
        signal: never,
        onProgress: ignore,
        log: (line) => lines.push(line),
        ...more,
      },
    );
  const proof = async () => {
    const { rows, purgedRows, openRows, broken } = await verifyAuditLog(
      { db, masterKey },
      { onProgress: ignore, signal: never },
    );
    return { rows, purgedRows, openRows, broken: broken.map(({ fault, number }) => `${fault} ${number}`) };
  };
  const types = async () => {
    const rows = await db.reader.builder.selectFrom('event').select('type').orderBy('id').execute();
    return rows.map(({ type }) => type);
  };
  return { ...opened, tamper, write, close, purge, proof, types, lines };
}

/** The methods of the class as fields. */
function asDatabase(db: Database): Database {
  return {
    dialect: db.dialect,
    reader: db.reader,
    transaction: (...call) => db.transaction(...call),
    now: () => db.now(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A year and more: old rows of everything, pulls of two months, new ones. */
async function filled(dialect: (typeof dialects)[number]) {
  const world = await open(dialect);
  await world.write(500, ['project.created', 'blob.pushed', 'artifact.pushed', 'artifact.pulled']);
  await world.close(500);
  await world.write(60, ['artifact.pulled', 'tag.moved', 'artifact.pulled', 'artifact.pulled.refused']);
  await world.close(60);
  await world.write(5, ['artifact.pulled', 'tag.deleted']);
  await world.close(5);
  return world;
}

for (const dialect of dialects) {
  test(`pulls go after 30 days, the rest after 400, and all that is left is proved (${dialect})`, async () => {
    await using world = await filled(dialect);
    assert.deepEqual(await world.purge(), { rows: 6, periods: 2, broken: 0, waiting: 0 });
    assert.deepEqual(await world.types(), [
      'tag.moved',
      'artifact.pulled.refused',
      'artifact.pulled',
      'tag.deleted',
    ]);
    assert.deepEqual(await world.proof(), { rows: 4, purgedRows: 6, openRows: 0, broken: [] });
    assert.deepEqual(
      await world.purge(),
      { rows: 0, periods: 0, broken: 0, waiting: 0 },
      'safe to run twice',
    );
  });

  test(`a dry run counts what the run then removes, and changes nothing (${dialect})`, async () => {
    await using world = await filled(dialect);
    for (const parameters of [
      {},
      { eventTypes: 'pull_artifact' },
      { pullHours: undefined, retentionHours: 50 * 24 },
      { eventTypes: 'other,unknown' },
      { eventTypes: 'unknown' },
      { retentionHours: 0, pullHours: -1 },
    ]) {
      const before = await world.types();
      const counted = await world.purge(parameters, { dryRun: true });
      assert.deepEqual(await world.types(), before);
      assert.equal((await world.proof()).purgedRows, 10 - before.length);
      const removed = await world.purge(parameters);
      assert.deepEqual(counted, removed);
      assert.equal(before.length - (await world.types()).length, removed.rows);
    }
    assert.deepEqual((await world.proof()).broken, []);
  });

  for (const [what, statement, fault] of [
    ['a row that was removed beside the purge', `delete from event where type = 'tag.moved'`, 'rows 2'],
    ['a row that was changed', `update event set object = 'x' where type = 'tag.moved'`, 'rows 2'],
    [
      'a row put back where one was purged',
      `insert into event (id, type, at, actor, address, client, request_id, project_id, object, data)
       values (3, 'artifact.pushed', 1, 'user:1', '', '', '', 1, 'x', '{}')`,
      'rows 1',
    ],
    ['a note of a purge that was removed', `delete from audit_remainder where number = 2`, 'rows 2'],
    [
      'a note of a purge that was changed',
      `update audit_remainder set removed = 9 where number = 2`,
      'seal 2',
    ],
    [
      'a note that more is on its way out',
      `update audit_remainder set removing = '{"tag.moved":${now}}' where number = 2`,
      'seal 2',
    ],
  ] as const)
    test(`${what} is found behind a purge (${dialect})`, async () => {
      await using world = await filled(dialect);
      await world.purge();
      await world.tamper(statement);
      assert.deepEqual((await world.proof()).broken, [fault]);
    });

  test(`a period that is not what was closed is left as it is, so that nothing is covered up (${dialect})`, async () => {
    await using world = await filled(dialect);
    await world.tamper(`update event set object = 'x' where type = 'tag.moved'`);
    assert.deepEqual(await world.purge(), { rows: 4, periods: 1, broken: 1, waiting: 0 });
    assert.match(
      world.lines.join('\n'),
      /period 2, rows 5 to 8: nothing was removed, since its rows are not/,
    );
    assert.deepEqual((await world.proof()).broken, ['rows 2']);
  });

  test(`what ends in the middle is proved all the same, and goes on (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.write(
      500,
      Array.from({ length: 450 }, () => 'artifact.pushed' as const),
    );
    await world.write(5, ['tag.moved']);
    await world.close(5);
    const stop = new AbortController();
    let transactions = 0;
    // The first is the note, then 200 rows.
    const stopping: Database = {
      ...asDatabase(world.db),
      transaction: (...call) => {
        transactions += 1;
        if (transactions === 3) stop.abort(new Error('stopped'));
        return world.db.transaction(...call);
      },
    };
    await assert.rejects(world.purge({}, { signal: stop.signal }, stopping), /stopped/);
    assert.equal((await world.types()).length, 51);
    assert.deepEqual(await world.proof(), { rows: 1, purgedRows: 450, openRows: 0, broken: [] });
    assert.deepEqual(await world.purge({}, { dryRun: true }), {
      rows: 50,
      periods: 1,
      broken: 0,
      waiting: 0,
    });
    assert.deepEqual(await world.purge(), { rows: 50, periods: 1, broken: 0, waiting: 0 });
    assert.deepEqual(await world.proof(), { rows: 1, purgedRows: 450, openRows: 0, broken: [] });
    await world.tamper(
      `insert into event (id, type, at, actor, address, client, request_id, project_id, object, data)
       values (3, 'artifact.pushed', 1, 'user:1', '', '', '', 1, 'x', '{}')`,
    );
    assert.deepEqual((await world.proof()).broken, ['rows 1'], 'once all is gone nothing may come back');
  });

  test(`no transaction removes more than 200 rows, and others write in between (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.write(
      500,
      Array.from({ length: 1000 }, () => 'artifact.pushed' as const),
    );
    await world.close(500);
    let others = 0;
    let sizes: number[] = [];
    const watched: Database = {
      ...asDatabase(world.db),
      transaction: async (...call) => {
        const before = (await world.types()).length;
        const done = await world.db.transaction(...call);
        await world.write(1, ['tag.moved']);
        others += 1;
        sizes = [...sizes, before + 1 - (await world.types()).length];
        return done;
      },
    };
    await world.purge({}, {}, watched);
    assert.deepEqual(sizes, [0, 200, 200, 200, 200, 200, 0]);
    assert.equal((await world.types()).length, others);
  });

  test(`two at the same time remove each row once, and the log stays proved (${dialect})`, async () => {
    await using world = await open(dialect);
    for (let no = 0; no < 5; no += 1) {
      await world.write(
        500,
        Array.from({ length: 300 }, () => 'artifact.pulled' as const),
      );
      await world.write(
        100,
        Array.from({ length: 300 }, () => 'artifact.pulled' as const),
      );
      await world.write(5, ['tag.moved']);
      await world.close(5);
    }
    const other = dialect === 'postgres' ? await world.second() : world.db;
    await Promise.all([
      world.purge({ pullHours: 200 * 24 }),
      world.purge({}, {}, other),
      world.purge({ pullHours: 200 * 24 }, {}, other),
    ]);
    await world.purge();
    assert.deepEqual(await world.proof(), { rows: 5, purgedRows: 3000, openRows: 0, broken: [] });
  });

  for (const what of ['the first note', 'a later one'])
    test(`a purge that another one overtakes looks again, at ${what} (${dialect})`, async () => {
      await using world = await filled(dialect);
      // A note that says nothing but what is held.
      if (what === 'a later one') await world.purge({ eventTypes: 'delete_artifact' });
      let overtaken = false;
      const slow: Database = {
        ...asDatabase(world.db),
        transaction: async (...call) => {
          if (!overtaken) {
            overtaken = true;
            await world.purge({ eventTypes: 'pull_artifact' });
          }
          return world.db.transaction(...call);
        },
      };
      const { broken } = await world.purge({ eventTypes: 'create_artifact,other' }, {}, slow);
      assert.equal(broken, 0);
      assert.deepEqual(await world.proof(), { rows: 4, purgedRows: 6, openRows: 0, broken: [] });
    });

  test(`what was not closed, not sent on, or is still to be delivered stays (${dialect})`, async () => {
    await using world = await filled(dialect);
    await world.write(500, ['tag.moved']);
    await world.tamper(
      `insert into delivery (event_id, listener, state, attempts, next_at) values (2, 'hook', 'waiting', 0, 0)`,
    );
    assert.deepEqual(await world.purge({}, { upToId: 7 }), { rows: 0, periods: 0, broken: 0, waiting: 1 });
    assert.match(world.lines.join('\n'), /period 2 and what is behind it stay/);
    assert.deepEqual(await world.purge(), { rows: 2, periods: 1, broken: 0, waiting: 1 });
    await world.tamper(`update delivery set state = 'delivered'`);
    assert.deepEqual(await world.purge(), { rows: 4, periods: 1, broken: 0, waiting: 0 });
    assert.deepEqual(await world.proof(), { rows: 4, purgedRows: 6, openRows: 1, broken: [] });
  });

  test(`the last days stay whatever is asked for (${dialect})`, async () => {
    await using world = await filled(dialect);
    const rule = purgeRuleOf({ ...defaultParameters, retentionHours: 1, pullHours: 1 }, { now, minDays: 30 });
    assert.equal((await world.purge({}, { rule })).rows, 8);
    assert.deepEqual(await world.types(), ['artifact.pulled', 'tag.deleted']);
  });
}

test('which types a rule is about, by the names of the log', () => {
  const of = (eventTypes: string, pullHours?: number) => {
    const rule = purgeRuleOf(
      { retentionHours: 2400, eventTypes, pullHours, dryRun: false },
      { now, minDays: 7 },
    );
    return (type: string) => (now - (rule(type) ?? now)) / dayMs;
  };
  const artifacts = of('create_artifact, pull_artifact');
  assert.deepEqual(
    ['artifact.pushed', 'artifact.pushed.refused', 'artifact.pulled', 'artifact.deleted', 'tag.moved'].map(
      artifacts,
    ),
    [100, 100, 100, 0, 0],
  );
  const other = of('other');
  assert.deepEqual(
    [
      'artifact.pushed',
      'artifact.pulled',
      'tag.moved',
      'blob.pushed',
      'user.created',
      'of.another.version',
    ].map(other),
    [0, 0, 100, 100, 100, 100],
  );
  const apart = of('pull_artifact,other', 240);
  assert.deepEqual(['artifact.pulled', 'artifact.pulled.refused', 'tag.moved'].map(apart), [10, 100, 100]);
  assert.equal(of('')('tag.moved'), 0);
});
