// Background work as an operator sees it: storage verification as a job, its progress, log, end and beginning anew.

import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import {
  HeldVerification,
  hasStatus,
  jobOf,
  jobs,
  startVerification,
  verifications,
} from '../harness/held-verification.ts';
import { digestOf, imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const held = new HeldVerification();
const server = await BerthServer.start({ env: held.env });
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'olga', 'uma']);
await grantRole(server, { username: 'olga', role: 'operator', place: 'system' });
await grantRole(server, { username: 'uma', role: 'auditor', place: 'system' });
const admin = server.client();
const as = (username: string): RegistryClient => server.client({ username, password });
const schedule = `${verifications}/schedule`;
const image = imageOf({ seed: 'jobs', layers: [100_000] });
await admin.pushImage('jobs', 'v1', image);

interface Row {
  readonly id: number;
  readonly kind: string;
  readonly status: string;
}

const list = async (query: string): Promise<Row[]> => jsonOf<Row[]>(await admin.get(`${jobs}?${query}`));
const logOf = async (id: number): Promise<string> => {
  const answer = await admin.get(`${jobs}/${id}/log`);
  expectStatus(answer, 200);
  assert.match(String(answer.headers['content-type']), /^text\/plain/);
  return answer.body.toString();
};
const act = (id: number, verb: 'cancel' | 'retry', client = admin) =>
  client.call('POST', `${jobs}/${id}/${verb}`, {});

test('startStorageVerification: a job reads the content; getJob, getJobLog: its result, progress, log and execution', async () => {
  const answer = await sendJson(admin, 'POST', verifications, { hash_percent: 100 });
  const { job_id: id } = jsonOf<{ job_id: number }>(answer, 202);
  assert.equal(answer.headers.location, `${jobs}/${id}`);
  const job = await hasStatus(admin, id, 'Success');
  assert.deepEqual([job.kind, job.run_count, job.trigger], ['STORAGE_VERIFICATION', 1, 'MANUAL']);
  const row = jsonOf<{ place?: string; begun_by?: string }>(await admin.get(`${jobs}/${id}`));
  assert.deepEqual([row.place, row.begun_by], [undefined, 'admin']);
  assert.deepEqual([job.result['blobs'], job.result['missing']], [2, 0]);
  // The manifest, too, once its copy is made.
  assert.ok(Number(job.result['hashedBlobs']) >= 2);
  assert.equal(job.progress?.done, job.progress?.total);
  assert.deepEqual(job.execution.metrics, { task_count: 1, success_task_count: 1 });
  assert.equal(job.execution.status, 'Success');
  assert.match(await logOf(id), /^\d{4}-\S+Z compares database and storage; reads 100 % /);
});

test('startStorageVerification: one at a time, and wrong input starts none', async () => {
  for (const percent of [-1, 101])
    expectRefusal(
      await sendJson(admin, 'POST', verifications, { hash_percent: percent }),
      400,
      'BAD_REQUEST',
    );
  held.hold();
  const id = await startVerification(admin);
  const said = expectRefusal(await sendJson(admin, 'POST', verifications, {}), 412, 'PRECONDITION');
  assert.equal(said, `job ${id} does the same and has not ended`);
  held.release();
  await hasStatus(admin, id, 'Success');
});

test('getJob, getJobLog: how far it is, and what it said, while it runs', async () => {
  held.hold();
  const id = await startVerification(admin);
  const job = await waitUntil('it tells how far it is', async () => {
    const now = await jobOf(admin, id);
    return now.progress?.done === 1 && now;
  });
  assert.deepEqual(job.progress, { done: 1, total: 4, unit: 'blobs', bytes: { done: 1024, total: 4096 } });
  assert.deepEqual(
    [job.status, job.execution.metrics],
    ['Running', { task_count: 1, running_task_count: 1 }],
  );
  await waitUntil('its log is there', async () => (await logOf(id)).includes('held in the middle'));
  held.release();
  await hasStatus(admin, id, 'Success');
});

test('cancelJob: a job in the middle of a long step stops; retryJob: it is begun again and ends well', async (t) => {
  held.hold();
  const id = await startVerification(admin);
  await hasStatus(admin, id, 'Running');
  const at = performance.now();
  expectStatus(await act(id, 'cancel'), 202);
  const stopped = await hasStatus(admin, id, 'Stopped');
  t.diagnostic(`stopped after ${(performance.now() - at).toFixed(0)} ms`);
  assert.equal(stopped.execution.status, 'Stopped');
  expectRefusal(await act(id, 'cancel'), 412, 'PRECONDITION');
  held.release();
  expectStatus(await act(id, 'retry'), 202);
  assert.equal((await hasStatus(admin, id, 'Success')).run_count, 2);
  expectRefusal(await act(id, 'retry'), 412, 'PRECONDITION');
  for (const verb of ['cancel', 'retry'] as const) expectRefusal(await act(4711, verb), 404, 'NOT_FOUND');
});

test('what was done to jobs stands in the audit log', async () => {
  const rows = jsonOf<{ operation: string; resource_type: string; resource: string; username: string }[]>(
    await admin.get('/api/v2.0/auditlog-exts?q=resource_type%3Djob&page_size=100'),
  );
  const kinds = new Set(rows.map(({ operation }) => operation));
  assert.deepEqual([...kinds].toSorted(), ['create', 'stop', 'update']);
  assert.ok(rows.every(({ username }) => username === 'admin'));
});

