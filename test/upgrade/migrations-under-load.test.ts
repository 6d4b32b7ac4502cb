// A new server brings the schema up to date while another one serves: nobody waits for it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { Balancer } from '../harness/balancer.ts';
import { changedSource } from '../harness/changed-source.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { NotStarted } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase } from '../postgres/two-servers.ts';
import { plantedMigration } from './planted-migration.ts';
import { Traffic } from './traffic.ts';

/** Who is held up by the other transaction waits about as long as it takes. */
const longMs = 8000;
const heldUpMs = longMs * 0.75;

const planted = (...statements: readonly string[]) => ({
  env: changedSource([plantedMigration({ statements })]),
});

test('a step that takes long holds up neither pulls nor pushes', async (t) => {
  await using database = await SharedDatabase.create();
  const server = await database.start('a');
  using balancer = new Balancer([server.port]);
  const traffic = new Traffic(balancer);
  try {
    await traffic.goOn(5);
    traffic.takeSlowest();
    const begun = performance.now();
    const starting = database.start('b', planted(`select pg_sleep(${longMs / 1000})`));
    const early = await Promise.race([starting, traffic.goOn(5)]);
    assert.equal(early, undefined, 'the traffic goes on while the step runs');
    const newer = await starting;
    assert.ok(performance.now() - begun >= longMs);
    const slowest = traffic.takeSlowest();
    assert.ok(Math.max(slowest.pull, slowest.push) < heldUpMs, JSON.stringify(slowest));
    expectStatus(await newer.client().get('/readyz'), 200);
    t.diagnostic(`slowest answers beside a step of ${longMs} ms: ${JSON.stringify(slowest)}`);
  } finally {
    await traffic.stop();
  }
  assert.deepEqual(traffic.failures, []);
});

test('a step that waits for a table behind a long transaction lets everybody else pass', async (t) => {
  await using database = await SharedDatabase.create();
  const server = await database.start('a');
  using balancer = new Balancer([server.port]);
  const traffic = new Traffic(balancer);
  const backup = new pg.Client({ connectionString: database.url });
  await backup.connect();
  try {
    await traffic.goOn(5);
    await backup.query('begin isolation level repeatable read read only');
    for (const table of ['manifest', 'tag', 'blob', 'repository', '"grant"'])
      await backup.query(`select count(*) from ${table}`);
    traffic.takeSlowest();
    let ready = false;
    const starting = database.start('b', {
      ...planted(
        'alter table "grant" add column planted bigint',
        'alter table tag add column planted bigint',
        'create index planted on manifest (blob_id)',
      ),
      limitMs: 60_000,
    });
    const noted = starting.finally(() => {
      ready = true;
    });
    await waitUntil('the step waits', () => waiting(database), 30_000);
    const until = performance.now() + longMs;
    while (performance.now() < until) await traffic.goOn(2);
    const slowest = traffic.takeSlowest();
    assert.ok(Math.max(slowest.pull, slowest.push) < heldUpMs, JSON.stringify(slowest));
    assert.equal(ready, false, 'the step cannot be done while the transaction is open');
    await backup.query('commit');
    const newer = await noted;
    await newer.logged(({ msg }) => String(msg).startsWith('a step of the schema waits'));
    t.diagnostic(`slowest answers beside a step that waits: ${JSON.stringify(slowest)}`);
  } finally {
    await backup.end();
    await traffic.stop();
  }
  assert.deepEqual(traffic.failures, []);
});

/** Whether a statement that changes a table waits for others. */
async function waiting(database: SharedDatabase): Promise<boolean> {
  const found = await database.query(
    `select 1 from pg_stat_activity where datname = $1 and wait_event_type = 'Lock' and query like 'alter table%'`,
    [database.name],
  );
  return found.length > 0;
}

test('who asks a server that is starting is answered when it is ready', async () => {
  await using database = await SharedDatabase.create();
  const server = await database.start('a');
  const client = server.client();
  const { port } = server;
  await server.stop();
  const starting = database.start('b', {
    // Far less than the ten seconds for which it holds a request: the machine may be busy.
    ...planted('select pg_sleep(1)'),
    args: ['--listen', `127.0.0.1:${port}`],
  });
  const ready = await waitUntil('it listens', async () => {
    try {
      return await client.get('/readyz');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return undefined;
      throw error;
    }
  });
  expectStatus(ready, 503);
  expectStatus(await client.get('/v2/'), 200);
  await starting;
});

test('who asks a server that cannot start is told so', async () => {
  await using database = await SharedDatabase.create();
  const server = await database.start('a');
  const client = server.client();
  const { port } = server;
  await server.stop();
  const starting = database.start('b', {
    ...planted('select pg_sleep(4)', 'select 1 / 0'),
    args: ['--listen', `127.0.0.1:${port}`],
  });
  const failed = assert.rejects(starting, NotStarted);
  await waitUntil('it listens', () =>
    client.get('/readyz').then(
      () => true,
      () => false,
    ),
  );
  expectStatus(await client.get('/v2/'), 503);
  await failed;
});
