import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasStatus, startVerification, verifications } from '../../../harness/held-verification.ts';
import { expectStatus } from '../../../harness/registry-client.ts';
import { sendJson } from '../../../harness/rest.ts';
import type { BerthServer } from '../../../harness/start-server.ts';
import { bound, pagesOf } from './lists.ts';
import type { SdkDriver } from './sdk-driver.ts';

const kind = 'STORAGE_VERIFICATION';

/** What the registry does by itself: jobs, their queues, schedules. */
export function workTests(driver: SdkDriver, server: BerthServer): void {
  const { call, refused } = bound(driver);
  const admin = server.client();
  if (driver.sdk.lacks.includes('getWorkerPools')) return;

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
