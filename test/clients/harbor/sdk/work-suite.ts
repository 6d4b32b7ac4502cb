import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasStatus, startVerification, verifications } from '../../../harness/held-verification.ts';
import { expectStatus } from '../../../harness/registry-client.ts';
import { sendJson } from '../../../harness/rest.ts';
import type { BerthServer } from '../../../harness/start-server.ts';
import { waitUntil } from '../../../harness/wait-until.ts';
import { bound, type Created, expectList, idOf, pagesOf } from './lists.ts';
import type { Parameters, SdkDriver } from './sdk-driver.ts';

const kind = 'STORAGE_VERIFICATION';

/** What the registry does by itself: jobs, their queues, schedules. */
export function workTests(driver: SdkDriver, server: BerthServer): void {
  runTests(driver, server, {
    what: 'garbage is collected',
    kind: 'GARBAGE_COLLECTION',
    create: 'createGCSchedule',
    update: 'updateGCSchedule',
    schedule: 'getGCSchedule',
    list: 'getGCHistory',
    read: 'getGC',
    stop: 'stopGC',
    log: 'getGCLog',
    id: 'gc_id',
    parameters: { delete_untagged: false, delete_tag: false, dry_run: false, workers: 2 },
    logged: /freed 0 B/,
    found: 'freed_space',
  });
  runTests(driver, server, {
    what: 'the audit log is purged',
    kind: 'PURGE_AUDIT_LOG',
    create: 'createPurgeSchedule',
    update: 'updatePurgeSchedule',
    schedule: 'getPurgeSchedule',
    list: 'getPurgeHistory',
    read: 'getPurgeJob',
    stop: 'stopPurge',
    log: 'getPurgeJobLog',
    id: 'purge_id',
    parameters: { audit_retention_hour: 9600, include_event_types: 'pull_artifact', dry_run: false },
    logged: /removed 0 rows/,
    found: 'purged_rows',
  });
  if (!driver.sdk.lacks.includes('getWorkerPools')) jobTests(driver, server);
}

interface Runs {
  readonly what: string;
  readonly kind: string;
  readonly create: string;
  readonly update: string;
  readonly schedule: string;
  readonly list: string;
  readonly read: string;
  readonly stop: string;
  readonly log: string;
  /** The parameter that names a run. */
  readonly id: string;
  readonly parameters: Parameters;
  readonly logged: RegExp;
  /** What the parameters of a run that has ended tell. */
  readonly found: string;
}

interface Run {
  readonly id: number;
  readonly job_kind: string;
  readonly job_parameters: string;
  readonly job_status: string;
  readonly schedule: { readonly type: string; readonly cron: string };
}

