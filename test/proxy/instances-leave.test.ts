// Instances that stop, die or lose their database behind the shipped nginx, while clients pull and push.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { imageOf } from '../harness/image.ts';
import { expectError, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { Balanced } from './balanced.ts';
import { morePulls, pullAllTheTime, pulledImage } from './pull-all-the-time.ts';

const balanced = await Balanced.start({ BERTH_DRAIN_DELAY: '2' });
after(() => balanced[Symbol.asyncDispose]());
const { nginx, servers, cables } = balanced;
const client = nginx.client();
before(() => client.pushImage('library/pulled', '1', pulledImage));

/** Pushes image after image; what was acknowledged has to be there afterwards. */
function pushAllTheTime(
  stop: AbortSignal,
  seed: string,
): { acknowledged: string[]; failed: string[]; ended: Promise<void> } {
  const acknowledged: string[] = [];
  const failed: string[] = [];
  const work = async (): Promise<void> => {
    for (let count = 0; !stop.aborted; count += 1) {
      const name = `${seed}-${count}`;
      try {
        await client.pushImage('library/pushed', name, imageOf({ seed: name, layers: [20_000] }), 'chunked');
        acknowledged.push(name);
      } catch (error) {
        failed.push(String(error).slice(0, 200));
      }
    }
  };
  return { acknowledged, failed, ended: work() };
}

async function assertPushed(names: readonly string[]): Promise<void> {
  for (const name of names)
    await client.pullImage('library/pushed', name, imageOf({ seed: name, layers: [20_000] }));
}

test('instances that are stopped one after the other fail no pull', { timeout: 300_000 }, async (t) => {
  const stop = new AbortController();
  const { seen, ended } = pullAllTheTime(client, stop.signal);
  const pushes = pushAllTheTime(stop.signal, 'stopped');
  for (const server of servers) {
    await morePulls(seen, 50);
    server.signal('SIGTERM');
    assert.equal((await server.ended).code, 0);
    await morePulls(seen, 50);
    await server.restart();
  }
  stop.abort();
  await Promise.all([ended, pushes.ended]);
  t.diagnostic(
    `${seen.pulled} pulls, 0 failed; ${pushes.acknowledged.length} pushes, ${pushes.failed.length} failed`,
  );
  for (const failure of pushes.failed.slice(0, 3)) t.diagnostic(failure);
  assert.deepEqual([seen.broken, seen.refused], [0, []]);
  await assertPushed(pushes.acknowledged);
});

test('of an instance that is killed, only answers that had begun are lost', {
  timeout: 300_000,
}, async (t) => {
  const stop = new AbortController();
  const workers = 6;
  const { seen, ended } = pullAllTheTime(client, stop.signal, workers);
  const pushes = pushAllTheTime(stop.signal, 'killed');
  for (const server of servers) {
    await morePulls(seen, 50);
    await server.kill();
    await morePulls(seen, 50);
    await server.restart();
  }
  stop.abort();
  await Promise.all([ended, pushes.ended]);
  t.diagnostic(
    `${seen.pulled} pulls, ${seen.broken} broke midway; ${pushes.acknowledged.length} pushes, ${pushes.failed.length} failed`,
  );
  for (const failure of pushes.failed.slice(0, 3)) t.diagnostic(failure);
  assert.deepEqual(seen.refused, []);
  // Each client had one request under way.
  assert.ok(seen.broken <= workers * servers.length, `${seen.broken} pulls broke`);
  await assertPushed(pushes.acknowledged);
});

test('an instance that cannot serve is not asked for pulls, and one alone is enough', async () => {
  await cables[0]!.cut();
  try {
    for (let count = 0; count < 40; count += 1)
      expectStatus(await client.get('/v2/library/pulled/manifests/1'), 200);
  } finally {
    await cables[0]!.mend();
  }
});

/** Asks until it is served again. */
async function served(asked: RegistryClient): Promise<void> {
  const asks = (): Promise<boolean> =>
    asked.get('/v2/library/pulled/manifests/1').then(
      ({ status }) => status === 200,
      () => false,
    );
  await waitUntil('to be served again', asks, 60_000);
}

test('while all instances say 503, their answers reach the client, and not one of nginx', {
  timeout: 120_000,
}, async () => {
  await Promise.all(cables.map((cable) => cable.cut()));
  try {
    // Longer than nginx leaves an instance alone.
    for (let count = 0; count < 30; count += 1) {
      const answer = await client.get('/v2/library/pulled/tags/list');
      const { message } = expectError(answer, 503, 'UNAVAILABLE');
      assert.doesNotMatch(message, /did not answer/);
      assert.ok(Number(answer.headers['retry-after']) > 0);
      await delay(200);
    }
  } finally {
    await Promise.all(cables.map((cable) => cable.mend()));
  }
  await served(client);
});

test('when no instance is left, nginx says so in the form of the specification', {
  timeout: 120_000,
}, async () => {
  for (const server of servers) await server.kill();
  const answer = await client.get('/v2/');
  expectStatus(answer, 503);
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.equal(answer.headers['retry-after'], '5');
  assert.deepEqual(JSON.parse(answer.body.toString()), {
    errors: [{ code: 'UNAVAILABLE', message: 'the registry did not answer; try again shortly' }],
  });
  const put = await client.putManifest('library/pulled', '2', pulledImage.manifest);
  expectStatus(put, 503);
  for (const server of servers) await server.restart();
  await served(client);
});

test('what is not safe to repeat was handed to a second instance only when the first had got nothing of it', (t) => {
  const repeated = nginx.accesses.filter(
    ({ method, tries }) => /POST|PATCH/.test(method) && tries.length > 1,
  );
  for (const access of repeated)
    assert.ok(
      access.sent.slice(0, -1).every((bytes) => bytes === 0),
      JSON.stringify(access),
    );
  t.diagnostic(`${repeated.length} requests went to another instance than the first one that was tried`);
});
