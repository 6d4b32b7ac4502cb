// Many who do nothing, and many who break off, cost nothing that stays.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf, seededBytes } from '../harness/image.ts';
import { RawConnection } from '../harness/raw-connection.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const linux = { skip: process.platform === 'linux' ? false : 'reads /proc' };
const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const repository = 'library/slow';
const blobBytes = 64 * 1024 * 1024;
const auth = `Authorization: Basic ${Buffer.from(`admin:${password}`).toString('base64')}\r\n`;

/** Descriptors of the server that stand for something like this. */
function descriptors(what: RegExp): number {
  const folder = `/proc/${server.pid}/fd`;
  return readdirSync(folder).filter((name) => {
    try {
      return what.test(readlinkSync(`${folder}/${name}`));
    } catch {
      // Closed since the folder was read.
      return false;
    }
  }).length;
}

function residentMib(): number {
  const pages = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
  return Number(pages) / 1024;
}

test('readers who break off are no errors, and leave no descriptor and no memory', linux, async () => {
  const digest = await client.pushBlob(repository, seededBytes('large', blobBytes), 'streamed');
  const path = `/v2/${repository}/blobs/${digest}`;
  const abort = async (): Promise<void> => {
    using connection = RawConnection.open(server.port);
    await connection.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n${auth}\r\n`).until(/200 OK[^]*\r\n\r\n/);
  };
  const round = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 20) await Promise.all(Array.from({ length: 20 }, abort));
  };
  await round(40);
  const before = residentMib();
  await round(200);
  // One may stay: the store keeps what was read last open for the next reader.
  await waitUntil('all descriptors closed', () => descriptors(new RegExp(digest.slice(7))) <= 1, 3000);
  await delay(500);
  assert.ok(residentMib() - before < 64, `${before} → ${residentMib()} MiB`);
  const lines = server.log.filter((line) => line['route'] === '/v2/<name>/blobs/<digest>');
  assert.ok(lines.length >= 240);
  for (const line of lines) {
    assert.equal(line['level'], 'info');
    assert.equal(line['aborted'], true);
  }
  await client.pullBlob(repository, seededBytes('large', blobBytes));
});

test('an upload that breaks off is no error, and keeps what came', linux, async () => {
  const bytes = seededBytes('broken off', 200_000);
  const location = await client.startUpload(repository);
  const before = descriptors(/socket:/);
  {
    using connection = RawConnection.open(server.port);
    const head = `PATCH ${location} HTTP/1.1\r\nHost: a\r\n${auth}Content-Length: ${bytes.length}\r\nX-Request-Id: broken-off\r\n`;
    connection.send(`${head}\r\n${bytes.subarray(0, 100_000).toString('latin1')}`);
    await delay(300);
  }
  const line = await server.logged((each) => each['request'] === 'broken-off');
  assert.deepEqual([line['level'], line['aborted']], ['info', true]);
  await waitUntil('what came', async () => (await client.get(location)).headers.range === '0-99999');
  assert.ok(descriptors(/socket:/) <= before);
  const put = await client.finishUpload(location, digestOf(bytes), bytes.subarray(100_000));
  expectStatus(put, 201);
});

test('two thousand connections that say nothing, or half a request, hold up nobody', linux, async () => {
  const before = residentMib();
  const idle: RawConnection[] = [];
  try {
    for (let at = 0; at < 2000; at++) {
      const connection = RawConnection.open(server.port);
      idle.push(connection);
      if (at % 2 === 0) connection.send('GET /livez HTTP/1.1\r\nHost: a\r\nX-Half');
      if (at % 100 === 0) await delay(5);
    }
    await waitUntil('all of them connected', () => descriptors(/socket:/) > 2000, 20_000);
    const started = performance.now();
    for (let at = 0; at < 20; at++) expectStatus(await client.get('/v2/'), 200);
    assert.ok(performance.now() - started < 5000);
    const grown = residentMib() - before;
    assert.ok(grown < 80, `${grown} MiB for 2000 connections`);
  } finally {
    for (const connection of idle) connection[Symbol.dispose]();
  }
  await waitUntil('all of them gone', () => descriptors(/socket:/) < 100);
  expectStatus(await client.get('/v2/'), 200);
});

test('nothing of it was our failure', () => {
  assert.deepEqual(
    server.log.filter((line) => line['level'] === 'error' || line['level'] === 'warn'),
    [],
  );
});
