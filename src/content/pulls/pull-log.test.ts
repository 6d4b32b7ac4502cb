import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { type LoggedPull, PullLog, type PullLogDeps } from './pull-log.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const nobody = { has: () => false, refresh: () => Promise.resolve() };
const pull: LoggedPull = {
  actor: { principal: 'anonymous', address: '192.0.2.1', client: 'c', requestId: 'r' },
  projectId: 1,
  repositoryName: 'library/app',
  digest: 'sha256:1',
  tag: 'v1',
};

async function rowsOf(db: Database): Promise<string[]> {
  const rows = await db.reader.builder
    .selectFrom('event')
    .select(['actor', 'object', 'data'])
    .orderBy('id')
    .execute();
  return rows.map(({ actor, object, data }) => `${actor} ${object} ${data}`);
}

for (const dialect of dialects) {
  test(`a row for each client, artifact and tag, with its number; the next round begins anew (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    let off = false;
    await using log = new PullLog({ db, log: silent, wishes: nobody, off: () => off });
    for (let no = 0; no < 1000; no += 1) log.add(pull);
    log.add({ ...pull, tag: undefined });
    log.add({ ...pull, actor: { ...pull.actor, principal: 'user:3' } });
    await log.flush();
    log.add(pull);
    off = true;
    log.add({ ...pull, tag: 'unlogged' });
    await log.flush();
    assert.deepEqual(await rowsOf(db), [
      'anonymous library/app@sha256:1 {"tag":"v1","count":1000}',
      'anonymous library/app@sha256:1 {"tag":null,"count":1}',
      'user:3 library/app@sha256:1 {"tag":"v1","count":1}',
      'anonymous library/app@sha256:1 {"tag":"v1","count":1}',
    ]);
  });

  test(`pulls that the log leaves out are written for a webhook alone, in no index (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    let wished = false;
    const wishes = {
      has: (projectId: number) => wished && projectId === 1,
      refresh: () => {
        wished = true;
        return Promise.resolve();
      },
    };
    await using log = new PullLog({ db, log: silent, wishes, off: () => true });
    log.add({ ...pull, tag: 'too-early' });
    await log.flush();
    log.add(pull);
    log.add({ ...pull, projectId: 2 });
    await log.flush();
    const rows = await db.reader.builder
      .selectFrom('event')
      .select(['project_id', 'data', 'hidden'])
      .execute();
    assert.deepEqual(
      rows.map(({ project_id: project, data, hidden }) => [project, data, hidden]),
      [[1, '{"tag":"v1","count":1}', 2]],
    );
  });

  test(`beyond what is remembered pulls are only counted, and none waits for an outage (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    let away = true;
    const broken: PullLogDeps['db'] = {
      now: () => db.now(),
      transaction: (...of) => (away ? Promise.reject(new Error('away')) : db.transaction(...of)),
    };
    await using log = new PullLog({
      db: broken,
      log: silent,
      wishes: nobody,
      off: () => false,
      maxRemembered: 2,
    });
    for (const tag of ['a', 'b', 'c', 'd']) log.add({ ...pull, tag });
    await log.flush();
    log.add({ ...pull, tag: 'a' });
    away = false;
    await log.flush();
    assert.deepEqual((await rowsOf(db)).toSorted(), [
      'anonymous library/app@sha256:1 {"tag":"a","count":2}',
      'anonymous library/app@sha256:1 {"tag":"b","count":1}',
      'anonymous many {"count":2}',
    ]);
  });
}
