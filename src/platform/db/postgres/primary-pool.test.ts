import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { sql } from 'kysely';
import { AppError } from '../../../lib/errors.ts';
import { Secret } from '../../../lib/secret.ts';
import { dialects, openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { PrimaryPool } from './primary-pool.ts';
import { UnusableServer } from './unusable-server.ts';

/** A server that is connected to and never says anything. */
async function silentServer(): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The address of a test's database with other hosts before it. */
function behind(opened: TestDatabase, hosts: readonly string[], query = ''): Secret {
  const [, before = '', host = '', rest = ''] = /^(.*@)([^/]*)(.*)$/.exec(opened.url?.reveal() ?? '') ?? [];
  return new Secret(`${before}${[...hosts, host].join(',')}${rest}${query}`);
}

const options = 4;
const dead = '127.0.0.1:1';

test('a database of which no host answers is unavailable, with the reason', async () => {
  const pool = await PrimaryPool.open(new Secret(`postgres://u@${dead},${dead}/db`), options);
  await assert.rejects(pool.connect(), (error) => {
    assert.ok(error instanceof AppError && error.code === 'DATABASE_UNAVAILABLE');
    assert.match(String(error.cause), /ECONNREFUSED/);
    return true;
  });
  await pool.end();
});

for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test('PostgreSQL: hosts that refuse or keep silent are passed over, and not asked again', async () => {
    await using opened = await openTestDatabase(dialect);
    await using silent = await silentServer();
    const url = behind(opened, [dead, `127.0.0.1:${silent.port}`], '?connect_timeout=1');
    const pool = await PrimaryPool.open(url, options);
    (await pool.connect()).release(true);
    const startedAt = performance.now();
    for (let count = 0; count < 20; count++) (await pool.connect()).release(true);
    assert.ok(performance.now() - startedAt < 15_000, 'the silent host was waited for each time');
    await pool.end();
  });

  test('PostgreSQL: a server that takes no changes is refused', async () => {
    await using opened = await openTestDatabase(dialect);
    const name = new URL(opened.url?.reveal() ?? '').pathname.slice(1);
    const pool = await PrimaryPool.open(behind(opened, [dead]), options);
    const client = await pool.connect();
    await client.query(`alter database ${name} set default_transaction_read_only = on`);
    client.release(true);
    await assert.rejects(pool.connect(), (error) => {
      assert.ok(error instanceof AppError && error.cause instanceof UnusableServer);
      assert.equal(error.cause.reason, 'readOnly');
      return true;
    });
    await pool.end();
  });

  test('PostgreSQL: a transaction on a server that has become read-only runs again on a new connection, and no old one is used', async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const backendOf = async (
      queries: Parameters<Parameters<typeof db.transaction>[0]>[0],
    ): Promise<number> => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(queries.builder);
      return rows[0]?.pid ?? 0;
    };
    const before = await Promise.all([1, 2, 3].map(() => db.transaction(backendOf)));
    const tried: number[] = [];
    await db.transaction(async (tx) => {
      tried.push(await backendOf(tx));
      if (tried.length === 1) await sql`set transaction read only`.execute(tx.builder);
      await sql`create table t (a int)`.execute(tx.builder);
    });
    assert.equal(tried.length, 2);
    const after = await Promise.all([1, 2, 3].map(() => db.transaction(backendOf)));
    assert.deepEqual(
      [...after, tried[1]].filter((pid) => [...before, tried[0]].includes(pid)),
      [],
    );
  });

  test('PostgreSQL: no more connections are opened than were allowed', async () => {
    await using opened = await openTestDatabase(dialect);
    const db = await PostgresDatabase.open(opened.url ?? new Secret(''), { size: 3 });
    const counts = await Promise.all(
      Array.from({ length: 12 }, () =>
        db.transaction(async (tx) => {
          const { rows } = await sql<{
            pid: number;
          }>`select pg_backend_pid() as pid from pg_sleep(0.02)`.execute(tx.builder);
          return rows[0]?.pid;
        }),
      ),
    );
    assert.equal(new Set(counts).size, 3);
    await db[Symbol.asyncDispose]();
  });
}
