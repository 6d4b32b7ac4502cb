// Jobs of several instances: one that is killed in the middle of one, cancelling over another instance, schedules, clocks.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { HeldJobs } from '../harness/held-jobs.ts';
import {
  HeldVerification,
  hasStatus,
  type Job,
  jobOf,
  jobs,
  startVerification,
  verifications,
} from '../harness/held-verification.ts';
import { imageOf } from '../harness/image.ts';
import { killableEnv, killableKinds } from '../harness/killable-kinds.ts';
import { noOtherTime, OtherTime } from '../harness/other-time.ts';
import { expectStatus, RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { type BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase } from './two-servers.ts';

/** From the kill; the machine may be busy. */
const limitMs = 30_000 + 3_000;
const patienceMs = 90_000;

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const held = new HeldVerification();
const servers = [
  await database.start('one', { env: held.env }),
  await database.start('two', { env: held.env }),
];
const [right] = servers.map((server) => server.client());
assert.ok(right !== undefined);
await right.pushImage('jobs', 'v1', imageOf({ seed: 'jobs', layers: [50_000] }));

interface Pool {
  readonly worker_pool_id: string;
  readonly pid: number;
}

interface HeldJob {
  readonly id: number;
  readonly at: BerthServer;
  readonly elsewhere: BerthServer;
}

/** A job in the middle of which an instance is held: whichever was first. */
async function heldJob(client: RegistryClient): Promise<HeldJob> {
  held.hold();
  const id = await startVerification(client, { hash_percent: 100 });
  await waitUntil('it is held', async () => (await jobOf(client, id)).progress?.done === 1, patienceMs);
  const all = await client.get('/api/v2.0/jobservice/pools/all/workers');
  const worker = jsonOf<{ job_id?: string; pool_id: string }[]>(all).find(
    ({ job_id: job }) => job === String(id),
  );
  const pools = jsonOf<Pool[]>(await client.get('/api/v2.0/jobservice/pools'));
  const pid = pools.find(({ worker_pool_id: pool }) => pool === worker?.pool_id)?.pid;
  const at = servers.find((server) => server.pid === pid);
  const elsewhere = servers.find((server) => server.pid !== pid);
  assert.ok(at !== undefined && elsewhere !== undefined && pools.length === 2, JSON.stringify(pools));
  return { id, at, elsewhere };
}

const scheduled = async (): Promise<Job[]> =>
  jsonOf<Job[]>(await right.get(`${jobs}?kind=STORAGE_VERIFICATION&page_size=0`)).filter(
    ({ trigger }) => trigger === 'SCHEDULE',
  );

test('getWorkerPools, getWorkers: each instance is a pool; a job is cancelled over another one than runs it', async (t) => {
  const { id, elsewhere } = await heldJob(right);
  const client = elsewhere.client();
  const at = performance.now();
  expectStatus(await client.call('POST', `${jobs}/${id}/cancel`, {}), 202);
  await hasStatus(client, id, 'Stopped');
  t.diagnostic(`stopped after ${(performance.now() - at).toFixed(0)} ms`);
});

test('missed turns are made up for once by all instances, also with clocks that differ by 30 s', async (t) => {
  const skip = noOtherTime;
  const others =
    skip === false
      ? await Promise.all(
          [30, -30].map((seconds) =>
            database.start(`clock ${seconds}`.replaceAll(/\W/g, '-'), { env: new OtherTime(seconds).env }),
          ),
        )
      : [];
  if (skip !== false) t.diagnostic(`without other clocks: ${String(skip)}`);
  held.release();
  expectStatus(await sendJson(right, 'PUT', `${verifications}/schedule`, { cron: '0 0 0 1 1 *' }), 200);
  for (const round of [1, 2, 3]) {
    await database.run(`update schedule set next_at = ${round} where vendor_type = 'STORAGE_VERIFICATION'`);
    const all = await waitUntil(
      'it was started',
      async () => {
        const now = await scheduled();
        return now.length >= round && now;
      },
      patienceMs,
    );
    await hasStatus(right, all[0]?.id ?? 0, 'Success');
  }
  assert.equal((await scheduled()).length, 3);
  // A turn that is 20 s away by the database's clock is due for one instance by its own, and for none by the database's.
  await database.run(
    `update schedule set next_at = (extract(epoch from now()) * 1000)::bigint + 20000
      where vendor_type = 'STORAGE_VERIFICATION'`,
  );
  const before = performance.now();
  await waitUntil('its time has come', async () => (await scheduled()).length === 4, patienceMs);
  const tookMs = performance.now() - before;
  assert.ok(tookMs > 15_000, `${tookMs} ms`);
  // One at a time: the next test begins its own.
  for (const { id } of await scheduled()) await hasStatus(right, id, 'Success');
  for (const other of others) await other.stop();
});

test('killed with kill -9 in the middle of a job: another instance begins it again, and it ends well', async (t) => {
  const { id, at, elsewhere } = await heldJob(right);
  const client = elsewhere.client();
  await at.kill();
  held.release();
  const killedAt = performance.now();
  const job = await waitUntil(
    'taken over',
    async () => {
      const now = await jobOf(client, id);
      return now.status === 'Success' && now;
    },
    patienceMs,
  );
  const tookMs = performance.now() - killedAt;
  t.diagnostic(`taken over and ended after ${(tookMs / 1000).toFixed(1)} s`);
  assert.ok(tookMs < limitMs + 5_000, `${tookMs} ms`);
  // The manifest, too, once its copy is made.
  assert.ok(Number(job.result['hashedBlobs']) >= 2);
  assert.deepEqual([job.run_count, job.result['missing']], [2, 0]);
});

test('each kind of job, held in the middle on an instance that is killed: all go on at another one, and end right', async (t) => {
  await using own = await SharedDatabase.create();
  const holds = new HeldJobs(killableKinds.map(({ place }) => place));
  const env = { ...holds.env, ...killableEnv };
  const first = await own.start('first', { env });
  let lives = first;
  const client = new RegistryClient(() => ({ host: '127.0.0.1', port: lives.port }), {
    username: 'admin',
    password,
  });
  t.after(() => client.close());
  const query = <Row extends object>(sql: string): Promise<readonly Row[]> => own.query<Row>(sql);
  const prepared = [];
  for (const { prepare } of killableKinds)
    prepared.push(await prepare({ client, data: () => lives.data, query }));
  await first.stop();
  await own.run(...prepared.flatMap(({ planted }) => planted));
  await first.restart();
  const kinds = killableKinds.map(({ place }) => place.kind);
  for (const kind of kinds) holds.hold(kind);
  const ids: number[] = [];
  for (const { begin } of prepared) ids.push(await begin());
  for (const kind of kinds)
    await waitUntil(`${kind} is in the middle`, () => holds.heldBy(kind) === first.pid, patienceMs);
  const next = await own.start('second', { env });
  await first.kill();
  lives = next;
  for (const kind of kinds) holds.release(kind);
  const killedAt = performance.now();
  for (const [no, { requireRight }] of prepared.entries()) {
    const id = ids[no] ?? 0;
    const job = await waitUntil(
      `${kinds[no] ?? ''} has ended`,
      async () => {
        const now = await jobOf(client, id);
        return now.status !== 'Running' && now;
      },
      patienceMs,
    );
    assert.deepEqual([job.kind, job.status, job.run_count], [kinds[no], 'Success', 2]);
    t.diagnostic(`${job.kind}: ended ${((performance.now() - killedAt) / 1000).toFixed(1)} s after the kill`);
    await requireRight(job);
  }
});
