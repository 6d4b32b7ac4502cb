// Strays as operators and auditors see them, and an administrator removes them.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { type Job, jobOf } from '../harness/held-verification.ts';
import { digestOf, seededBytes } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start({ env: { BERTH_GC_WINDOW: '0s' } });
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['olga', 'uma', 'eve']);
await grantRole(server, { username: 'olga', role: 'operator', place: 'system' });
await grantRole(server, { username: 'uma', role: 'auditor', place: 'system' });
const admin = server.client();
const as = (username: string): RegistryClient => server.client({ username, password });
const own = '/api/berth/v1/storage';
const strays = `${own}/strays`;
const reconciliations = `${own}/reconciliations`;
const schedule = `${reconciliations}/schedule`;
const root = server.storage;

interface Stray {
  readonly key: string;
  readonly size: number;
  readonly state: string;
  readonly removable: boolean;
  readonly purge_after?: string;
}

interface Plan {
  readonly plan: string;
  readonly strays: number;
  readonly stray_bytes: number;
  readonly objects: number;
  readonly refused?: string;
}

async function run(path: string, body: object, client = admin): Promise<Job> {
  const answer = await sendJson(client, 'POST', path, body);
  expectStatus(answer, 202);
  const { job_id: id } = jsonOf<{ job_id: number }>(answer, 202);
  assert.equal(answer.headers['location'], `/api/berth/v1/jobs/${id}`);
  return waitUntil(`job ${id} has ended`, async () => {
    const job = await jobOf(admin, id);
    return !['Pending', 'Scheduled', 'Running'].includes(job.status) && job;
  });
}

const search = (): Promise<Job> => run(reconciliations, { objects_per_second: 0 });
const list = async (query = ''): Promise<Stray[]> => jsonOf<Stray[]>(await admin.get(`${strays}${query}`));
const planNow = async (): Promise<Plan> => jsonOf<Plan>(await admin.get(`${strays}/plan`));

