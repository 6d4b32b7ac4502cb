import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { Secret } from '../../../lib/secret.ts';
import type { Logger } from '../../log/logger.ts';
import { dialects, openTestDatabase } from '../testing/test-database.ts';
import { PostgresDatabase } from './postgres-database.ts';

/** A way to the server that can be made to accept connections and say nothing on them. */
async function wayTo(url: string) {
  const { hostname, port } = new URL(url);
  const far = { host: hostname, port: Number(port || 5432) };
  const stalled: Socket[] = [];
  const joined = new Set<Socket>();
  const way = { stalls: false, stalled, onSent: (_text: string, _near: Socket): void => {} };
  const server = createServer((near) => {
    near.on('error', () => near.destroy());
    if (way.stalls) {
      stalled.push(near);
      return;
    }
    joined.add(near);
    const other = connect(far);
    other.on('error', () => near.destroy());
    other.on('close', () => near.destroy());
    near.on('close', () => other.destroy());
    other.pipe(near);
    near.on('data', (piece: Buffer) => {
      if (way.stalls) return;
      way.onSent(piece.toString('latin1'), near);
      if (!near.destroyed) other.write(piece);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const through = new URL(url);
  through.host = `127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  return Object.assign(way, {
    url: new Secret(through.href),
    async [Symbol.asyncDispose]() {
      for (const socket of [...joined, ...stalled]) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition() && tries < 3000; tries++) await delay(10);
  assert.ok(condition());
}

function listening(): { readonly log: Logger; readonly errors: unknown[] } {
  const errors: unknown[] = [];
  const note = (facts: object): void => {
    if ('error' in facts) errors.push(facts.error);
  };
  return { errors, log: { debug() {}, info() {}, warn() {}, error: note } };
}

for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test('PostgreSQL: a COMMIT that breaks is no sign of life of a server that answers nobody', async () => {
    await using opened = await openTestDatabase(dialect);
    await using way = await wayTo(opened.url?.reveal() ?? '');
    // Without a log nobody asks now and then how the schema is.
    await using db = await PostgresDatabase.open(way.url);
    way.onSent = (text, near) => {
      if (text.includes('commit')) near.destroy();
    };
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    let begun = 0;
    const commits = [first, second].map(({ promise }) =>
      assert.rejects(
        db.transaction(() => {
          begun += 1;
          return promise;
        }),
        { code: 'DATABASE_UNAVAILABLE' },
      ),
    );
    await until(() => begun === 2);
    way.stalls = true;
    first.resolve();
    await commits[0];
    // It asks by a connection of its own whether the server lives.
    await until(() => way.stalled.length > 0);
    second.resolve();
    await commits[1];
    for (const socket of way.stalled) socket.destroy();
    await until(() => db.awayMs > 0);
    way.stalls = false;
    await until(() => db.awayMs === 0);
  });

  test('PostgreSQL: what was asked of a host that fell silent is asked of the one that took its place', async () => {
    await using opened = await openTestDatabase(dialect);
    const own = new URL(opened.url?.reveal() ?? '');
    await using way = await wayTo(own.href);
    const near = new URL(way.url.reveal()).host;
    const both = new Secret(way.url.reveal().replace(near, `${near},${own.host}`));
    await using db = await PostgresDatabase.open(both);
    await db.now();
    way.stalls = true;
    const startedAt = performance.now();
    assert.ok((await db.now()) > 0);
    assert.ok(performance.now() - startedAt < 25_000, 'it was waited for as long as for a slow query');
  });

  test('PostgreSQL: the log has the reason for which an idle connection ended, and nothing of the connection', async () => {
    await using opened = await openTestDatabase(dialect);
    const { log, errors } = listening();
    await using db = await PostgresDatabase.open(opened.url ?? new Secret(''), { log });
    await db.now();
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(opened.db.reader.builder);
    await until(() => errors.length > 0);
    assert.match(String(errors[0]), /terminating connection/);
    assert.deepEqual(
      Object.keys(errors[0] as object).filter((key) => key === 'client'),
      [],
    );
  });
}
