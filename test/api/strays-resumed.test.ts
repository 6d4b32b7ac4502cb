// A search for strays that is killed in the middle, and one that is cancelled while it rests.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { hasStatus, type Job, jobOf, jobs } from '../harness/held-verification.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start({ env: { BERTH_GC_WINDOW: '0s' } });
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const reconciliations = '/api/berth/v1/storage/reconciliations';
const count = 2500;

for (let made = 0; made < count; made += 1) {
  const hex = createHash('sha256').update(`stray ${made}`).digest('hex');
  const path = join(server.storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `stray ${made}`);
}

/** It rests when a thousand are looked at. */
async function startSlowly(perSecond: number): Promise<Job> {
  const answer = await sendJson(admin, 'POST', reconciliations, { objects_per_second: perSecond });
  const { job_id: id } = jsonOf<{ job_id: number }>(answer, 202);
  return waitUntil('a thousand are looked at', async () => {
    const job = await jobOf(admin, id);
    return job.progress?.done === 1000 && job;
  });
}

async function logOf(id: number): Promise<string> {
  return (await admin.get(`${jobs}/${id}/log`)).body.toString();
}

test('killed in the middle, a search goes on where it was', async () => {
  const { id } = await startSlowly(100);
  await server.kill();
  await server.restart();
  const { result, run_count: runs } = await hasStatus(admin, id, 'Success');
  assert.deepEqual([result['objects'], result['strays'], runs], [count, count, 2]);
  assert.match(await logOf(id), /goes on behind docker\/registry\/v2\/blobs\/sha256\/\S+, with 1000 objects/);
});

test('cancelled while it rests, a search ends at once, and what it found is no plan', async () => {
  const { id } = await startSlowly(1);
  expectStatus(await admin.call('POST', `${jobs}/${id}/cancel`, {}), 202);
  const began = performance.now();
  await hasStatus(admin, id, 'Stopped');
  // Its rest is a quarter of an hour.
  assert.ok(performance.now() - began < 20_000);
  const { refused } = jsonOf<{ refused?: string }>(await admin.get('/api/berth/v1/storage/strays/plan'));
  assert.match(refused ?? '', /has not come to its end/);
});
