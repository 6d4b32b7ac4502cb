// What an instance held when it was killed is free for the others within 30 s: uploads, what was being published, jobs,
// the turn to bind the storage. The seconds are printed.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnBerth } from '../harness/berth-command.ts';
import { changedSource, type SourceChange } from '../harness/changed-source.ts';
import { digestOf, seededBytes } from '../harness/image.ts';
import { answerTo, expectError, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import type { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase, secretKey } from './two-servers.ts';

/** From the kill; the machine may be busy. */
const limitMs = 30_000 + 3_000;
const patienceMs = 90_000;
const forever = 'await new Promise(() => {});';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const survivor = await database.start('survivor');
const right = survivor.client();

const stopsAt = (change: SourceChange) => ({ env: changedSource([change]) });

/** Kills it, waits until `ask` answers, and tells how long that took. */
async function afterKill<T>(
  t: TestContext,
  kill: () => Promise<unknown>,
  ask: () => Promise<T | undefined | false>,
): Promise<T> {
  await kill();
  const killedAt = performance.now();
  const answer = await waitUntil('taken over', ask, patienceMs);
  const tookMs = performance.now() - killedAt;
  t.diagnostic(`taken over after ${(tookMs / 1000).toFixed(1)} s`);
  assert.ok(tookMs < limitMs, `${tookMs} ms`);
  return answer;
}

async function offsetAt(client: RegistryClient, location: string): Promise<number> {
  const answer = await client.get(location);
  expectStatus(answer, 204);
  return answer.headers.range === '0-0' ? 0 : Number(String(answer.headers.range).split('-')[1]) + 1;
}

const uploadRow = async (location: string) => {
  const id = location.slice(location.lastIndexOf('/') + 1);
  const [row] = await database.query<{ lease_holder: string | null; blob_id: string | null }>(
    `select lease_holder, blob_id from upload where id = '${id}'`,
  );
  return row;
};

const canonicalFile = (bytes: Buffer): string => {
  const hex = digestOf(bytes).slice('sha256:'.length);
  return join(database.storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
};

/** An upload that is whole, closed at a server that goes no further than to a place in `publishBlob`. */
async function closedAt(
  victim: BerthServer,
  bytes: Buffer,
  reached: () => boolean,
): Promise<{ readonly location: string }> {
  const client = victim.client();
  const location = await client.startUpload('hello');
  expectStatus(await client.patch(location, bytes), 202);
  void client.finishUpload(location, digestOf(bytes)).catch(() => undefined);
  await waitUntil(
    'it is claimed',
    async () => (await uploadRow(location))?.blob_id !== null && reached(),
    patienceMs,
  );
  return { location };
}

suite('killed with kill -9', { concurrency: true }, () => {
  test('in the middle of a PATCH: another instance goes on behind what was told', async (t) => {
    const victim = await database.start('patching');
    const client = victim.client();
    const bytes = seededBytes('patched', 6_000_000);
    const location = await client.startUpload('hello');
    expectStatus(await client.patch(location, bytes.subarray(0, 1_000_000)), 202);
    const started = client.begin('PATCH', location);
    const broken = answerTo(started).catch(() => undefined);
    started.write(bytes.subarray(1_000_000, 3_000_000));
    await waitUntil('it is held', async () => (await uploadRow(location))?.lease_holder !== null, patienceMs);
    const told = await afterKill(
      t,
      () => victim.kill(),
      async () => {
        const at = await offsetAt(right, location);
        const range = { 'Content-Range': `${at}-${bytes.length - 1}` };
        const answer = await right.patch(location, bytes.subarray(at), range);
        if (answer.status !== 202) expectError(answer, 416, 'RANGE_INVALID');
        return answer.status === 202 && at;
      },
    );
    await broken;
    assert.ok(told >= 1_000_000);
    expectStatus(await right.finishUpload(location, digestOf(bytes)), 201);
    await right.pullBlob('hello', bytes);
  });

  test('between the claim and the rename: others publish the same content at once, and the upload later', async (t) => {
    const victim = await database.start(
      'claiming',
      stopsAt({
        module: 'content/blobs/publish-blob',
        find: 'publishedAs ??= await putInPlace(',
        replace: `${forever} publishedAs ??= await putInPlace(`,
      }),
    );
    const bytes = seededBytes('claimed', 300_000);
    const { location } = await closedAt(victim, bytes, () => true);
    await afterKill(
      t,
      async () => {
        await victim.kill();
        await right.pushBlob('elsewhere', bytes);
      },
      async () => {
        const answer = await right.finishUpload(location, digestOf(bytes));
        if (answer.status !== 201) expectError(answer, 416, 'RANGE_INVALID');
        return answer.status === 201;
      },
    );
    await right.pullBlob('hello', bytes);
  });

  test('between the rename and the commit: the upload can be begun again where it is', async (t) => {
    const victim = await database.start(
      'renaming',
      stopsAt({
        module: 'content/blobs/publish-blob',
        find: 'const done = await makeLive(',
        replace: `${forever} const done = await makeLive(`,
      }),
    );
    const bytes = seededBytes('renamed', 300_000);
    const { location } = await closedAt(victim, bytes, () => existsSync(canonicalFile(bytes)));
    await afterKill(
      t,
      () => victim.kill(),
      async () => {
        const answer = await right.patch(location, bytes, { 'Content-Range': `0-${bytes.length - 1}` });
        if (answer.status !== 202) expectError(answer, 416, 'RANGE_INVALID');
        return answer.status === 202;
      },
    );
    expectStatus(await right.get(`/v2/hello/blobs/${digestOf(bytes)}`), 404);
    expectStatus(await right.finishUpload(location, digestOf(bytes)), 201);
    await right.pullBlob('hello', bytes);
  });

  test('in the middle of a periodic job: another instance does it', async (t) => {
    const job = async () => {
      const [row] = await database.query<{ lease_holder: string | null; due_at: string }>(
        "select lease_holder, due_at from periodic_job where name = 'repository-reap'",
      );
      assert.ok(row !== undefined);
      return row;
    };
    await waitUntil('the survivor has done it', async () => Number((await job()).due_at) > 0, patienceMs);
    const victim = await database.start(
      'busy',
      stopsAt({
        module: 'platform/jobs/periodic-jobs',
        find: 'if (!this.#stop.signal.aborted) await job.run(',
        replace: `if (job.name === 'repository-reap') ${forever} if (!this.#stop.signal.aborted) await job.run(`,
      }),
    );
    // Whoever is first; only the victim stays at it.
    let holder: string | null = null;
    await waitUntil(
      'the victim is at it',
      async () => {
        const before = holder;
        ({ lease_holder: holder } = await job());
        if (holder === null)
          await database.run("update periodic_job set due_at = 0 where name = 'repository-reap'");
        await delay(300);
        return holder !== null && holder === before;
      },
      patienceMs,
    );
    await afterKill(
      t,
      () => victim.kill(),
      async () => {
        const row = await job();
        return row.lease_holder === null && Number(row.due_at) > 0;
      },
    );
  });

  test('at its start, while it binds the storage: the next one starts', async (t) => {
    await using fresh = await SharedDatabase.create();
    const victim = spawnBerth(
      ['serve', '--listen', '127.0.0.1:0', '--storage', fresh.storage, '--data', join(fresh.folder, 'first')],
      {
        env: {
          BERTH_DATABASE_URL: fresh.url,
          BERTH_SECRET_KEY: secretKey,
          ...changedSource([
            {
              module: 'open-base',
              find: 'await claimStore({ db, store }, config.storage, alone);',
              replace: `${forever} await claimStore({ db, store }, config.storage, alone);`,
            },
          ]),
        },
      },
    );
    const leases = (name: string) =>
      fresh
        .query<{ left: string }>(
          `select until - (extract(epoch from clock_timestamp()) * 1000)::bigint as left from lease where name like '${name}'`,
        )
        // Its table comes with the victim's migrations.
        .catch(() => []);
    await waitUntil('it binds', async () => (await leases('store-identity')).length === 1, patienceMs);
    const next = fresh.start('next', { limitMs: patienceMs });
    const [instance] = await leases('instance/%');
    assert.ok(Number(instance?.left) <= 30_000);
    await afterKill(
      t,
      () => Promise.resolve(victim.kill('SIGKILL')),
      () => next,
    );
    expectStatus(await (await next).client().get('/readyz'), 200);
  });
});
