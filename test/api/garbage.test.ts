// Garbage collection as an operator and Harbor's clients see it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { digestOf, imageOf, seededBytes } from '../harness/image.ts';
import { listing } from '../harness/listing.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, sendJson } from '../harness/rest.ts';
import { runProgram } from '../harness/run-program.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start({ env: { BERTH_GC_WINDOW: '0s' } });
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['olga', 'uma', 'eve']);
await grantRole(server, { username: 'olga', role: 'operator', place: 'system' });
await grantRole(server, { username: 'uma', role: 'auditor', place: 'system' });
const admin = server.client();
const as = (username: string): RegistryClient => server.client({ username, password });
const gc = '/api/v2.0/system/gc';
const schedule = `${gc}/schedule`;

interface Row {
  readonly id: number;
  readonly job_id: number;
  readonly job_name: string;
  readonly job_kind: string;
  readonly job_status: string;
  readonly job_parameters: string;
  readonly schedule: { readonly type: string; readonly cron: string; readonly next_scheduled_time: string };
  readonly deleted: boolean;
  readonly creation_time: string;
  readonly update_time: string;
}

interface Told {
  readonly freed_space: number;
  readonly purged_blobs: number;
  readonly purged_manifests: number;
  readonly untagged: number;
  readonly in_trash: number;
  readonly trash_until?: string;
  readonly untagged_until?: string;
  readonly summary: string;
}

const rowOf = async (path: string): Promise<Row> => jsonOf<Row>(await admin.get(path));
const toldBy = ({ job_parameters: text }: Row): Told => JSON.parse(text) as Told;

async function ended(path: string): Promise<Row> {
  return waitUntil('the run has ended', async () => {
    const row = await rowOf(path);
    return !['Pending', 'Scheduled', 'Running'].includes(row.job_status) && row;
  });
}

async function start(parameters: object = {}): Promise<string> {
  const answer = await sendJson(admin, 'POST', schedule, { schedule: { type: 'Manual' }, parameters });
  expectStatus(answer, 201);
  return String(answer.headers.location);
}

async function run(parameters: object = {}): Promise<Row> {
  const row = await ended(await start(parameters));
  assert.equal(row.job_status, 'Success', row.job_parameters);
  return row;
}

const artifactAt = (reference: string): string =>
  `/api/v2.0/projects/library/repositories/app/artifacts/${reference}`;

/** What lies below the blobs of the storage. */
const stored = (): string[] =>
  listing(join(server.storage, 'docker/registry/v2/blobs')).filter((path) => path.endsWith('/data'));

async function copied(count: number): Promise<void> {
  await waitUntil('manifests are copied', () => stored().length >= count, 60_000);
}

test('createGCSchedule: a request of curl without a body, whatever its type, runs now', async () => {
  for (const more of [[], ['-d', '']]) {
    const url = `http://127.0.0.1:${server.port}${schedule}`;
    const { code, stdout } = await runProgram(
      'curl',
      ['-sS', '-i', '-X', 'POST', ...more, '-u', `admin:${password}`, url],
      { cwd: '/' },
    );
    assert.equal(code, 0);
    assert.match(stdout, /^HTTP\/1\.1 201 /);
    const path = /^location: (\/api\/v2\.0\/system\/gc\/\d+)\r$/im.exec(stdout)?.[1] ?? assert.fail(stdout);
    assert.equal((await ended(path)).job_status, 'Success');
  }
});

