import assert from 'node:assert/strict';
import { berth } from './berth-command.ts';
import type { HoldingPlace } from './held-jobs.ts';
import { type Job, jobs, startVerification } from './held-verification.ts';
import { digestOf, imageOf, seededBytes } from './image.ts';
import { expectStatus, type RegistryClient } from './registry-client.ts';
import { jsonOf, makeProject, sendJson } from './rest.ts';
import { makePolicy, retentionRule, retentions, tasksOf } from './retention.ts';
import { waitUntil } from './wait-until.ts';

/** A registry in which a job is killed. */
export interface KilledPlace {
  readonly client: RegistryClient;
  /** The data folder of a server that runs. */
  readonly data: () => string;
  readonly query: <Row extends object>(sql: string) => Promise<readonly Row[]>;
}

export interface Prepared {
  /** Run before the server that is killed is started. */
  readonly planted: readonly string[];
  /** Returns the id of the job, which is about to be held. */
  readonly begin: () => Promise<number>;
  /** Throws unless all that there was to do is done, once, and nothing else. */
  readonly requireRight: (job: Job) => Promise<void>;
}

/** A kind of jobs whose server is killed in the middle: a further kind is a further row. */
export interface KillableKind {
  readonly place: HoldingPlace;
  /** Gives it something to do; the kinds do not disturb each other in one registry. */
  readonly prepare: (at: KilledPlace) => Promise<Prepared>;
}

/** Further options of the servers. */
export const killableEnv = { BERTH_GC_WINDOW: '0s' } as const;

export const killableKinds: readonly KillableKind[] = [
  {
    place: {
      kind: 'STORAGE_VERIFICATION',
      module: 'features/verify/verify-storage',
      behind: 'await this.#row(row, object);',
    },
    prepare: async ({ client }) => {
      await makeProject(client, 'verified');
      await client.pushImage('verified/app', 'v1', imageOf({ seed: 'verified', layers: [50_000] }));
      return {
        planted: [],
        begin: () => startVerification(client, { hash_percent: 100 }),
        requireRight: async ({ result }) => {
          // The manifest, too, once its copy is made.
          assert.ok(Number(result['hashedBlobs']) >= 2);
          assert.deepEqual([result['missing'], result['corrupt'], result['wrongSize']], [0, 0, 0]);
        },
      };
    },
  },
  {
    place: {
      kind: 'GARBAGE_COLLECTION',
      module: 'content/garbage/collect-garbage',
      behind: 'this.collected.links += ended.length;',
    },
    prepare: prepareGarbage,
  },
  {
    place: {
      kind: 'RETENTION',
      module: 'features/retention/run/run-repository',
      behind: "told.progress({ done: index + 1, total: going.length, unit: 'artifacts' });",
    },
    prepare: prepareRetention,
  },
  {
    place: {
      kind: 'PURGE_AUDIT_LOG',
      module: 'features/audit/purge/purge-audit-log',
      behind: 'await turn();',
    },
    prepare: preparePurge,
  },
  {
    place: {
      kind: 'QUOTA_RECOUNT',
      module: 'content/repositories/check-usage',
      behind: 'after = last;',
      when: 'after !== undefined',
    },
    prepare: prepareRecount,
  },
  {
    place: { kind: 'EXECUTION_SWEEP', module: 'platform/jobs/sweep-executions', behind: 'removed += 1;' },
    prepare: prepareSweep,
  },
  {
    place: {
      kind: 'STORAGE_RECONCILIATION',
      module: 'content/strays/reconcile-storage',
      behind: 'this.#after = after;',
    },
    prepare: prepareReconciliation,
  },
  {
    place: {
      kind: 'BATCH',
      module: 'features/batches/create-batch-job',
      behind: 'const attempt = await attemptItem(this.#deps, this.#running, item);',
      when: 'item.no === 3',
    },
    prepare: prepareBatch,
  },
];

async function newestOf({ client }: KilledPlace, kind: string): Promise<number> {
  const path = `${jobs}?kind=${kind}&page_size=0`;
  return waitUntil(`a job ${kind} is there`, async () => {
    const ids = jsonOf<Job[]>(await client.get(path)).map(({ id }) => id);
    return ids.length > 0 && Math.max(...ids);
  });
}

/** As its schedule does. */
async function fire(at: KilledPlace, kind: string): Promise<number> {
  await at.query(`update schedule set next_at = 1 where vendor_type = '${kind}'`);
  return newestOf(at, kind);
}

