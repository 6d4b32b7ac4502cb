// Harbor's operations on the purge of the audit log, over rows of a year and more ago.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { type Answer, expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const dayMs = 24 * 3_600_000;
const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const image = imageOf({ seed: 'purged' });
await admin.pushImage('library/app', 'v1', image);
// Periods are closed at each start.
await server.stop();
plant([
  [500, 'project.created', 3],
  [500, 'artifact.pulled', 40],
  [60, 'artifact.pulled', 200],
  [60, 'artifact.deleted', 7],
  [3, 'artifact.pulled', 5],
]);
await server.restart();
await addUsers(server, ['alice', 'uma', 'olga']);
await grantRole(server, { username: 'uma', role: 'auditor', place: 'system' });
await grantRole(server, { username: 'olga', role: 'operator', place: 'system' });
const alice = server.client({ username: 'alice', password });
const uma = server.client({ username: 'uma', password });
const olga = server.client({ username: 'olga', password });
const path = '/api/v2.0/system/purgeaudit';
const schedule = `${path}/schedule`;

/** Before everything else, so that ids are in the order of time. */
function plant(rows: readonly (readonly [days: number, type: string, count: number])[]): void {
  const db = new DatabaseSync(join(server.data, 'berth.db'));
  try {
    db.exec('delete from audit_period');
    db.exec('delete from audit_head');
    db.exec('update event set id = id + 100000');
    const insert = db.prepare(
      `insert into event (id, type, at, actor, address, client, request_id, project_id, object, data)
       values (?, ?, ?, 'user:1', '192.0.2.1', 'docker', '', 1, 'library/old', '{}')`,
    );
    let id = 0;
    for (const [days, type, count] of rows)
      for (let no = 0; no < count; no += 1) insert.run((id += 1), type, Date.now() - days * dayMs);
  } finally {
    db.close();
  }
}

interface Row {
  readonly id: number;
  readonly job_name?: string;
  readonly job_kind: string;
  readonly job_parameters: string;
  readonly job_status?: string;
  readonly schedule: { readonly type: string; readonly cron?: string; readonly next_scheduled_time: string };
  readonly creation_time: string;
  readonly update_time: string;
}

const everything = 'create_artifact,delete_artifact,pull_artifact,other';
const put = (type: string, parameters: object, cron = '', client = admin, method: 'POST' | 'PUT' = 'PUT') =>
  sendJson(client, method, schedule, { schedule: { type, cron }, parameters });
const hours = (audit_retention_hour: number, include_event_types = everything) => ({
  audit_retention_hour,
  include_event_types,
});
const idOf = (answer: Answer): number => {
  expectStatus(answer, 201);
  return Number(/^\/api\/v2\.0\/system\/purgeaudit\/(\d+)$/.exec(String(answer.headers.location))?.[1]);
};
const history = async (query = ''): Promise<Row[]> => jsonOf<Row[]>(await admin.get(`${path}${query}`));
const ended = (id: number): Promise<Row> =>
  waitUntil(`run ${id} has ended`, async () => {
    const row = jsonOf<Row>(await admin.get(`${path}/${id}`));
    return row.job_status !== 'Running' && row;
  });
const countOf = async (type: string): Promise<number> => {
  const lines = (
    await admin.get(`/api/berth/v1/audit/export?type=${type}&object=library/old`)
  ).body.toString();
  return lines.split('\n').length - 1;
};
const parametersOf = (row: Row) => JSON.parse(row.job_parameters) as Record<string, unknown>;

test('getPurgeSchedule: set from the first start, as it was set after that, none is 200 with an empty body', async () => {
  const first = jsonOf<Row>(await admin.get(schedule));
  assert.deepEqual(parametersOf(first), {
    audit_retention_hour: 9600,
    include_event_types: everything,
    pull_retention_hour: 720,
    dry_run: false,
  });
  assert.deepEqual([first.schedule.type, first.schedule.cron], ['Custom', '0 40 0 * * *']);
  for (const [type, cron, shown] of [
    ['Hourly', '', '0 0 * * * *'],
    ['Daily', '0 0 0 * * *', '0 0 0 * * *'],
    ['Weekly', '', '0 0 0 * * 0'],
    ['Custom', '0 30 2 * * 1-5', '0 30 2 * * 1-5'],
  ] as const) {
    const answer = await put(type, { ...hours(10_000, 'pull_artifact'), dry_run: true }, cron, admin, 'POST');
    assert.equal(idOf(answer), 0);
    const { id, job_kind, schedule: set, ...row } = jsonOf<Row>(await admin.get(schedule));
    assert.ok(id > 0);
    assert.deepEqual([job_kind, set.type, set.cron], [shown, type, shown]);
    assert.ok(Date.parse(set.next_scheduled_time) > Date.now());
    assert.equal(
      row.job_parameters,
      '{"audit_retention_hour":10000,"include_event_types":"pull_artifact","dry_run":true}',
    );
  }
  expectStatus(await put('None', {}), 200);
  const none = await admin.get(schedule);
  expectStatus(none, 200);
  assert.equal(none.body.length, 0);
  await server.stop();
  await server.restart();
  assert.equal((await admin.get(schedule)).body.length, 0, 'what somebody ended does not come back');
});