function keyOf(content: Buffer): string {
  const hex = digestOf(content).slice('sha256:'.length);
  return `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
}

function putStray(content: Buffer): string {
  const key = keyOf(content);
  mkdirSync(dirname(join(root, key)), { recursive: true });
  writeFileSync(join(root, key), content);
  return key;
}

async function logOf(id: number): Promise<string> {
  return (await admin.get(`/api/berth/v1/jobs/${id}/log`)).body.toString();
}

const stray = Buffer.from('a stray');

test('getStorageStrayPlan: with a hundredth or more of the storage nothing is removed, and it says so', async () => {
  expectRefusal(await admin.get(`${strays}/plan`), 404, 'NOT_FOUND');
  const key = putStray(stray);
  await search();
  const { plan, strays: count, refused } = await planNow();
  assert.deepEqual([count, refused?.includes('nothing is removed')], [1, true]);
  const answer = await sendJson(admin, 'POST', `${strays}/removals`, { plan });
  assert.match(expectRefusal(answer, 412, 'PRECONDITION'), /from 1 % on/);
  assert.ok(existsSync(join(root, key)));
});

test('startStorageReconciliation: a job tells what it went through; its log names what no row speaks of', async () => {
  const key = putStray(stray);
  const { id, status, result, progress } = await search();
  assert.equal(status, 'Success');
  assert.deepEqual([result['strays'], result['stray_bytes'], result['young']], [1, stray.length, 0]);
  assert.ok(progress !== undefined && progress.done === result['objects'] && progress.unit === 'objects');
  assert.match(await logOf(id), new RegExp(`${key} ${stray.length} bytes: no row speaks of it`));
});

for (const given of [-1, 1_000_001])
  test(`startStorageReconciliation: wrong input starts none (${given})`, async () => {
    for (const [method, path] of [
      ['POST', reconciliations],
      ['PUT', schedule],
    ] as const) {
      const body = { cron: '0 0 4 * * *', objects_per_second: given };
      const answer = await sendJson(
        admin,
        method,
        path,
        method === 'PUT' ? body : { objects_per_second: given },
      );
      assert.match(expectRefusal(answer, 400, 'BAD_REQUEST'), new RegExp(`objects_per_second is ${given}`));
    }
  });

test('getStorageReconciliationSchedule: every Sunday; setStorageReconciliationSchedule: what was set is read back; deleteStorageReconciliationSchedule ends it', async () => {
  const { next_at: next, ...first } = jsonOf<{ next_at: string }>(await admin.get(schedule));
  assert.deepEqual(first, { cron: '0 0 4 * * 0', time_zone: 'UTC', objects_per_second: 2000 });
  assert.equal(new Date(next).getUTCDay(), 0);
  const wanted = { cron: '0 30 2 * * SAT', time_zone: 'Europe/Berlin', objects_per_second: 500 };
  expectStatus(await sendJson(admin, 'PUT', schedule, wanted), 200);
  const { next_at: _next, ...set } = jsonOf<{ next_at: string }>(await admin.get(schedule));
  assert.deepEqual(set, wanted);
  expectStatus(await admin.call('DELETE', schedule, {}), 200);
  expectRefusal(await admin.get(schedule), 404, 'NOT_FOUND');
  expectRefusal(await admin.call('DELETE', schedule, {}), 404, 'NOT_FOUND');
});

test('listStorageStrays: what no row speaks of is listed by its key, in pages, where it was found or in quarantine', async () => {
  const key = putStray(stray);
  const note = 'docker/registry/v2/blobs/sha256/notes.txt';
  writeFileSync(join(root, note), 'mine');
  await search();
  const all = await list();
  assert.deepEqual(
    all.map((each) => [each.key, each.size, each.state, each.removable]),
    [
      [key, stray.length, 'found', true],
      [note, 4, 'found', false],
    ].toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
  const page = await admin.get(`${strays}?page=2&page_size=1`);
  assert.deepEqual(
    jsonOf<Stray[]>(page).map((each) => each.key),
    [all[1]?.key],
  );
  assert.equal(page.headers['x-total-count'], '2');
  assert.deepEqual(await list('?state=quarantined'), []);
  assert.equal((await list('?state=found')).length, 2);
  expectRefusal(await admin.get(`${strays}?state=lost`), 422, 'UNPROCESSABLE_ENTITY');
  rmSync(join(root, note));
});

test('removeStorageStrays: what was reviewed goes to quarantine, once; restoreStorageStrays: it comes back', async () => {
  const key = putStray(stray);
  // Otherwise a stray is more than a hundredth.
  for (let made = 0; made < 110; made += 1)
    await admin.pushBlob('library/app', seededBytes(`known ${made}`, 100));
  await search();
  const { plan, strays: count, stray_bytes: bytes, refused } = await planNow();
  assert.deepEqual([count, bytes, refused], [1, stray.length, undefined]);
  const wrong = await sendJson(admin, 'POST', `${strays}/removals`, { plan: '1.2.3' });
  assert.match(expectRefusal(wrong, 412, 'PRECONDITION'), /by now, not 1\.2\.3/);
  const removed = await run(`${strays}/removals`, { plan });
  assert.deepEqual([removed.status, removed.result['quarantined']], ['Success', 1]);
  assert.ok(!existsSync(join(root, key)));
  assert.equal(readdirSync(join(root, 'berth/quarantine')).length, 1);
  const [kept] = await list('?state=quarantined');
  assert.ok(kept?.key === key && kept.purge_after !== undefined);
  expectRefusal(await sendJson(admin, 'POST', `${strays}/removals`, { plan }), 412, 'PRECONDITION');
  const back = await run(`${strays}/restorations`, { keys: [key] });
  assert.deepEqual([back.status, back.result['restored']], ['Success', 1]);
  assert.ok(existsSync(join(root, key)));
});

test('restoreStorageStrays: wrong keys are refused, and unknown ones end the job in an error', async () => {
  for (const keys of [[], Array.from({ length: 101 }, (_, index) => `key ${index}`)])
    expectRefusal(await sendJson(admin, 'POST', `${strays}/restorations`, { keys }), 400, 'BAD_REQUEST');
  const { id, status } = await run(`${strays}/restorations`, { keys: ['docker/none'] });
  assert.equal(status, 'Error');
  assert.match(await logOf(id), /docker\/none is not in quarantine/);
});

test('berth storage strays: searched, listed, planned, moved and brought back by command', async () => {
  const key = putStray(stray);
  const cli = (...words: string[]) =>
    berth(['storage', 'strays', ...words, '--data', server.data], { limitMs: 60_000 });
  assert.match((await cli('search', '--rate', '0')).stdout, /1 of them with 7 B are strays/);
  assert.match((await cli('list')).stdout, new RegExp(`${key}\\s+7\\s+found`));
  const told = (await cli('plan')).stdout;
  const plan = /apply (\S+)/.exec(told)?.[1] ?? '';
  assert.match((await cli('apply', plan, '--yes')).stdout, /1 objects/);
  assert.match((await cli('list', '--state', 'quarantined')).stdout, new RegExp(key));
  assert.match((await cli('restore', key)).stdout, /1 of 1 objects are back/);
  assert.ok(existsSync(join(root, key)));
});

test('strays are seen by auditors, searched for by operators, and removed and restored by administrators', async () => {
  for (const path of [strays, `${strays}/plan`]) {
    expectRefusal(await server.client(null).get(path), 401, 'UNAUTHORIZED');
    expectRefusal(await as('eve').get(path), 403, 'FORBIDDEN');
    expectStatus(await as('uma').get(path), 200);
  }
  for (const who of ['eve', 'uma'])
    expectRefusal(await sendJson(as(who), 'POST', reconciliations, {}), 403, 'FORBIDDEN');
  for (const who of ['eve', 'uma', 'olga']) {
    const { plan } = await planNow();
    expectRefusal(await sendJson(as(who), 'POST', `${strays}/removals`, { plan }), 403, 'FORBIDDEN');
    const restoring = await sendJson(as(who), 'POST', `${strays}/restorations`, { keys: ['a'] });
    expectRefusal(restoring, 403, 'FORBIDDEN');
  }
  await run(reconciliations, {}, as('olga'));
});