test('a verification that finds damage is an error that says what, and the damaged is named in its log', async () => {
  const [layer] = image.layers;
  assert.ok(layer !== undefined);
  const hex = digestOf(layer).slice('sha256:'.length);
  const folder = join(server.storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex);
  assert.deepEqual(readdirSync(folder), ['data']);
  writeFileSync(join(folder, 'data'), Buffer.alloc(layer.length));
  const job = await hasStatus(admin, await startVerification(admin, { hash_percent: 100 }), 'Error');
  assert.equal(job.status_message, '1 blobs are damaged: 0 missing, 0 of a wrong size, 1 corrupt');
  assert.equal(job.result['corrupt'], 1);
  assert.ok((await logOf(job.id)).includes(`${digestOf(layer)} corrupt`));
  writeFileSync(join(folder, 'data'), layer);
});

test('listJobs: two pages, the newest first; a kind and a status change what is shown', async () => {
  const all = await list('page_size=100');
  assert.ok(all.length >= 4);
  assert.deepEqual(
    all.map(({ id }) => id),
    all.map(({ id }) => id).toSorted((a, b) => b - a),
  );
  const first = await admin.get(`${jobs}?page_size=2`);
  assert.equal(first.headers['x-total-count'], String(all.length));
  assert.match(String(first.headers.link), /rel="next"/);
  assert.deepEqual(await list('page_size=2&page=2'), all.slice(2, 4));
  const failed = await list('status=Error&kind=STORAGE_VERIFICATION');
  assert.deepEqual(
    failed,
    all.filter(({ status }) => status === 'Error'),
  );
  assert.ok(failed.length > 0 && failed.length < all.length);
  assert.deepEqual(await list('kind=NOTHING'), []);
});

test('setStorageVerificationSchedule: what was set is read back, also in Harbor’s list; deleteStorageVerificationSchedule ends it', async () => {
  expectRefusal(await admin.get(schedule), 404, 'NOT_FOUND');
  const wanted = { cron: '0 30 2 * * SUN', time_zone: 'Europe/Berlin', hash_percent: 5, repair: true };
  expectStatus(await sendJson(admin, 'PUT', schedule, wanted), 200);
  const { next_at: next, ...set } = jsonOf<typeof wanted & { next_at: string }>(await admin.get(schedule));
  assert.deepEqual(set, wanted);
  assert.match(next, /T0[01]:30:00\.000Z$/);
  const harbors = jsonOf<{ vendor_type: string; cron: string }[]>(await admin.get('/api/v2.0/schedules'));
  assert.ok(
    harbors.some(({ vendor_type: type, cron }) => type === 'STORAGE_VERIFICATION' && cron === wanted.cron),
  );
  const log = await admin.get('/api/berth/v1/audit?type=schedule.updated');
  assert.deepEqual(jsonOf<{ items: { after: object }[] }>(log).items[0]?.after, {
    cron: wanted.cron,
    timeZone: wanted.time_zone,
    hashPercent: '5',
    repair: '1',
  });
  expectStatus(await admin.call('DELETE', schedule, {}), 200);
  expectRefusal(await admin.get(schedule), 404, 'NOT_FOUND');
  expectRefusal(await admin.call('DELETE', schedule, {}), 404, 'NOT_FOUND');
});

const wrongSchedules: readonly [given: object, message: RegExp][] = [
  [{ cron: '0 2 * * *' }, /^the schedule is wrong: it has 5 fields instead of 6$/],
  [{}, /it has 0 fields instead of 6/],
  [{ cron: '0 0 25 * * *' }, /"25" is no hours: 0 to 23/],
  [{ cron: '30 0 2 * * *' }, /the first field, the seconds, has to be 0/],
  [{ cron: '0 0 0 30 2 *' }, /no day is ever like that/],
  [{ cron: '0 0 0 * * *', time_zone: 'Europe/Atlantis' }, /"Europe\/Atlantis" is no time zone/],
  [{ cron: '0 0 0 * * *', hash_percent: 200 }, /hash_percent is 200/],
];

for (const [given, message] of wrongSchedules)
  test(`setStorageVerificationSchedule: ${JSON.stringify(given)} is refused and changes nothing`, async () => {
    const refused = await sendJson(admin, 'PUT', schedule, given);
    assert.match(expectRefusal(refused, 400, 'BAD_REQUEST'), message);
    expectRefusal(await admin.get(schedule), 404, 'NOT_FOUND');
  });

test('jobs are seen by auditors, and stopped and begun by operators; others are refused', async () => {
  const id = (await list('page_size=1'))[0]?.id ?? 0;
  for (const path of [jobs, `${jobs}/${id}`, `${jobs}/${id}/log`]) {
    expectRefusal(await server.client(null).get(path), 401, 'UNAUTHORIZED');
    expectRefusal(await as('alice').get(path), 403, 'FORBIDDEN');
    expectStatus(await as('uma').get(path), 200);
  }
  for (const who of ['alice', 'uma']) {
    expectRefusal(await act(id, 'retry', as(who)), 403, 'FORBIDDEN');
    expectRefusal(await act(id, 'cancel', as(who)), 403, 'FORBIDDEN');
    expectRefusal(await sendJson(as(who), 'POST', verifications, {}), 403, 'FORBIDDEN');
  }
  await hasStatus(admin, await startVerification(as('olga')), 'Success');
});
