// A server that is killed in the middle of a job, and one that was away while a schedule was due.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
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
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const held = new HeldVerification();
const server = await BerthServer.start({ env: held.env });
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
await admin.pushImage('jobs', 'v1', imageOf({ seed: 'killed', layers: [50_000] }));

const scheduled = async (): Promise<Job[]> =>
  jsonOf<Job[]>(await admin.get(`${jobs}?kind=STORAGE_VERIFICATION&page_size=0`)).filter(
    ({ trigger }) => trigger === 'SCHEDULE',
  );

const holds = new HeldJobs(killableKinds.map(({ place }) => place));

for (const { place, prepare } of killableKinds)
  test(`${place.kind}: killed with kill -9 in the middle of a job: behind the next start it is begun again and ends well`, async () => {
    const { kind } = place;
    await using killed = await BerthServer.start({ env: { ...holds.env, ...killableEnv } });
    const client = killed.client();
    const query = async <Row extends object>(sql: string): Promise<readonly Row[]> => {
      const db = new DatabaseSync(join(killed.data, 'berth.db'), { timeout: 30_000 });
      try {
        return db.prepare(sql).all() as unknown as Row[];
      } finally {
        db.close();
      }
    };
    const { planted, begin, requireRight } = await prepare({ client, data: () => killed.data, query });
    await killed.stop();
    for (const statement of planted) await query(statement);
    await killed.restart();
    holds.hold(kind);
    const id = await begin();
    await waitUntil('it is in the middle', () => holds.heldBy(kind) === killed.pid, 30_000);
    await killed.kill();
    holds.release(kind);
    await killed.restart();
    const job = await hasStatus(client, id, 'Success');
    await requireRight(job);
    assert.deepEqual([job.kind, job.run_count], [kind, 2]);
    const { task_count: all, success_task_count: well } = job.execution.metrics;
    assert.equal(well, all);
  });

test('a job that was cancelled just before the kill is not begun again', async () => {
  held.hold();
  const id = await startVerification(admin);
  await waitUntil('it is in the middle', async () => (await jobOf(admin, id)).progress?.done === 1);
  server.signal('SIGSTOP');
  const db = new DatabaseSync(join(server.data, 'berth.db'));
  db.exec(`update job set stop_asked = 1 where id = ${id}`);
  db.close();
  await server.kill();
  await server.restart();
  assert.equal((await hasStatus(admin, id, 'Stopped')).run_count, 2);
  held.release();
});

test('stopped in the middle of a job: it goes on behind the next start, and the run that was cut short is not counted', async () => {
  held.hold();
  const id = await startVerification(admin);
  await waitUntil('it is in the middle', async () => (await jobOf(admin, id)).progress?.done === 1);
  assert.equal((await server.stop()).code, 0);
  held.release();
  await server.restart();
  assert.equal((await hasStatus(admin, id, 'Success')).run_count, 1);
});

test('turns of a schedule that were missed while the server was away are made up for once', async () => {
  expectStatus(await sendJson(admin, 'PUT', `${verifications}/schedule`, { cron: '0 0 0 1 1 *' }), 200);
  assert.deepEqual(await scheduled(), []);
  await server.stop();
  const db = new DatabaseSync(join(server.data, 'berth.db'));
  db.exec(`update schedule set next_at = 1000 where vendor_type = 'STORAGE_VERIFICATION'`);
  db.close();
  await server.restart();
  const [job] = await waitUntil('it was started', async () => {
    const all = await scheduled();
    return all.length > 0 && all;
  });
  await hasStatus(admin, job?.id ?? 0, 'Success');
  assert.equal((await scheduled()).length, 1);
});
