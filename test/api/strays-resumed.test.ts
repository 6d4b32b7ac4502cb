// Searches for strays and removals that are killed in the middle, and a search that is cancelled while it rests.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { changedSource } from '../harness/changed-source.ts';
import { hasStatus, type Job, jobOf, jobs } from '../harness/held-verification.ts';
import { seededBytes } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start({ env: { BERTH_GC_WINDOW: '0s' } });
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const reconciliations = '/api/berth/v1/storage/reconciliations';
const strays = '/api/berth/v1/storage/strays';
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
  return waitUntil(
    'a thousand are looked at',
    async () => {
      const job = await jobOf(admin, id);
      return job.progress?.done === 1000 && job;
    },
    60_000,
  );
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
  const { refused } = jsonOf<{ refused?: string }>(await admin.get(`${strays}/plan`));
  assert.match(refused ?? '', /has not come to its end/);
});

for (const when of ['before', 'behind'] as const)
  test(`killed ${when} a move, a removal ends, and what it held is pushed again at once`, async () => {
    const file = join(temporaryFolder(), 'kill');
    const move = 'await deps.store.move(key, quarantineKey(key), run.signal);';
    const kill = `if ((await import('node:fs')).existsSync(${JSON.stringify(file)})) process.kill(process.pid, 'SIGKILL');`;
    const env = changedSource([
      {
        module: 'content/strays/quarantine-strays',
        find: move,
        replace: when === 'before' ? `${kill} ${move}` : `${move} ${kill}`,
      },
    ]);
    await using killed = await BerthServer.start({ env: { ...env, BERTH_GC_WINDOW: '0s' } });
    const client = killed.client();
    for (let made = 0; made < 120; made += 1)
      await client.pushBlob('library/app', seededBytes(`known ${made}`, 100));
    const content = Buffer.from('a stray');
    const hex = createHash('sha256').update(content).digest('hex');
    const path = join(killed.storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    const searched = jsonOf<{ job_id: number }>(
      await sendJson(client, 'POST', reconciliations, { objects_per_second: 0 }),
      202,
    );
    await hasStatus(client, searched.job_id, 'Success');
    const { plan } = jsonOf<{ plan: string }>(await client.get(`${strays}/plan`));
    writeFileSync(file, '');
    const removing = sendJson(client, 'POST', `${strays}/removals`, { plan }).catch(() => undefined);
    await killed.ended;
    await removing;
    assert.equal(existsSync(path), when === 'before');
    rmSync(file);
    await killed.restart();
    await client.pushBlob('library/app', content);
    const { status } = await waitUntil(
      'the removal has ended',
      async () => {
        const [job] = jsonOf<Job[]>(await client.get(`${jobs}?kind=STORAGE_RECONCILIATION&page_size=1`));
        return job !== undefined && !['Pending', 'Scheduled', 'Running'].includes(job.status) && job;
      },
      60_000,
    );
    assert.equal(status, 'Success');
    assert.ok(existsSync(path));
    expectStatus(await client.get(`/v2/library/app/blobs/sha256:${hex}`), 200);
  });
