import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { insertProject } from '../projects/project-writes.ts';
import { silentLog } from '../testing/parts.ts';
import { insertUser } from '../users/user-writes.ts';
import { type Refusal, RefusalLog, type RefusalLogDeps } from './refusal-log.ts';

const actor = { principal: 'user:3', address: '192.0.2.1', client: 'c', requestId: 'r' };
const denied: Refusal = {
  type: 'project.deleted',
  actor,
  project: 'none',
  object: 'none',
  code: 'DENIED',
  status: 403,
  message: 'no',
};
const failed = (name: string, address: string): Refusal => ({
  ...denied,
  type: 'session.opened',
  actor: { ...actor, principal: `name:${name}`, address },
  project: undefined,
  object: name,
  code: 'UNAUTHORIZED',
});

const nameOf = (tried: string): Promise<string> => Promise.resolve(tried === 'admin' ? tried : 'unknown');

async function rowsOf(db: Database): Promise<string[]> {
  const rows = await db.reader.builder
    .selectFrom('event')
    .select(['type', 'actor', 'object', 'data'])
    .orderBy('id')
    .execute();
  return rows.map(({ type, actor: who, object, data }) => {
    const { count } = JSON.parse(data) as { count: number };
    return `${type} ${who} ${object} ${count}`;
  });
}

for (const dialect of dialects) {
  test(`what repeats within a minute is one row, whose number grows; the next minute begins another (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    let now = 60_000;
    const at: RefusalLogDeps['db'] = {
      now: () => Promise.resolve(now),
      transaction: (...of) => db.transaction(...of),
    };
    await using log = new RefusalLog({ db: at, log: silentLog, nameOf });
    log.add(denied);
    await log.flush();
    log.add(denied);
    log.add({ ...denied, actor: { ...actor, requestId: 'other' } });
    await log.flush();
    assert.deepEqual(await rowsOf(db), ['project.deleted.refused user:3 none 3']);
    log.add({ ...denied, code: 'NOT_FOUND' });
    now = 120_000;
    await log.flush();
    log.add(denied);
    await log.flush();
    assert.deepEqual(await rowsOf(db), [
      'project.deleted.refused user:3 none 3',
      'project.deleted.refused user:3 none 1',
      'project.deleted.refused user:3 none 1',
    ]);
  });

  test(`a flood makes few rows: what is beyond the limits is counted, and crowds nobody else out (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await using log = new RefusalLog({ db, log: silentLog, nameOf, limits: { ofSource: 2, ofAll: 5 } });
    // One host of IPv6 has many addresses.
    for (let no = 0; no < 100; no += 1) log.add(failed(`guess-${no}`, `2001:db8::${no.toString(16)}`));
    for (let no = 0; no < 100; no += 1) log.add(failed('admin', `198.51.100.${no}`));
    log.add(denied);
    await log.flush();
    assert.deepEqual(await rowsOf(db), [
      'session.opened.refused name:unknown unknown 1',
      'session.opened.refused name:unknown unknown 1',
      'session.opened.refused anonymous many 98',
      'session.opened.refused name:admin admin 1',
      'session.opened.refused name:admin admin 1',
      'session.opened.refused name:admin admin 1',
      'session.opened.refused anonymous many 97',
      'project.deleted.refused user:3 none 1',
    ]);
  });

  test(`pulls of what is unknown are of a project that is there, or leave no row (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await db.transaction(async (tx) => {
      await insertUser(tx, { id: 1, username: 'admin', passwordHash: null, now: 0, deletedAt: null });
      await insertProject(tx, { id: 7, name: 'secret', ownerId: 1, public: false, now: 0 });
    });
    await using log = new RefusalLog({ db, log: silentLog, nameOf, limits: { ofSource: 3, ofAll: 9 } });
    const unknown = {
      ...denied,
      type: 'artifact.pulled',
      code: 'NAME_UNKNOWN',
      onlyIfProjectExists: true,
    } as const satisfies Refusal;
    for (const project of ['none', 'secret', 'secret'])
      log.add({ ...unknown, project, object: `${project}/app:v1` });
    await log.flush();
    log.add({ ...unknown, object: 'none/app:v1' });
    await log.flush();
    assert.deepEqual(await rowsOf(db), ['artifact.pulled.refused user:3 secret/app:v1 2']);
    // Beyond the limit they are counted like all others, in one row.
    for (let no = 0; no < 50; no += 1) log.add({ ...unknown, object: `none/app:v${no}` });
    await log.flush();
    assert.deepEqual((await rowsOf(db)).slice(1), ['artifact.pulled.refused user:3 many 48']);
  });

  test(`while the database is away refusals wait, and none is lost (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    let away = true;
    const broken: RefusalLogDeps['db'] = {
      now: () => (away ? Promise.reject(new Error('away')) : db.now()),
      transaction: (...of) => db.transaction(...of),
    };
    await using log = new RefusalLog({ db: broken, log: silentLog, nameOf });
    log.add(denied);
    await log.flush();
    log.add(denied);
    away = false;
    await log.flush();
    assert.deepEqual(await rowsOf(db), ['project.deleted.refused user:3 none 2']);
  });

  test(`what comes again long after its row was written is a row of its own (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    let now: number | undefined = 60_000;
    const at: RefusalLogDeps['db'] = {
      now: () => (now === undefined ? Promise.reject(new Error('away')) : Promise.resolve(now)),
      transaction: (...of) => db.transaction(...of),
    };
    await using log = new RefusalLog({ db: at, log: silentLog, nameOf });
    log.add(denied);
    await log.flush();
    now = undefined;
    for (let no = 0; no < 2; no += 1) log.add(denied);
    await log.flush();
    now = 600_000;
    await log.flush();
    assert.deepEqual(await rowsOf(db), [
      'project.deleted.refused user:3 none 1',
      'project.deleted.refused user:3 none 2',
    ]);
  });

  test(`after a time without the database nobody is held to rows from before (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    let now = 60_000;
    const at: RefusalLogDeps['db'] = {
      now: () => Promise.resolve(now),
      transaction: (...of) => db.transaction(...of),
    };
    const limits = { ofSource: 2, ofAll: 5 };
    await using log = new RefusalLog({ db: at, log: silentLog, nameOf, limits });
    for (const object of ['one', 'two']) log.add({ ...denied, object });
    await log.flush();
    now = 600_000;
    await log.flush();
    for (const object of ['three', 'four', 'five']) log.add({ ...denied, object });
    await log.flush();
    assert.deepEqual((await rowsOf(db)).slice(2), [
      'project.deleted.refused user:3 three 1',
      'project.deleted.refused user:3 four 1',
      'project.deleted.refused user:3 many 1',
    ]);
  });
}