test('createGCSchedule: type Manual = run now, Location `/system/gc/{id}`; getGC: the row of Harbor, freed to the byte as its dry run said', async () => {
  const image = imageOf({ seed: 'gone', layers: [40_000, 70_000] });
  const kept = imageOf({ seed: 'kept', layers: [30_000] });
  await admin.pushImage('library/app', 'gone', image);
  await admin.pushImage('library/app', 'kept', kept);
  const orphan = seededBytes('nobody', 12_345);
  await admin.pushBlob('library/app', orphan);
  await copied(8);
  expectStatus(await admin.call('DELETE', artifactAt('gone')), 200);
  const before = stored().length;
  const parameters = { delete_untagged: false, workers: 2, purge_trash: true };
  const planned = toldBy(await run({ ...parameters, dry_run: true }));
  assert.equal(stored().length, before, 'a dry run changes nothing');
  assert.match(planned.summary, /^would free .* bytes\), of which .* are in the trash$/);
  const sizes = [...image.layers, image.config, image.manifest.bytes, orphan].map(({ length }) => length);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  assert.deepEqual([planned.freed_space, planned.purged_blobs, planned.purged_manifests], [bytes, 5, 1]);
  const row = await run(parameters);
  const { job_parameters: text, creation_time, update_time, id, job_id: jobId, ...rest } = row;
  assert.deepEqual(rest, {
    job_name: 'GARBAGE_COLLECTION',
    job_kind: 'MANUAL',
    schedule: { type: 'Manual', cron: '', next_scheduled_time: '0001-01-01T00:00:00.000Z' },
    job_status: 'Success',
    deleted: false,
  });
  assert.ok(Date.parse(creation_time) <= Date.parse(update_time));
  // Its number among all jobs, of which those that change nothing are told.
  const jobs = jsonOf<{ id: number; execution_id: number; dry_run?: boolean }[]>(
    await admin.get('/api/berth/v1/jobs?kind=GARBAGE_COLLECTION&page_size=2'),
  );
  assert.deepEqual(
    jobs.map((job) => [job.id, job.execution_id, job.dry_run]),
    [
      [jobId, id, undefined],
      [jobs[1]?.id, jobs[1]?.execution_id, true],
    ],
  );
  assert.match(text, /^\{"delete_untagged":false,"delete_tag":false,"dry_run":false,"workers":2,/);
  const told = toldBy(row);
  assert.deepEqual([told.freed_space, told.purged_blobs, told.purged_manifests], [bytes, 5, 1]);
  assert.match(told.summary, /^freed .* nothing waits in the trash$/);
  assert.equal(stored().length, before - 5);
  await admin.pullImage('library/app', 'kept', kept);
  const log = await admin.get(`${gc}/${id}/log`);
  expectStatus(log, 200);
  assert.match(String(log.headers['content-type']), /^text\/plain/);
  assert.match(log.body.toString(), new RegExp(`freed .*\\(${bytes} bytes\\), nothing waits in the trash`));
});

test('createGCSchedule: an image without tags goes to the trash by delete_untagged only, which an absent boolean does not ask for', async () => {
  const image = imageOf({ seed: 'untagged', layers: [20_000] });
  await admin.pushImage('library/app', 'loses', image);
  await admin.pushImage('library/app', 'loses', imageOf({ seed: 'other', layers: [10_000] }));
  assert.equal(toldBy(await run()).untagged, 0);
  expectStatus(await admin.get(artifactAt(image.manifest.digest)), 200);
  const week = 7 * 24 * 60 * 60 * 1000;
  const planned = toldBy(await run({ delete_untagged: true, dry_run: true }));
  assert.ok(Math.abs(Date.parse(planned.untagged_until ?? '') - Date.now() - week) < 60_000);
  const atOnce = { delete_untagged: true, dry_run: true, purge_trash: true };
  assert.equal(toldBy(await run(atOnce)).untagged_until, undefined);
  const told = toldBy(await run({ delete_untagged: true }));
  assert.equal(told.untagged, 1);
  assert.ok(told.in_trash >= 20_000);
  assert.match(told.summary, /^freed 0 B \(0 bytes\), .* waits in the trash until \d{4}-/);
  expectStatus(await admin.get(artifactAt(image.manifest.digest)), 404);
  const [item] = jsonOf<{ id: number }[]>(await admin.get('/api/berth/v1/trash?page_size=1'));
  expectStatus(await admin.call('POST', `/api/berth/v1/trash/${item?.id}/restore`), 200);
  expectStatus(await admin.get(artifactAt(image.manifest.digest)), 200);
});

test('createGCSchedule: workers 1..10, a cron that is none and unknown types are 400, and start nothing', async () => {
  const count = async () => jsonOf<Row[]>(await admin.get(`${gc}?page_size=100`)).length;
  const before = await count();
  const wrong = [
    { schedule: { type: 'Manual' }, parameters: { workers: 0 } },
    { schedule: { type: 'Manual' }, parameters: { workers: 11 } },
    { schedule: { type: 'Custom', cron: '0 0 * * *' } },
    { schedule: { type: 'Daily' } },
    { schedule: { type: 'Custom', cron: '0 0 0 30 2 *' } },
    { schedule: { type: 'Yearly', cron: '0 0 0 * * *' } },
    { schedule: { type: 'Daily', cron: '0 0 0 * * *' }, parameters: { dry_run: true } },
  ];
  for (const body of wrong) expectRefusal(await sendJson(admin, 'POST', schedule, body), 400, 'BAD_REQUEST');
  expectRefusal(await sendJson(admin, 'PUT', schedule, {}), 400, 'BAD_REQUEST');
  expectStatus(await admin.call('PUT', schedule), 422);
  expectStatus(await sendJson(admin, 'POST', schedule, { parameters: { workers: '3' } }), 422);
  assert.equal(await count(), before);
});