/** Content that nothing needs, held when its links are ended and nothing of it is deleted. */
async function prepareGarbage(at: KilledPlace): Promise<Prepared> {
  const { client } = at;
  await makeProject(client, 'collected');
  const kept = imageOf({ seed: 'kept', layers: [20_000] });
  await client.pushImage('collected/app', 'v1', kept);
  const orphans = Array.from({ length: 12 }, (_, no) => seededBytes(`orphan ${no}`, 10_000 + no));
  for (const bytes of orphans) await client.pushBlob('collected/app', bytes);
  return {
    planted: [],
    begin: async () => {
      expectStatus(await client.call('POST', '/api/v2.0/system/gc/schedule'), 201);
      return newestOf(at, 'GARBAGE_COLLECTION');
    },
    requireRight: async ({ result }) => {
      const bytes = orphans.reduce((sum, { length }) => sum + length, 0);
      const { freed_space: freed, purged_blobs: blobs, absent, failed } = result;
      assert.deepEqual([freed, blobs, absent, failed], [bytes, orphans.length, 0, 0]);
      for (const each of orphans)
        expectStatus(await client.get(`/v2/collected/app/blobs/${digestOf(each)}`), 404);
      await client.pullImage('collected/app', 'v1', kept);
    },
  };
}

/** Content that rows speak of, held when it was looked at. */
async function prepareReconciliation({ client }: KilledPlace): Promise<Prepared> {
  await makeProject(client, 'reconciled');
  await client.pushImage('reconciled/app', 'v1', imageOf({ seed: 'reconciled', layers: [20_000] }));
  return {
    planted: [],
    begin: async () => {
      const path = '/api/berth/v1/storage/reconciliations';
      const answer = await sendJson(client, 'POST', path, { objects_per_second: 0 });
      return jsonOf<{ job_id: number }>(answer, 202).job_id;
    },
    requireRight: async ({ id, result }) => {
      // What the first run had written down is not looked at once more.
      assert.match((await client.get(`${jobs}/${id}/log`)).body.toString(), /goes on behind /);
      assert.ok(Number(result['objects']) >= 2);
      assert.deepEqual([result['strays'], result['young']], [0, 0]);
    },
  };
}

/** Six images, of which two stay; held when the first is in the trash. */
async function prepareRetention(at: KilledPlace): Promise<Prepared> {
  const { client } = at;
  const project = await makeProject(client, 'dropped');
  const images = [1, 2, 3, 4, 5, 6].map((no) => imageOf({ seed: `dropped ${no}`, layers: [1000] }));
  for (const [no, image] of images.entries()) await client.pushImage('dropped/app', `v${no + 1}`, image);
  const policy = await makePolicy(client, project, [retentionRule({ template: 'latestPushedK', n: 2 })]);
  let run = 0;
  return {
    planted: [],
    begin: async () => {
      const path = `${retentions}/${policy}/executions`;
      const answer = await sendJson(client, 'POST', path, { dry_run: false });
      expectStatus(answer, 201);
      run = Number(String(answer.headers.location).split('/').at(-1));
      return waitUntil('it has a task', async () => (await tasksOf(client, policy, run))[0]?.id);
    },
    requireRight: async () => {
      assert.deepEqual((await client.tags('dropped/app')).toSorted(), ['v5', 'v6']);
      for (const [no, image] of images.entries())
        expectStatus(
          await client.get(`/v2/dropped/app/manifests/${image.manifest.digest}`),
          no < 4 ? 404 : 200,
        );
      const query = `q=${encodeURIComponent('project=dropped')}&sort=id`;
      const trash = jsonOf<{ name: string }[]>(await client.get(`/api/berth/v1/trash?${query}`));
      assert.deepEqual(
        trash.map(({ name }) => name).toSorted(),
        images
          .slice(0, 4)
          .map(({ manifest }) => `dropped/app@${manifest.digest}`)
          .toSorted(),
      );
      const [task, ...others] = await tasksOf(client, policy, run);
      assert.deepEqual([task?.status, task?.retained, others], ['Success', 2, []]);
      assert.equal((await eventsOf(at, 'retention.finished')).length, 1);
    },
  };
}

/** Six tags, held when the third is in the trash. */
async function prepareBatch(at: KilledPlace): Promise<Prepared> {
  const { client } = at;
  await makeProject(client, 'batched');
  const image = imageOf({ seed: 'batched', layers: [1000] });
  await client.pushImage('batched/app', 'v1', image);
  for (const tag of ['v2', 'v3', 'v4', 'v5', 'v6', 'kept'])
    await client.pushManifest('batched/app', tag, image.manifest);
  return {
    planted: [],
    begin: async () => {
      const matching = { name: 'v' };
      const asked = { action: 'delete-tags', project: 'batched', repository: 'app', matching, count: 6 };
      return jsonOf<{ id: number }>(await sendJson(client, 'POST', '/api/berth/v1/batches', asked), 202).id;
    },
    requireRight: async ({ id, result }) => {
      assert.deepEqual(await client.tags('batched/app'), ['kept']);
      assert.deepEqual([result['done'], result['refused'], result['gone']], [6, 0, 0]);
      const batch = jsonOf<{ restorable: number }>(await client.get(`/api/berth/v1/batches/${id}`));
      assert.equal(batch.restorable, 6);
      const events = await at.query(
        `select id from event where type = 'tag.deleted' and object like 'batched/app:%'`,
      );
      assert.equal(events.length, 6);
    },
  };
}

const oldPulls = 450;