function runTests(driver: SdkDriver, server: BerthServer, runs: Runs): void {
  const { call, refused } = bound(driver);
  const admin = server.client();
  const { parameters } = runs;
  const start = async (): Promise<number> =>
    idOf(await call<Created>(runs.create, { schedule: { schedule: { type: 'Manual' }, parameters } }));
  const read = (id: number): Promise<Run> => call<Run>(runs.read, { [runs.id]: id });
  const ended = (id: number): Promise<Run> =>
    waitUntil(
      `run ${id} has ended`,
      async () => {
        const run = await read(id);
        return run.job_status === 'Success' && run;
      },
      60_000,
    );

  test(`${runs.what} by hand: runs are listed, read, and their logs too`, async () => {
    const ids: number[] = [];
    for (let no = 0; no < 3; no += 1) {
      ids.push(await start());
      await ended(ids[no] ?? 0);
    }
    const [first = 0, second = 0, third = 0] = ids;
    await expectList(driver, {
      operation: runs.list,
      given: { q: 'trigger=MANUAL' },
      by: 'id',
      all: [third, second, first],
      filter: [{ q: `id=${second}` }, [second]],
      sort: ['id', [first, second, third]],
    });
    const { job_kind: trigger, job_parameters: text, schedule } = await read(first);
    assert.deepEqual([trigger, schedule.type], ['MANUAL', 'Manual']);
    const told = JSON.parse(text) as Parameters;
    assert.equal(told[runs.found], 0);
    for (const [name, value] of Object.entries(parameters)) assert.equal(told[name], value, name);
    // One library has the log line by line.
    assert.match(String(await call(runs.log, { [runs.id]: first })), runs.logged);
    assert.equal((await refused(runs.read, { [runs.id]: 4711 })).status, 404);
    assert.equal((await refused(runs.log, { [runs.id]: 4711 })).status, 404);
  });

  test(`${runs.what} by a schedule, which is set, read, written back and changed`, async () => {
    const set = { schedule: { type: 'Daily', cron: '0 0 0 * * *' }, parameters };
    await call(runs.create, { schedule: set });
    const shown = async (): Promise<readonly string[]> => {
      const { schedule } = await call<Run>(runs.schedule);
      return [schedule.type, schedule.cron];
    };
    assert.deepEqual(await shown(), ['Daily', '0 0 0 * * *']);
    const { schedule } = await call<Run>(runs.schedule);
    await call(runs.update, { schedule: { schedule, parameters } });
    assert.deepEqual(await shown(), ['Daily', '0 0 0 * * *']);
    const weekly = { type: 'Weekly', cron: '0 0 0 * * 0' };
    await call(runs.update, { schedule: { schedule: weekly, parameters } });
    assert.deepEqual(await shown(), ['Weekly', '0 0 0 * * 0']);
    const wrong = { schedule: { type: 'Custom', cron: '0 0 * * *' }, parameters };
    assert.equal((await refused(runs.update, { schedule: wrong })).status, 400);
    assert.deepEqual(await shown(), ['Weekly', '0 0 0 * * 0']);
  });

  if (driver.sdk.lacks.includes(runs.stop)) return;
  test(`${runs.what}: a run that waits is stopped`, async () => {
    const act = async (action: string): Promise<void> =>
      expectStatus(await sendJson(admin, 'PUT', `/api/v2.0/jobservice/queues/${runs.kind}`, { action }), 200);
    await act('pause');
    const id = await start();
    assert.equal((await read(id)).job_status === 'Success', false);
    await call(runs.stop, { [runs.id]: id });
    assert.equal((await read(id)).job_status, 'Stopped');
    await act('resume');
    assert.equal((await refused(runs.stop, { [runs.id]: 4711 })).status, 404);
  });
}

function jobTests(driver: SdkDriver, server: BerthServer): void {
  const { call, refused } = bound(driver);
  const admin = server.client();

  test('the workers are listed, queues are paused and resumed, jobs are stopped and their logs read', async () => {
    const [pool] = await call<{ worker_pool_id: string; concurrency: number }[]>('getWorkerPools');
    assert.ok(pool !== undefined && pool.concurrency > 0);
    const workers = await call<{ pool_id: string }[]>('getWorkers', { pool_id: pool.worker_pool_id });
    assert.equal(workers.length, pool.concurrency);
    const act = (action: string) => call('actionPendingJobs', { job_type: kind, action_request: { action } });
    type Queue = { job_type: string; count?: number; paused?: boolean };
    const queue = async (): Promise<Queue | undefined> =>
      (await call<Queue[]>('listJobQueues')).find(({ job_type: type }) => type === kind);
    await act('pause');
    assert.equal((await queue())?.paused, true);
    const id = await startVerification(admin);
    await act('stop');
    await hasStatus(admin, id, 'Stopped');
    await act('resume');
    assert.notEqual((await queue())?.paused, true);
    const next = await startVerification(admin);
    await hasStatus(admin, next, 'Success');
    assert.match(
      await call<string>('actionGetJobLog', { job_id: String(next) }),
      /compares database and storage/,
    );
    await call('stopRunningJob', { job_id: String(next) });
    const { status } = await refused('actionGetJobLog', { job_id: '4711' });
    assert.equal(status, 404);
  });

  test('schedules are listed, and whether they are paused', async () => {
    const cron = { cron: '0 0 3 * * 0' };
    expectStatus(await sendJson(admin, 'PUT', `${verifications}/schedule`, cron), 200);
    const types = (await pagesOf(driver, 'listSchedules', {})).map(({ vendor_type: type }) => type);
    assert.ok(types.includes(kind), types.join());
    const paused = () => call<{ paused?: boolean }>('getSchedulePaused', { job_type: 'all' });
    assert.notEqual((await paused()).paused, true);
    await call('actionPendingJobs', { job_type: 'SCHEDULER', action_request: { action: 'pause' } });
    assert.equal((await paused()).paused, true);
    await call('actionPendingJobs', { job_type: 'SCHEDULER', action_request: { action: 'resume' } });
  });
}
