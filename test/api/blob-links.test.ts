import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { digestOf, seededBytes } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

/** Runs on the stopped server's database. */
function query(server: BerthServer, sql: string): unknown {
  using db = new DatabaseSync(join(server.data, 'berth.db'));
  const row = db.prepare(sql).get() as { at?: unknown } | undefined;
  return row?.at;
}

test('HEAD of a blob renews an old link, and GET renews none', async () => {
  await using server = await BerthServer.start();
  const bytes = seededBytes('link', 2000);
  const path = `/v2/library/app/blobs/${digestOf(bytes)}`;
  await server.client().pushBlob('library/app', bytes);
  for (const [method, renewed] of [
    ['GET', false],
    ['HEAD', true],
  ] as const) {
    await server.stop();
    query(server, 'update blob_link set touched_at = 0 returning touched_at as at');
    await server.restart();
    expectStatus(await server.client().call(method, path), 200);
    await server.stop();
    assert.equal(Number(query(server, 'select touched_at as at from blob_link')) > 0, renewed, method);
    await server.restart();
  }
});