/** Old rows and new ones, held when some of the old ones are gone. */
async function preparePurge(at: KilledPlace): Promise<Prepared> {
  const { client } = at;
  const dayMs = 24 * 3_600_000;
  const insert = (count: number, days: number): string =>
    `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})
     insert into event (type, at, actor, address, client, request_id, project_id, object, data)
     select 'artifact.pulled', ${Date.now() - days * dayMs} + i, 'user:1', '192.0.2.1', 'docker', '', null,
       'library/old', '{}' from n`;
  return {
    planted: [
      'delete from event',
      'delete from audit_period',
      'delete from audit_head',
      insert(oldPulls, 500),
      insert(5, 3),
    ],
    begin: async () => {
      const closed = async (): Promise<boolean> =>
        (await at.query('select number from audit_period')).length > 0;
      await waitUntil('the period is closed', closed, 30_000);
      const answer = await sendJson(client, 'POST', '/api/v2.0/system/purgeaudit/schedule', {
        schedule: { type: 'Manual' },
        parameters: { audit_retention_hour: 9600, include_event_types: 'pull_artifact' },
      });
      expectStatus(answer, 201);
      return newestOf(at, 'PURGE_AUDIT_LOG');
    },
    requireRight: async ({ result }) => {
      const left = await at.query(`select id from event where object = 'library/old'`);
      assert.equal(left.length, 5);
      // The rest of what the first run had begun.
      assert.ok(Number(result['rows']) < oldPulls && Number(result['rows']) > 0);
      assert.deepEqual([result['broken'], result['waiting']], [0, 0]);
      assert.equal((await eventsOf(at, 'audit.purged')).length, 1);
      const verified = await berth(['audit', 'verify', '--data', at.data()]);
      assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    },
  };
}

/** More projects than are counted at once, the first and the last with a wrong usage; held behind the first page. */
async function prepareRecount(at: KilledPlace): Promise<Prepared> {
  const { client } = at;
  const names = Array.from({ length: 60 }, (_, no) => `counted-${String(no).padStart(2, '0')}`);
  const ids: number[] = [];
  for (const name of names) ids.push(await makeProject(client, name));
  const wrong = [0, names.length - 1];
  const usage = async (): Promise<number[]> =>
    Promise.all(
      wrong.map(async (no) => {
        const summary = await client.get(`/api/v2.0/projects/${names[no] ?? ''}/summary`);
        return jsonOf<{ quota?: { used: { storage: number } } }>(summary).quota?.used.storage ?? 0;
      }),
    );
  for (const no of wrong)
    await client.pushImage(`${names[no] ?? ''}/app`, 'v1', imageOf({ seed: 'counted', layers: [5000 + no] }));
  const before = await usage();
  assert.ok(before.every((bytes) => bytes > 5000));
  return {
    planted: [
      `update project_usage set used_bytes = used_bytes + 777
        where project_id in (${wrong.map((no) => ids[no] ?? 0).join()})`,
    ],
    begin: async () => {
      assert.deepEqual(
        await usage(),
        before.map((bytes) => bytes + 777),
      );
      return fire(at, 'QUOTA_RECOUNT');
    },
    requireRight: async ({ result }) => {
      assert.deepEqual(await usage(), before);
      // What was on the first page was right already.
      assert.equal(result['wrong'], 1);
      assert.ok(Number(result['projects']) >= names.length);
      assert.equal((await eventsOf(at, 'quota.checked')).length, 1);
    },
  };
}

/** Ten executions more than are kept, held when one is gone. */
async function prepareSweep(at: KilledPlace): Promise<Prepared> {
  const kind = 'KILLED_TEST';
  const countOf = async (text: string): Promise<number> => (await at.query(text)).length;
  return {
    planted: [
      `with recursive n (i) as (select 1 union all select i + 1 from n where i < 60)
       insert into execution (vendor_type, vendor_id, trigger_kind, status, message, started_at, updated_at, ended_at)
       select '${kind}', 7, 'MANUAL', 'Success', '', 1000 + i, 1000 + i, 1000 + i from n`,
      `insert into job (execution_id, kind, state, input, run_at, attempts, lease_until, created_at, started_at, ended_at)
       select id, '${kind}', 'done', '{}', 0, 1, 0, started_at, started_at, ended_at from execution
       where vendor_type = '${kind}'`,
      `insert into job_log (job_id, no, text) select id, 0, 'a line' from job where kind = '${kind}'`,
    ],
    begin: () => fire(at, 'EXECUTION_SWEEP'),
    requireRight: async ({ result }) => {
      const kept = await at.query<{ started_at: number | string }>(
        `select started_at from execution where vendor_type = '${kind}' order by started_at`,
      );
      assert.deepEqual(
        kept.map(({ started_at: time }) => Number(time)),
        Array.from({ length: 50 }, (_, no) => 1011 + no),
      );
      assert.equal(await countOf(`select id from job where kind = '${kind}'`), 50);
      assert.equal(await countOf(`select job_id from job_log where text = 'a line'`), 50);
      assert.equal(result['removed'], 9);
    },
  };
}

function eventsOf({ query }: Pick<KilledPlace, 'query'>, type: string): Promise<readonly object[]> {
  return query(`select id from event where type = '${type}'`);
}
