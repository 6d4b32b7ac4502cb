// Harbor's operations on its job service and on schedules.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import {
  HeldVerification,
  hasStatus,
  jobOf,
  startVerification,
  verifications,
} from '../harness/held-verification.ts';
import { type Answer, expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const held = new HeldVerification();
const server = await BerthServer.start({ env: held.env });
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice']);
const admin = server.client();
const alice = server.client({ username: 'alice', password });
const jobservice = '/api/v2.0/jobservice';
const schedules = '/api/v2.0/schedules';
const kind = 'STORAGE_VERIFICATION';

interface Queue {
  readonly job_type: string;
  readonly count?: number;
  readonly latency?: number;
  readonly paused: boolean;
}

interface Worker {
  readonly id: string;
  readonly pool_id: string;
  readonly job_id?: string;
  readonly job_name?: string;
  readonly check_in?: string;
}

const act = (type: string, action: string, client = admin): Promise<Answer> =>
  sendJson(client, 'PUT', `${jobservice}/queues/${type}`, { action });
const stop = (id: number | string): Promise<Answer> => admin.call('PUT', `${jobservice}/jobs/${id}`, {});
const queueOf = async (type = kind): Promise<Queue> => {
  const all = jsonOf<Queue[]>(await admin.get(`${jobservice}/queues`));
  return all.find((each) => each.job_type === type) ?? assert.fail(`no queue ${type}`);
};
const workers = async (pool = 'all'): Promise<Worker[]> =>
  jsonOf<Worker[]>(await admin.get(`${jobservice}/pools/${pool}/workers`));

test('getWorkerPools: the server process; getWorkers: what its workers are at, pool_id all allowed', async () => {
  const pools = jsonOf<Record<string, unknown>[]>(await admin.get(`${jobservice}/pools`));
  assert.equal(pools.length, 1);
  const [pool = {}] = pools;
  assert.deepEqual(Object.keys(pool).toSorted(), [
    'concurrency',
    'heartbeat_at',
    'host',
    'pid',
    'start_at',
    'worker_pool_id',
  ]);
  assert.deepEqual([pool['pid'], pool['concurrency']], [server.pid, 10]);
  const id = String(pool['worker_pool_id']);
  const idle = await workers();
  assert.equal(idle.length, 10);
  assert.ok(idle.every((each) => Object.keys(each).join() === 'id,pool_id' && each.pool_id === id));
  held.hold();
  const job = await startVerification(admin);
  const busy = await waitUntil('a worker is at it', async () =>
    (await workers(id)).find(({ check_in: checkIn }) => checkIn !== undefined),
  );
  assert.deepEqual([busy.job_id, busy.job_name, busy.check_in], [String(job), kind, '1 of 4 blobs']);
  assert.deepEqual(await workers('all').then((all) => all.length), 10);
  expectRefusal(await admin.get(`${jobservice}/pools/nowhere/workers`), 404, 'NOT_FOUND');
  held.release();
  await hasStatus(admin, job, 'Success');
});

test('actionGetJobLog: text/plain, 404 of what there is not', async () => {
  const id = await startVerification(admin);
  await hasStatus(admin, id, 'Success');
  const log = await admin.get(`${jobservice}/jobs/${id}/log`);
  expectStatus(log, 200);
  assert.match(String(log.headers['content-type']), /^text\/plain/);
  assert.match(log.body.toString(), /compares database and storage/);
  for (const none of ['4711', 'x', '1e3', '-1', '99999999999999999999'])
    expectRefusal(await admin.get(`${jobservice}/jobs/${none}/log`), 404, 'NOT_FOUND');
});

test('stopRunningJob: one ends in the middle, an unknown one is 200; all ends those that run', async () => {
  for (const wanted of ['one', 'all']) {
    held.hold();
    const id = await startVerification(admin);
    await hasStatus(admin, id, 'Running');
    for (const none of ['4711', 'nothing']) expectStatus(await stop(none), 200);
    assert.equal((await jobOf(admin, id)).status, 'Running');
    expectStatus(await stop(wanted === 'all' ? 'all' : id), 200);
    await hasStatus(admin, id, 'Stopped');
    held.release();
  }
});

test('listJobQueues: count and latency left out when 0; actionPendingJobs: pause, resume and stop are read back', async () => {
  assert.deepEqual(await queueOf(), { job_type: kind, paused: false });
  expectStatus(await act(kind, 'pause'), 200);
  assert.deepEqual(await queueOf(), { job_type: kind, paused: true });
  const id = await startVerification(admin);
  const waiting = await waitUntil('it has waited a second', async () => {
    const queue = await queueOf();
    return queue.latency !== undefined && queue;
  });
  assert.deepEqual([waiting.count, waiting.paused], [1, true]);
  expectStatus(await act(kind, 'stop'), 200);
  assert.equal((await jobOf(admin, id)).status, 'Stopped');
  assert.deepEqual(await queueOf(), { job_type: kind, paused: true });
  const next = await startVerification(admin);
  expectStatus(await act(kind, 'resume'), 200);
  await hasStatus(admin, next, 'Success');
});

test('actionPendingJobs: job_type all; a bad action is 422, an unknown kind 404', async () => {
  expectStatus(await act('all', 'pause'), 200);
  const all = jsonOf<Queue[]>(await admin.get(`${jobservice}/queues`));
  assert.ok(all.length >= 3 && all.every(({ paused }) => paused));
  // As Harbor's own command line writes it.
  expectStatus(await act('ALL', 'resume'), 200);
  expectStatus(await act(kind.toLowerCase(), 'pause'), 200);
  assert.deepEqual(
    jsonOf<Queue[]>(await admin.get(`${jobservice}/queues`))
      .filter(({ paused }) => paused)
      .map((each) => each.job_type),
    [kind],
  );
  expectStatus(await act(kind, 'resume'), 200);
  assert.equal((await queueOf('SCHEDULER')).paused, false);
  for (const wrong of ['start', '']) expectRefusal(await act(kind, wrong), 422, 'UNPROCESSABLE_ENTITY');
  expectRefusal(await act('NOTHING', 'pause'), 404, 'NOT_FOUND');
  assert.equal((await queueOf()).paused, false);
});

test('what was done to queues stands in the audit log', async () => {
  const rows = jsonOf<{ operation_description: string }[]>(
    await admin.get('/api/v2.0/auditlog-exts?q=resource_type%3Dqueue&page_size=100'),
  );
  const said = rows.map(({ operation_description: text }) => text);
  for (const text of [`pause queue: ${kind}`, `resume queue: ${kind}`, `stop what waits in queue: ${kind}`])
    assert.ok(said.includes(text), said.join('; '));
});

test('listSchedules: two pages, and what comes with the server; getSchedulePaused: job_type must be all (400)', async () => {
  expectStatus(await sendJson(admin, 'PUT', `${verifications}/schedule`, { cron: '0 0 4 * * SAT' }), 200);
  const all = jsonOf<Record<string, unknown>[]>(await admin.get(schedules));
  const told = all.map((each) => JSON.stringify([each['vendor_type'], each['vendor_id'], each['cron']]));
  for (const expected of [
    ['EXECUTION_SWEEP', -1, '0 0 0 * * *'],
    ['PURGE_AUDIT_LOG', -1, '0 40 0 * * *'],
    [kind, -1, '0 0 4 * * SAT'],
  ])
    assert.ok(told.includes(JSON.stringify(expected)), JSON.stringify(expected));
  assert.ok(all.every((each) => Object.keys(each).length === 7));
  const verified = all.find((each) => each['vendor_type'] === kind);
  assert.equal(verified?.['time_zone'], 'UTC');
  const next = new Date(String(verified?.['next_scheduled_time']));
  assert.deepEqual([next.getUTCDay(), next.getUTCHours(), next.getTime() > Date.now()], [6, 4, true]);
  const page = await admin.get(`${schedules}?page=2&page_size=1`);
  assert.deepEqual(jsonOf(page), all.slice(1, 2));
  assert.equal(page.headers['x-total-count'], String(all.length));
  const paused = async (): Promise<unknown> => jsonOf(await alice.get(`${schedules}/all/paused`));
  assert.deepEqual(await paused(), { paused: false });
  expectStatus(await act('SCHEDULER', 'pause'), 200);
  assert.deepEqual(await paused(), { paused: true });
  expectStatus(await act('SCHEDULER', 'resume'), 200);
  expectRefusal(await admin.get(`${schedules}/RETENTION/paused`), 400, 'BAD_REQUEST');
  expectRefusal(await server.client(null).get(`${schedules}/all/paused`), 401, 'UNAUTHORIZED');
});

test('the job service is for administrators, operators and auditors only', async () => {
  for (const path of ['pools', 'pools/all/workers', 'queues', 'jobs/1/log'])
    expectRefusal(await alice.get(`${jobservice}/${path}`), 403, 'FORBIDDEN');
  expectRefusal(await alice.get(schedules), 403, 'FORBIDDEN');
  expectRefusal(await act(kind, 'pause', alice), 403, 'FORBIDDEN');
  expectRefusal(await alice.call('PUT', `${jobservice}/jobs/all`, {}), 403, 'FORBIDDEN');
});