test('createPurgeSchedule, updatePurgeSchedule: audit_retention_hour and include_event_types are required, at most 240000 (400)', async () => {
  const refused = async (asked: unknown, message: RegExp): Promise<void> => {
    for (const method of ['POST', 'PUT'] as const) {
      const answer = await sendJson(admin, method, schedule, asked);
      assert.match(expectRefusal(answer, 400, 'BAD_REQUEST'), message);
    }
  };
  const manual = { type: 'Manual' };
  await refused({}, /^schedule is missing$/);
  await refused({ schedule: manual }, /^parameters\.audit_retention_hour is missing$/);
  await refused(
    { schedule: manual, parameters: { audit_retention_hour: 1 } },
    /include_event_types is missing$/,
  );
  for (const many of [240_001, -2, 1e15])
    await refused({ schedule: manual, parameters: hours(many) }, /hour is/);
  await refused(
    { schedule: manual, parameters: hours(719) },
    /^parameters\.audit_retention_hour is 719, and the setting audit_min_days keeps 30 days \(720 hours\)$/,
  );
  await refused(
    { schedule: { type: 'Schedule' }, parameters: hours(1000) },
    /^schedule\.type cannot be set$/,
  );
  for (const [cron, why] of [
    ['0 0 * * *', /5 fields instead of 6/],
    ['5 0 0 * * *', /the seconds, has to be 0/],
    ['0 0 0 30 2 *', /no day is ever like that/],
    ['', /0 fields/],
  ] as const)
    await refused({ schedule: { type: 'Custom', cron }, parameters: hours(1000) }, why);
  for (const wrong of [
    '{"schedule":{"type":"Manual"},"parameters":{"audit_retention_hour":"1","include_event_types":""}}',
    '{"schedule":[]}',
    'null',
    '',
  ])
    expectRefusal(
      await admin.call('POST', schedule, { headers: { 'Content-Type': 'application/json' }, body: wrong }),
      422,
      'UNPROCESSABLE_ENTITY',
    );
  assert.deepEqual(await history(), []);
  assert.equal((await admin.get(schedule)).body.length, 0);
});

test('createPurgeSchedule, updatePurgeSchedule: Manual begins a run; getPurgeJob, getPurgeJobLog: what it did, text/plain', async () => {
  const pulls = await countOf('artifact.pulled');
  assert.equal(pulls, 245);
  const counted = await ended(
    idOf(await put('Manual', { ...hours(720, 'pull_artifact'), dry_run: true }, '', admin, 'POST')),
  );
  assert.deepEqual(
    [counted.job_status, counted.job_kind, counted.job_name],
    ['Success', 'MANUAL', 'PURGE_AUDIT_LOG'],
  );
  assert.deepEqual(counted.schedule, {
    type: 'Manual',
    cron: '',
    next_scheduled_time: '0001-01-01T00:00:00.000Z',
  });
  assert.deepEqual(parametersOf(counted)['purged_rows'], 240);
  assert.equal(await countOf('artifact.pulled'), 245);
  const before = (await history()).length;
  expectStatus(await put('Manual', hours(720, 'pull_artifact')), 200);
  const [newest] = await waitUntil('it is there', async () => {
    const rows = await history();
    return rows.length > before && rows[0]?.job_status !== 'Running' && rows;
  });
  assert.ok(newest !== undefined);
  assert.deepEqual(parametersOf(newest), {
    audit_retention_hour: 720,
    include_event_types: 'pull_artifact',
    dry_run: false,
    purged_rows: 240,
    purged_periods: 1,
  });
  assert.deepEqual([await countOf('artifact.pulled'), await countOf('artifact.deleted')], [5, 7]);
  const log = await admin.get(`${path}/${newest.id}/log`);
  expectStatus(log, 200);
  assert.match(String(log.headers['content-type']), /^text\/plain/);
  assert.match(
    log.body.toString(),
    /removes after 720 hours: pull_artifact\n[\s\S]*removed 240 rows of 1 periods/,
  );
  const rows = jsonOf<{ username: string; operation_description: string }[]>(
    await admin.get('/api/v2.0/auditlog-exts?q=operation%3Dpurge'),
  );
  assert.deepEqual(
    rows.map(({ username, operation_description: said }) => [username, said]),
    [['system', 'remove old rows of: audit log']],
  );
});

