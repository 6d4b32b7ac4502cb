// The audit log as a file: it holds what the list shows, however long it is, and costs no more memory for that.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { after, test } from 'node:test';
import { plantEvents } from '../harness/plant-events.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** More in a long run. */
const planted = Number(process.env['BERTH_TEST_AUDIT_ROWS'] ?? 100_000);
const mib = 1024 * 1024;

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await server.stop();
plantEvents(server.data, planted);
await server.restart();
const admin = server.client();
const address = '/api/berth/v1/audit/export';

function memoryBytes(): number {
  const [, kib] = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

async function begin(query: string): Promise<IncomingMessage> {
  const request = admin.begin('GET', `${address}?${query}`);
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

interface Taken {
  readonly lines: number;
  readonly mostBytes: number;
  readonly sizeBytes: number;
}

async function take(response: IncomingMessage): Promise<Taken> {
  let lines = 0;
  let mostBytes = 0;
  let sizeBytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    for (const byte of piece) if (byte === 10) lines += 1;
    sizeBytes += piece.length;
    mostBytes = Math.max(mostBytes, memoryBytes());
  }
  return { lines, mostBytes, sizeBytes };
}

test('exportAuditLog: every row is there once, in flat memory', async (t) => {
  // The first one warms everything up.
  await take(await begin('format=ndjson&q=username%3Dnobody'));
  await take(await begin('format=csv&actor=admin'));
  const before = memoryBytes();
  const response = await begin('format=ndjson&type=tag.moved');
  assert.equal(response.statusCode, 200);
  assert.equal(response.headers['content-type'], 'application/x-ndjson');
  assert.equal(response.headers['content-disposition'], 'attachment; filename="audit.ndjson"');
  const { lines, mostBytes, sizeBytes } = await take(response);
  assert.equal(lines, planted);
  const grown = (mostBytes - before) / mib;
  t.diagnostic(`${lines} rows, ${Math.round(sizeBytes / mib)} MiB, memory grew by ${Math.round(grown)} MiB`);
  assert.ok(grown < 100, `the memory grew by ${Math.round(grown)} MiB`);
});

test('exportAuditLog: CSV has a line for each row and one with the names', async () => {
  const response = await begin('format=csv&type=tag.moved&actor=admin');
  assert.equal(response.headers['content-type'], 'text/csv; charset=utf-8; header=present');
  assert.equal((await take(response)).lines, Math.floor(planted / 3) + 1);
});

test('exportAuditLog: its rows are those of the list', async () => {
  const q = 'q=resource%3D~v99&sort=-op_time';
  const listed = jsonOf<{ id: number }[]>(
    await admin.get(`/api/v2.0/auditlog-exts?${q}&page_size=100&page=1`),
  ).map(({ id }) => id);
  const exported = (await admin.get(`${address}?${q}`)).body
    .toString()
    .split('\n')
    .slice(0, 100)
    .map((line) => (JSON.parse(line) as { id: number }).id);
  assert.equal(listed.length, 100);
  assert.deepEqual(exported, listed);
});

test('countAuditEvents: no more than 10,000 are counted, and it says that there are more', async () => {
  const counted = jsonOf(await admin.get('/api/berth/v1/audit/count'));
  assert.deepEqual(counted, { total: 10_000, more: true });
});

test('exportAuditLog: a download that is given up ends at the server, too', async () => {
  for (let round = 0; round < 5; round += 1) {
    const response = await begin('format=ndjson');
    await once(response, 'readable');
    response.destroy();
  }
  const ended = await waitUntil('five lines of the log that tell of an end', () => {
    const lines = server.log.filter((line) => line['route'] === address && line['msg'] !== undefined);
    return lines.length >= 10 ? lines : undefined;
  });
  assert.ok(ended.length >= 10);
  const before = memoryBytes();
  const { lines } = await take(await begin('format=ndjson&type=tag.moved'));
  assert.equal(lines, planted);
  assert.ok(memoryBytes() - before < 100 * mib);
});

test('exportAuditLog: what is no filter is refused', async () => {
  for (const query of ['format=xml', 'sort=id', 'from=yesterday', 'type=x', 'q=op_time%3Dx'])
    assert.ok([400, 422].includes((await admin.get(`${address}?${query}`)).status), query);
  expectStatus(await server.client(null).get(address), 401);
  expectStatus(await admin.get(`${address}?format=csv`, { Accept: 'text/csv' }), 200);
  expectStatus(await admin.get(address, { Accept: 'image/png' }), 406);
});