test('getGCSchedule: every day from the first start, none -> 200 with empty body; updateGCSchedule: None deletes', async () => {
  const first = await rowOf(schedule);
  assert.deepEqual([first.job_name, first.job_kind], ['', '0 0 2 * * *']);
  assert.deepEqual([first.schedule.type, first.schedule.cron], ['Custom', '0 0 2 * * *']);
  assert.ok(Date.parse(first.schedule.next_scheduled_time) > 0);
  const weekly = {
    schedule: { type: 'Weekly', cron: '0 0 0 * * 0' },
    parameters: { delete_untagged: true, workers: 3 },
  };
  expectStatus(await sendJson(admin, 'PUT', schedule, weekly), 200);
  const set = await rowOf(schedule);
  assert.deepEqual(
    [set.schedule.type, set.schedule.cron, set.job_kind],
    ['Weekly', '0 0 0 * * 0', '0 0 0 * * 0'],
  );
  assert.equal(set.job_parameters, '{"delete_untagged":true,"delete_tag":false,"dry_run":false,"workers":3}');
  const created = await sendJson(admin, 'POST', schedule, {
    schedule: { type: 'Custom', cron: '0 30 1 * * *' },
  });
  expectStatus(created, 201);
  assert.equal(created.headers.location, `${gc}/0`);
  assert.equal((await rowOf(schedule)).schedule.cron, '0 30 1 * * *');
  expectStatus(await sendJson(admin, 'PUT', schedule, { schedule: { type: 'None' } }), 200);
  const none = await admin.get(schedule);
  expectStatus(none, 200);
  assert.equal(none.body.length, 0);
});

test('getGCHistory: two pages, the number of all, a filter and a sort; `job_parameters` is a JSON string', async () => {
  await run();
  const rows = jsonOf<Row[]>(await admin.get(`${gc}?page_size=2&sort=id`));
  assert.ok(rows.length === 2 && (rows[0]?.id ?? 0) < (rows[1]?.id ?? 0));
  const second = await admin.get(`${gc}?page_size=2&page=2&sort=id`);
  assert.ok(jsonOf<Row[]>(second).every(({ id }) => id > (rows[1]?.id ?? 0)));
  assert.ok(Number(second.headers['x-total-count']) >= 4);
  assert.match(String(second.headers.link), /rel="prev"/);
  const newest = jsonOf<Row[]>(await admin.get(`${gc}?page_size=1`))[0];
  assert.equal(jsonOf<Row[]>(await admin.get(`${gc}?q=id%3D${newest?.id}`))[0]?.id, newest?.id);
  assert.deepEqual(jsonOf<Row[]>(await admin.get(`${gc}?q=status%3DError`)), []);
  for (const { job_parameters: text } of rows) assert.equal(typeof JSON.parse(text), 'object');
});

test('stopGC: a run that waits is stopped; getGC, getGCLog, stopGC: 404 of what there is not', async () => {
  const queue = '/api/v2.0/jobservice/queues/GARBAGE_COLLECTION';
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'pause' }), 200);
  const path = await start();
  assert.equal((await rowOf(path)).job_status, 'Pending');
  expectStatus(await admin.call('PUT', path), 200);
  assert.equal((await rowOf(path)).job_status, 'Stopped');
  expectStatus(await admin.call('PUT', path), 200);
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'resume' }), 200);
  for (const [method, unknown] of [
    ['GET', `${gc}/4711`],
    ['GET', `${gc}/4711/log`],
    ['PUT', `${gc}/4711`],
  ] as const)
    expectRefusal(await admin.call(method, unknown), 404, 'NOT_FOUND');
});

test('garbage collection is begun by operators and seen by auditors; others are refused', async () => {
  expectStatus(await as('olga').call('POST', schedule), 201);
  expectStatus(await as('uma').get(gc), 200);
  expectStatus(await as('uma').call('POST', schedule), 403);
  for (const path of [gc, schedule]) {
    expectStatus(await as('eve').get(path), 403);
    expectStatus(await server.client(null).get(path), 401);
  }
});

test('berth gc plan, run: exact on the terminal, the exit code says what happened', async () => {
  const cli = (...args: string[]) => berth(['gc', ...args, '--data', server.data], { limitMs: 60_000 });
  const bytes = seededBytes('for the command line', 54_321);
  await admin.pushBlob('library/app', bytes);
  const plan = await cli('plan', '-o', 'json');
  assert.equal(plan.code, 0, plan.stderr);
  assert.equal((JSON.parse(plan.stdout) as Told).freed_space, bytes.length);
  expectStatus(await admin.get(`/v2/library/app/blobs/${digestOf(bytes)}`), 200);
  const done = await cli('run');
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /freed 53.0 KiB \(54321 bytes\)/);
  expectStatus(await admin.get(`/v2/library/app/blobs/${digestOf(bytes)}`), 404);
  assert.match((await cli('apply')).stdout, /freed 0 B \(0 bytes\)/);
  assert.equal((await cli('run', '--workers', '11')).code, 2);
});

// Last: the server has another port then.
test('updateGCSchedule: what was taken away does not come back with a start', async () => {
  expectStatus(await sendJson(admin, 'PUT', schedule, { schedule: { type: 'None' } }), 200);
  await server.stop();
  await server.restart();
  assert.equal((await server.client().get(schedule)).body.length, 0);
});
