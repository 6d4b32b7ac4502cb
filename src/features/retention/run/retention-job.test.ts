import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTwoProjects, otherProject } from '../../../content/testing/open-two-projects.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  testActor,
  type World,
} from '../../../content/testing/world.ts';
import type { Database } from '../../../platform/db/database.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import { append, systemActor } from '../../../platform/events/append.ts';
import { startJob } from '../../../platform/jobs/start-job.ts';
import { deletePolicy } from '../change-policy.ts';
import { type RetentionPolicy, requirePolicy } from '../plan/policy.ts';
import { retentionKind } from '../retention-kind.ts';
import { stopRun } from '../start-run.ts';
import { approveInForce, policyInForce, putDefault } from '../store/default-store.ts';
import { importedSinceReview } from '../store/import-store.ts';
import { approvePolicy, deletePolicyRow, insertPolicy } from '../store/policy-store.ts';
import { addRun, findRun } from '../store/run-store.ts';
import { openJobsOf, pageOfTasks } from '../store/task-store.ts';
import type { RetentionInput } from './retention-input.ts';
import { createRetentionJob } from './retention-job.ts';
import { runRepository } from './run-repository.ts';

const selector = { kind: 'doublestar', pattern: '**', extras: '' };
const policy: RetentionPolicy = {
  rules: [
    {
      id: 0,
      priority: 0,
      disabled: false,
      template: 'latestPushedK',
      params: { latestPushedK: 9 },
      tags: [{ ...selector, decoration: 'matches' }],
      repositories: [{ ...selector, decoration: 'repoMatches' }],
    },
  ],
  cron: '',
  untag: false,
  keepPulledDays: 0,
};

/** Ten images, of which the policy drops one. */
async function begin({ db, deps }: World, review: boolean) {
  const layer = Buffer.from('layer');
  await pushBlob(deps, layer);
  const layers = [{ digest: digestOf(layer), size: layer.length }];
  for (let no = 0; no < 10; no += 1)
    await putManifest(deps, `v${no}`, imageManifest(layers, { annotations: { no: String(no) } }));
  const now = await db.now();
  const definition = requirePolicy(policy);
  const policyId = (await db.transaction((tx) => insertPolicy(tx, { projectId, definition, now }))) ?? 0;
  const input = { policyId, dryRun: false };
  const values = { input, vendorId: policyId, trigger: 'SCHEDULE', unique: true, now } as const;
  const { jobId, executionId } = await db.transaction((tx) => startJob(tx, { name: retentionKind }, values));
  const settings = { get: () => review as never };
  const stop = new AbortController();
  const log: string[] = [];
  const run = (through: Database = db, asked: RetentionInput = input) =>
    createRetentionJob({ db: through, settings }).run({
      input: asked,
      job: { id: jobId, executionId },
      signal: stop.signal,
      progress: () => {},
      log: (line) => {
        log.push(line);
        // What the engine does when a job is stopped.
        if (line.startsWith('stops for a review')) stop.abort(new Error('stopped'));
      },
      result: () => {},
    });
  return { policyId, jobId, executionId, run, log, stop };
}

async function pageOfExecutions(db: World['db']) {
  return db.reader.builder
    .selectFrom('execution')
    .innerJoin('job', 'job.execution_id', 'execution.id')
    .select(['execution.vendor_id as vendorId', 'job.input'])
    .orderBy('execution.id')
    .execute();
}