test('a purged log is proved, one that lost a row beside the purge is not; the history of tags stays', async () => {
  const verify = async () => berth(['audit', 'verify', '--json', '--data', server.data]);
  const proof = await verify();
  assert.equal(proof.code, 0, proof.stderr);
  const { purgedRows, brokenCount } = JSON.parse(proof.stdout) as Record<string, number>;
  assert.deepEqual([purgedRows, brokenCount], [240, 0]);
  const words = await berth(['audit', 'verify', '--data', server.data]);
  assert.match(words.stdout, /purged +240/);
  const tags = '/api/berth/v1/projects/library/repositories/app/tags/v1/history';
  assert.equal(jsonOf<unknown[]>(await admin.get(tags)).length, 1);
  const db = new DatabaseSync(join(server.data, 'berth.db'));
  db.exec(`delete from event where id = (select id from event where type = 'artifact.deleted' limit 1)`);
  db.close();
  const broken = await verify();
  assert.equal(broken.code, 8);
  assert.equal((JSON.parse(broken.stdout) as { brokenCount: number }).brokenCount, 1);
  const run = await ended(idOf(await put('Manual', hours(1000), '', admin, 'POST')));
  assert.equal(run.job_status, 'Error');
  assert.deepEqual([parametersOf(run)['purged_rows'], parametersOf(run)['broken_periods']], [0, 1]);
});

test('getPurgeHistory: two pages, a filter and a sort', async () => {
  const all = await history();
  assert.equal(all.length, 3);
  const first = await admin.get(`${path}?page_size=2`);
  assert.equal(first.headers['x-total-count'], String(all.length));
  assert.match(String(first.headers.link), /page=2&page_size=2>; rel="next"/);
  const rest = await history('?page=2&page_size=2');
  assert.deepEqual(
    [...jsonOf<Row[]>(first), ...rest].map(({ id }) => id),
    all.map(({ id }) => id),
  );
  assert.deepEqual(
    (await history('?sort=id')).map(({ id }) => id),
    all.map(({ id }) => id).toSorted((a, b) => a - b),
  );
  assert.deepEqual(
    (await history('?q=status%3DError')).map(({ job_status: status }) => status),
    ['Error'],
  );
  expectRefusal(await admin.get(`${path}?q=id%3Dx`), 400, 'BAD_REQUEST');
});

test('stopPurge: a run that waits ends, one that has ended stays as it is, an unknown one is 404', async () => {
  const queue = '/api/v2.0/jobservice/queues/PURGE_AUDIT_LOG';
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'pause' }), 200);
  const id = idOf(await put('Manual', hours(1000), '', admin, 'POST'));
  const stop = (of: number | string) => admin.call('PUT', `${path}/${of}`, {});
  expectStatus(await stop(id), 200);
  assert.equal((await ended(id)).job_status, 'Stopped');
  expectStatus(await stop(id), 200);
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'resume' }), 200);
  for (const none of ['4711', '0', '-1'])
    for (const answer of [
      await stop(none),
      await admin.get(`${path}/${none}`),
      await admin.get(`${path}/${none}/log`),
    ])
      expectRefusal(answer, 404, 'NOT_FOUND');
});

test('who may: administrators purge, an auditor reads, others neither', async () => {
  for (const [client, reads] of [
    [uma, 200],
    [alice, 403],
    [olga, 403],
  ] as const) {
    for (const read of [path, schedule])
      assert.equal((await client.get(read)).status, client === olga ? 403 : reads);
    expectRefusal(await put('Manual', hours(1000), '', client, 'POST'), 403, 'FORBIDDEN');
    expectRefusal(await client.call('PUT', `${path}/1`, {}), 403, 'FORBIDDEN');
  }
  expectRefusal(await server.client(null).get(path), 401, 'UNAUTHORIZED');
});

test('while duties are separated a system-admin does not purge; who has a role of the registry’s own for it does', async () => {
  const configure = (value: object) => sendJson(admin, 'PUT', '/api/v2.0/configurations', value);
  expectStatus(await configure({ separation_of_duties: true }), 200);
  const said = expectRefusal(await put('Manual', hours(1000), '', admin, 'POST'), 403, 'FORBIDDEN');
  assert.equal(said, 'a system-admin does not purge the audit log while duties are separated');
  expectRefusal(await put('None', {}), 403, 'FORBIDDEN');
  expectStatus(await admin.get(schedule), 200);
  const role = {
    name: 'log-keeper',
    level: 'system',
    permissions: ['purge-audit:create', 'purge-audit:read', 'purge-audit:update', 'purge-audit:stop'],
  };
  expectStatus(await sendJson(admin, 'POST', '/api/berth/v1/roles', role), 201);
  await grantRole(server, { username: 'alice', role: 'log-keeper', place: 'system' });
  assert.ok(idOf(await put('Manual', { ...hours(1000), dry_run: true }, '', alice, 'POST')) > 0);
  await assert.rejects(
    grantRole(server, { username: 'olga', role: 'log-keeper', place: 'system' }),
    /olga would be auditor \(by the role log-keeper\) and operator/,
  );
  expectStatus(await configure({ separation_of_duties: false, audit_min_days: 60 }), 200);
  expectRefusal(await put('Manual', hours(60 * 24 - 1), '', admin, 'POST'), 400, 'BAD_REQUEST');
  assert.ok(idOf(await put('Manual', { ...hours(60 * 24), dry_run: true }, '', admin, 'POST')) > 0);
  for (const days of [6, 10_001])
    expectRefusal(await configure({ audit_min_days: days }), 400, 'BAD_REQUEST');
});
