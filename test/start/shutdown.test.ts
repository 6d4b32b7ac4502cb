// How the server ends: told once it finishes what was begun, told twice it ends at once, and never loses what
// it acknowledged.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf, imageOf, seededBytes } from '../harness/image.ts';
import { answerTo, expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const image = imageOf({ seed: 'shutdown', layers: [1000, 100_000] });

async function refused(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return false;
  } catch {
    // Refused, as it should be.
    return true;
  } finally {
    socket.destroy();
  }
}

describe('shutdown', { concurrency: 3 }, () => {
  test('while it drains it is not ready but still serves, and then it ends with 0', async () => {
    await using server = await BerthServer.start({ env: { BERTH_DRAIN_DELAY: '2' } });
    const client = server.client();
    await client.pushImage('hello', '1', image);
    expectStatus(await client.get('/readyz'), 200);
    const toldAt = performance.now();
    server.signal('SIGTERM');
    await waitUntil('not ready', async () => (await client.get('/readyz')).status === 503);
    expectStatus(await client.get('/livez'), 200);
    await client.pullImage('hello', '1', image);
    await client.pushImage('hello', '2', imageOf({ seed: 'while draining' }));
    const last = await client.get('/v2/hello/tags/list');
    expectStatus(last, 200);
    assert.equal(last.headers.connection, 'close');
    const { code, signal } = await server.ended;
    assert.deepEqual([code, signal], [0, null]);
    const seconds = (performance.now() - toldAt) / 1000;
    assert.ok(seconds > 1.9 && seconds < 6, `${seconds} s`);
    await server.restart();
    await client.pullImage('hello', '1', image);
    await client.pullImage('hello', '2', imageOf({ seed: 'while draining' }));
  });

  test('an upload in progress is finished, also beyond the time of draining', async () => {
    await using server = await BerthServer.start();
    const client = server.client();
    const bytes = seededBytes('in progress', 2_000_000);
    const location = await client.startUpload('hello');
    const started = client.begin('PUT', `${location}?digest=${digestOf(bytes)}`, {
      'Content-Length': `${bytes.length}`,
    });
    const answer = answerTo(started);
    started.write(bytes.subarray(0, 1_000_000));
    await delay(200);
    server.signal('SIGTERM');
    await waitUntil('no new connections', () => refused(server.port));
    await delay(300);
    started.end(bytes.subarray(1_000_000));
    expectStatus(await answer, 201);
    const { code } = await server.ended;
    assert.equal(code, 0);
    await server.restart();
    await client.pullBlob('hello', bytes);
  });

  test('a download in progress is finished', async () => {
    await using server = await BerthServer.start();
    const client = server.client();
    const bytes = seededBytes('download', 20_000_000);
    await client.pushBlob('hello', bytes);
    const started = client.begin('GET', `/v2/hello/blobs/${digestOf(bytes)}`);
    started.end();
    const [response] = (await once(started, 'response')) as [IncomingMessage];
    server.signal('SIGTERM');
    await waitUntil('no new connections', () => refused(server.port));
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    assert.ok(Buffer.concat(pieces).equals(bytes));
    assert.equal((await server.ended).code, 0);
  });

  test('connections that only wait hold nothing up', async () => {
    await using server = await BerthServer.start();
    const client = server.client();
    expectStatus(await client.get('/livez'), 200);
    const toldAt = performance.now();
    server.signal('SIGTERM');
    assert.equal((await server.ended).code, 0);
    assert.ok(performance.now() - toldAt < 3000);
  });

  test('a connection on which nothing was ever asked holds nothing up', async () => {
    await using server = await BerthServer.start();
    const silent = connect({ host: '127.0.0.1', port: server.port });
    await once(silent, 'connect');
    silent.on('error', () => undefined);
    await delay(100);
    const toldAt = performance.now();
    server.signal('SIGTERM');
    const ended = await Promise.race([server.ended, delay(8000, undefined, { ref: false })]);
    silent.destroy();
    assert.ok(ended !== undefined, 'the server waits for a client that says nothing');
    assert.equal(ended.code, 0);
    assert.ok(performance.now() - toldAt < 8000);
  });

  for (const [first, second, code] of [
    ['SIGTERM', 'SIGTERM', 143],
    ['SIGINT', 'SIGINT', 130],
  ] as const) {
    test(`a second ${second} ends it at once, and what was acknowledged stays`, async () => {
      await using server = await BerthServer.start({ env: { BERTH_DRAIN_DELAY: '60' } });
      const client = server.client();
      await client.pushImage('hello', '1', image);
      const location = await client.startUpload('hello');
      const started = client.begin('PATCH', location);
      const broken = answerTo(started).catch((error: unknown) => error);
      started.write(seededBytes('unfinished', 500_000));
      await delay(100);
      // Only SIGTERM, which comes from a service manager, leaves time to go on asking.
      if (first === 'SIGINT') await client.pushImage('hello', '2', imageOf({ seed: 'last moment' }));
      server.signal(first);
      await delay(700);
      if (first === 'SIGTERM') await client.pushImage('hello', '2', imageOf({ seed: 'last moment' }));
      const toldAt = performance.now();
      server.signal(second);
      const outcome = await server.ended;
      assert.equal(outcome.code, code);
      assert.ok(performance.now() - toldAt < 2000);
      assert.ok((await broken) instanceof Error);
      await server.restart();
      await client.pullImage('hello', '1', image);
      await client.pullImage('hello', '2', imageOf({ seed: 'last moment' }));
      const status = await client.get(location);
      assert.ok(status.status === 204 || status.status === 404, String(status.status));
    });
  }

  test('the same signal twice within a moment is one, as a terminal and npm send it', async () => {
    await using server = await BerthServer.start({ env: { BERTH_DRAIN_DELAY: '1' } });
    await server.client().pushImage('hello', '1', image);
    server.signal('SIGTERM');
    await delay(50);
    server.signal('SIGTERM');
    assert.equal((await server.ended).code, 0);
  });

  test('a server whose log nobody reads any more goes on serving', async () => {
    await using server = await BerthServer.start();
    server.closeLog();
    const client = server.client();
    for (let round = 0; round < 5; round++) {
      await client.pushImage('hello', `${round}`, image);
      await client.pullImage('hello', `${round}`, image);
    }
    expectStatus(await client.get('/livez'), 200);
  });
});