for (const dialect of dialects) {
  test(`a run by schedule of a policy that nobody has reviewed stops, and makes no task (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { executionId, run } = await begin(world, true);
    await assert.rejects(run(), /stopped/);
    assert.equal((await pageOfTasks(db.reader, executionId, { offset: 0, limit: 9 })).total, 0);
    assert.match((await findRun(db.reader, executionId))?.review ?? '', /^plan \d+: it is the first run/);
    const events = await db.reader.builder
      .selectFrom('event')
      .select('data')
      .where('type', '=', 'retention.held')
      .execute();
    assert.equal(events.length, 1);
    assert.equal((JSON.parse(events[0]?.data ?? '') as { dropped: number }).dropped, 1);
  });

  test(`a reviewed one, and one where the setting is off, goes on; begun again it makes no task twice (${dialect})`, async () => {
    for (const review of [true, false]) {
      await using world = await openWorld({ dialect });
      const { db } = world;
      const { policyId, executionId, run } = await begin(world, review);
      if (review) await db.transaction((tx) => approvePolicy(tx, { id: policyId, version: 1 }));
      await run();
      await run();
      const { rows, total } = await pageOfTasks(db.reader, executionId, { offset: 0, limit: 9 });
      assert.deepEqual([total, rows[0]?.repository], [1, 'library/app']);
      assert.equal((await findRun(db.reader, executionId))?.review, '');
    }
  });

  test(`the first run by schedule after an import stops, until somebody ran the policy (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { policyId, executionId, run } = await begin(world, true);
    await db.transaction((tx) => approvePolicy(tx, { id: policyId, version: 1 }));
    const event = { projectId, object: 'library/app', at: await db.now() } as const;
    await db.transaction((tx) => append(tx, { ...event, type: 'artifact.pushed', actor: systemActor }));
    await assert.rejects(run(), /stopped/);
    const { review } = (await findRun(db.reader, executionId)) ?? assert.fail('there is no run');
    assert.match(review, /^plan \d+: it is the first run since content was imported/);
    const started = { ...event, type: 'retention.started', actor: testActor } as const;
    await db.transaction((tx) => append(tx, { ...started, data: { policy: policyId, dryRun: 1 } }));
    await assert.rejects(run(), /stopped/, 'a dry run is no review');
    await db.transaction((tx) => append(tx, { ...started, data: { policy: policyId, dryRun: 0 } }));
    assert.equal(await importedSinceReview(db.reader, projectId), false);
    await db.transaction((tx) => append(tx, { ...event, type: 'artifact.pushed', actor: testActor }));
    assert.equal(await importedSinceReview(db.reader, projectId), false, 'a push is no import');
  });

  test(`a run that is stopped while it makes its tasks makes no more of them (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { policyId: id, jobId, executionId, run, stop } = await begin(world, false);
    await db.transaction((tx) =>
      tx.builder
        .updateTable('job')
        .set({ state: 'running', lease_until: Number.MAX_SAFE_INTEGER })
        .where('id', '=', jobId)
        .execute(),
    );
    await db.transaction((tx) => addRun(tx, ownRun(executionId)));
    const project = { id: projectId, name: 'library' };
    await stopRun({ db }, { policy: { id, project } as never, executionId, actor: testActor });
    // It hears of that only now, when it has just looked for repositories.
    const late = behindEach(db, () => stop.abort(new Error('stopped')));
    await assert.rejects(run(late), /stopped/);
    assert.equal((await pageOfTasks(db.reader, executionId, { offset: 0, limit: 9 })).total, 0);
  });

  test(`with its policy the runs of it end, those that wait at once (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { policyId: id, executionId, run } = await begin(world, false);
    await run();
    assert.equal((await openJobsOf(db.reader, executionId)).length, 2);
    await deletePolicy({ db }, { id, project: { id: projectId, name: 'library' }, actor: testActor });
    assert.deepEqual(await openJobsOf(db.reader, executionId), []);
  });

  test(`a run that began with a policy that was changed since is not what was reviewed (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { policyId, executionId, run } = await begin(world, true);
    await db.transaction((tx) => approvePolicy(tx, { id: policyId, version: 1 }));
    const [rule] = policy.rules;
    const rules = rule === undefined ? [] : [{ ...rule, params: { latestPushedK: 0 } }];
    const definition = requirePolicy({ ...policy, rules });
    await db.transaction((tx) => addRun(tx, { ...ownRun(executionId), definition }));
    await assert.rejects(run(), /stopped/);
    assert.match((await findRun(db.reader, executionId))?.review ?? '', /^plan \d+/);
  });

  test(`what is pushed again, by the same tag, after it was decided about stays (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db, deps } = world;
    await begin(world, false);
    const layers = [{ digest: digestOf(Buffer.from('layer')), size: 5 }];
    const push = () => putManifest(deps, 'v0', imageManifest(layers, { annotations: { no: '0' } }));
    await db.transaction((tx) =>
      tx.builder
        .updateTable('artifact')
        .set({ pushed_at: 1 })
        .where('digest', '=', digestOf(imageManifest(layers, { annotations: { no: '0' } })))
        .execute(),
    );
    let pushed: Promise<unknown> | undefined;
    const between = beforeEach(db, () => (pushed ??= push()));
    const log: string[] = [];
    const [{ id }] = (await db.reader.builder.selectFrom('repository').select('id').execute()) as [
      { id: number },
    ];
    await runRepository(
      { db: between },
      {
        policyId: 1,
        policy,
        projectId,
        repository: { id, name: repositoryName },
        dryRun: false,
        actor: testActor,
        now: await db.now(),
      },
      {
        job: { id: 1, executionId: 1 },
        signal: new AbortController().signal,
        progress: () => {},
        log: (line) => void log.push(line),
        result: () => {},
      },
    );
    assert.match(log.join('\n'), /v0 .* RETAIN \| it was pushed or pulled again meanwhile/);
    const tags = await db.reader.builder.selectFrom('live_tag').select('name').execute();
    assert.equal(tags.length, 10);
  });

  test(`the system's policy begins a run in each project without one of its own, each of which waits for a review (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const { db } = world;
    const { policyId, run } = await begin(world, true);
    const now = await db.now();
    await db.transaction((tx) => putDefault(tx, { definition: requirePolicy(policy), now }));
    const began = async () =>
      (await pageOfExecutions(db)).map(({ vendorId, input }) => [vendorId, JSON.parse(input) as object]);
    await run(db, { policyId: 0, dryRun: false });
    const ofOther = [-otherProject, { policyId: 0, projectId: otherProject, dryRun: false }];
    assert.deepEqual(await began(), [[policyId, { policyId, dryRun: false }], ofOther]);
    await run(db, { policyId: 0, dryRun: false });
    assert.equal((await began()).length, 2, 'it is on its way already');
    await db.transaction((tx) => deletePolicyRow(tx, policyId));
    await assert.rejects(run(db, { policyId: 0, projectId, dryRun: false }), /stopped/);
  });

  test(`the system's policy runs where it was reviewed, and nowhere that got one of its own since (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { policyId, executionId, run, log } = await begin(world, true);
    const now = await db.now();
    await db.transaction((tx) => putDefault(tx, { definition: requirePolicy(policy), now }));
    await run(db, { policyId: 0, projectId, dryRun: false });
    assert.match(log.join(), /policy 0 or its project is gone/);
    await db.transaction((tx) => deletePolicyRow(tx, policyId));
    const inForce = (await policyInForce(db.reader, projectId)) ?? assert.fail('there is none');
    await db.transaction((tx) => approveInForce(tx, inForce));
    await run(db, { policyId: 0, projectId, dryRun: false });
    assert.equal((await pageOfTasks(db.reader, executionId, { offset: 0, limit: 9 })).total, 1);
    const other = requirePolicy({ ...policy, keepPulledDays: 1 });
    await db.transaction((tx) => putDefault(tx, { definition: other, now }));
    const changed = (await policyInForce(db.reader, projectId)) ?? assert.fail('there is none');
    assert.ok(changed.version > changed.approvedVersion, 'a change is reviewed again');
  });
}

const ownRun = (executionId: number) => ({
  executionId,
  dryRun: false,
  definition: requirePolicy(policy),
  actor: JSON.stringify(systemActor),
  planId: null,
});

function around(real: Database, before: () => unknown, behind: () => unknown): Database {
  return {
    dialect: real.dialect,
    reader: real.reader,
    now: () => real.now(),
    transaction: async (...of) => {
      await before();
      const value = await real.transaction(...of);
      await behind();
      return value;
    },
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
}

const beforeEach = (db: Database, act: () => unknown) => around(db, act, () => {});
const behindEach = (db: Database, act: () => unknown) => around(db, () => {}, act);
