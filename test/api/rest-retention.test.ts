// Tag retention over Harbor's API: policies, runs, their tasks and logs.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import {
  endedRun,
  makePolicy,
  retentionPolicy,
  retentionRule,
  retentions,
  runPolicy,
  runsOf,
  taskLog,
  tasksOf,
} from '../harness/retention.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'dev', 'eve', 'olga']);
const admin = server.client();
const as = (username: string): RegistryClient => server.client({ username, password });
const [alice, dev, eve, olga, nobody] = [as('alice'), as('dev'), as('eve'), as('olga'), server.client(null)];
const other = await makeProject(olga, 'other');
const otherPolicy = await makePolicy(olga, other, [retentionRule()]);
const latest = (n: number): object => retentionRule({ template: 'latestPushedK', n });
const metadataOf = async (project: number): Promise<Record<string, string>> =>
  jsonOf<{ metadata: Record<string, string> }>(await alice.get(`${projects}/${project}`)).metadata;
const policyAt = async (id: number): Promise<Record<string, unknown>> =>
  jsonOf<Record<string, unknown>>(await alice.get(`${retentions}/${id}`));
const tagsOf = async (repository: string): Promise<string[]> => {
  const answer = await alice.get(`/v2/${repository}/tags/list`);
  return answer.status === 404 ? [] : (JSON.parse(answer.body.toString()) as { tags: string[] }).tags;
};

async function push(repository: string, ...tags: string[]): Promise<void> {
  for (const tag of tags)
    await alice.pushImage(
      repository,
      tag,
      imageOf({ seed: `${repository}:${tag}`, layers: [1000 + tags.indexOf(tag)] }),
    );
}

test('getRentenitionMetadata: static templates and selectors, for who is signed in', async () => {
  const shown = jsonOf<{
    templates: { rule_template: string; action: string; params: object[] }[];
    scope_selectors: { display_text: string; kind: string; decorations: string[] }[];
    tag_selectors: { display_text: string; kind: string; decorations: string[] }[];
  }>(await eve.get(`${retentions}/metadatas`));
  const names = shown.templates.map((each) => each.rule_template);
  assert.deepEqual(names.slice(0, 5), [
    'latestPushedK',
    'latestPulledN',
    'nDaysSinceLastPush',
    'nDaysSinceLastPull',
    'always',
  ]);
  assert.deepEqual(shown.templates[0], {
    rule_template: 'latestPushedK',
    display_text: 'the most recently pushed # artifacts',
    action: 'retain',
    params: [{ type: 'int', unit: 'COUNT', required: true }],
  });
  assert.deepEqual(shown.templates[4]?.params, []);
  const ofRepositories = {
    display_text: 'Repositories',
    kind: 'doublestar',
    decorations: ['repoMatches', 'repoExcludes'],
  };
  assert.deepEqual(shown.scope_selectors[0], ofRepositories);
  assert.deepEqual(shown.tag_selectors[0], {
    display_text: 'Tags',
    kind: 'doublestar',
    decorations: ['matches', 'excludes'],
  });
  expectRefusal(await nobody.get(`${retentions}/metadatas`), 401, 'UNAUTHORIZED');
});

test('createRetention: the scope names a project, whose metadata then have retention_id; a second one is 400', async () => {
  const project = await makeProject(alice, 'made');
  const id = await makePolicy(alice, project, [latest(3)]);
  assert.equal((await metadataOf(project))['retention_id'], String(id));
  const metadata = jsonOf<object>(await alice.get(`${projects}/${project}/metadatas/retention_id`));
  assert.deepEqual(metadata, { retention_id: String(id) });
  const again = await sendJson(alice, 'POST', retentions, retentionPolicy(project, [latest(4)]));
  assert.equal(
    expectRefusal(again, 400, 'BAD_REQUEST'),
    `project ${project} already has retention policy ${id}`,
  );
  const unknown = await sendJson(admin, 'POST', retentions, retentionPolicy(9999, [latest(4)]));
  assert.equal(expectRefusal(unknown, 400, 'BAD_REQUEST'), 'invalid Project id 9999');
  const scope = { scope: { level: 'system', ref: project } };
  const level = await sendJson(alice, 'POST', retentions, retentionPolicy(project, [latest(4)], scope));
  expectRefusal(level, 400, 'BAD_REQUEST');
});

test('createRetention: more than 15 rules are 400, the same rule twice 409, bad parameters and cron 400; nothing is made', async () => {
  const project = await makeProject(alice, 'refused');
  const cron = (text: string): object => ({ trigger: { kind: 'Schedule', settings: { cron: text } } });
  const regex = (pattern: string): object =>
    retentionRule({ more: { tag_selectors: [{ kind: 'regex', decoration: 'matches', pattern }] } });
  const sixteen = Array.from({ length: 16 }, (_, n) => latest(n));
  const cases: [object, number, string, string][] = [
    [
      retentionPolicy(project, sixteen),
      400,
      'BAD_REQUEST',
      'only 15 rules are allowed at most, these are 16',
    ],
    [retentionPolicy(project, [latest(1), latest(1)]), 409, 'CONFLICT', 'rule 1 is conflict with rule 0'],
    [retentionPolicy(project, [latest(-1)]), 400, 'BAD_REQUEST', 'rule 0: latestPushedK is less than zero'],
    [
      retentionPolicy(project, [latest(32_767)]),
      400,
      'BAD_REQUEST',
      'rule 0: latestPushedK is too large: at most 32766',
    ],
    [
      retentionPolicy(project, [retentionRule({ tags: '{a,{b,c}' })]),
      400,
      'BAD_REQUEST',
      'rule 0: tag_selectors: the pattern "{a,{b,c}" cannot be read: a bracket, a brace or a backslash is not closed',
    ],
    [
      retentionPolicy(project, [regex('((a{100}){100}){100}')]),
      400,
      'BAD_REQUEST',
      'rule 0: tag_selectors: the pattern "((a{100}){100}){100}" cannot be read: error parsing regexp: invalid repeat count: `{100}`',
    ],
    [
      retentionPolicy(project, [retentionRule({ template: 'newest' })]),
      400,
      'BAD_REQUEST',
      'rule 0: the template is one of latestPushedK, latestPulledN, nDaysSinceLastPush, nDaysSinceLastPull, always, latestActiveK, lastXDays, latestPatchesPerMinor, not "newest"',
    ],
    [
      retentionPolicy(project, [latest(1)], { algorithm: 'and' }),
      400,
      'BAD_REQUEST',
      'the algorithm is or, not "and"',
    ],
    [retentionPolicy(project, [latest(1)], cron('0 0 * * *')), 400, 'BAD_REQUEST', ''],
    [retentionPolicy(project, [latest(1)], cron('0 0 0 30 2 *')), 400, 'BAD_REQUEST', ''],
  ];
  for (const [body, status, code, message] of cases) {
    const told = expectRefusal(await sendJson(alice, 'POST', retentions, body), status, code);
    assert.ok(message === '' ? told.length > 0 : told === message, told);
  }
  assert.equal((await metadataOf(project))['retention_id'], undefined);
  expectRefusal(
    await sendJson(eve, 'POST', retentions, retentionPolicy(project, [latest(1)])),
    403,
    'FORBIDDEN',
  );
});

test('getRetention: as it was sent, with the next time of its schedule; of another project it is 404', async () => {
  const project = await makeProject(alice, 'read');
  const rules = [latest(3), retentionRule({ tags: 'v*', repositories: '{a,b}' })];
  const trigger = { kind: 'Schedule', references: {}, settings: { cron: '0 0 0 * * *' } };
  const id = await makePolicy(alice, project, rules, { trigger });
  const policy = await policyAt(id);
  assert.equal(policy['id'], id);
  assert.equal(policy['algorithm'], 'or');
  assert.deepEqual(policy['scope'], { level: 'project', ref: project });
  const { settings, ...kind } = policy['trigger'] as { settings: Record<string, string> };
  assert.deepEqual(kind, { kind: 'Schedule', references: {} });
  assert.equal(settings['cron'], '0 0 0 * * *');
  assert.equal(new Date(settings['next_scheduled_time'] ?? '').getUTCHours(), 0);
  const shown = policy['rules'] as Record<string, unknown>[];
  assert.deepEqual(shown[0], {
    action: 'retain',
    template: 'latestPushedK',
    params: { latestPushedK: 3 },
    tag_selectors: [
      { kind: 'doublestar', decoration: 'matches', pattern: '**', extras: '{"untagged":true}' },
    ],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
  });
  expectRefusal(await alice.get(`${retentions}/${otherPolicy}`), 404, 'NOT_FOUND');
  expectRefusal(await alice.get(`${retentions}/99999`), 404, 'NOT_FOUND');
  for (const unknown of [otherPolicy, 99_999])
    expectRefusal(await eve.get(`${retentions}/${unknown}`), 403, 'FORBIDDEN');
  expectRefusal(await nobody.get(`${retentions}/${id}`), 401, 'UNAUTHORIZED');
});

test('updateRetention: what is sent is read back, a schedule begins and ends; another project is 404', async () => {
  const project = await makeProject(alice, 'changed');
  const id = await makePolicy(alice, project, [latest(3)], { untag: true, keep_pulled_days: 5 });
  const put = (rules: object[], more: object = {}) =>
    sendJson(alice, 'PUT', `${retentions}/${id}`, retentionPolicy(project, rules, more));
  const cron = { trigger: { kind: 'Schedule', references: {}, settings: { cron: '0 30 2 * * *' } } };
  expectStatus(await put([latest(7)], cron), 200);
  const changed = await policyAt(id);
  const [rule] = changed['rules'] as { params: object }[];
  assert.deepEqual(rule?.params, { latestPushedK: 7 });
  // What Harbor's clients cannot say stays.
  assert.deepEqual([changed['untag'], changed['keep_pulled_days']], [true, 5]);
  const schedules = async (): Promise<string[]> =>
    jsonOf<{ vendor_type: string; vendor_id: number; cron: string; project_name?: string }[]>(
      await admin.get('/api/v2.0/schedules?page_size=100'),
    ).flatMap((each) =>
      each.vendor_type === 'RETENTION' && each.vendor_id === id
        ? [`${each.cron} of ${each.project_name}`]
        : [],
    );
  assert.deepEqual(await schedules(), ['0 30 2 * * * of changed']);
  expectStatus(await put([latest(7)]), 200);
  assert.deepEqual(await schedules(), []);
  const foreign = await sendJson(alice, 'PUT', `${retentions}/${id}`, retentionPolicy(other, [latest(1)]));
  expectRefusal(foreign, 404, 'NOT_FOUND');
  const ofOther = await sendJson(
    alice,
    'PUT',
    `${retentions}/${otherPolicy}`,
    retentionPolicy(project, [latest(1)]),
  );
  expectRefusal(ofOther, 404, 'NOT_FOUND');
  assert.equal((await put([latest(1), latest(1)])).status, 409);
});

test('deleteRetention: the policy, its schedule and retention_id are gone', async () => {
  const project = await makeProject(alice, 'gone');
  const trigger = { kind: 'Schedule', settings: { cron: '0 0 0 * * *' } };
  const id = await makePolicy(alice, project, [latest(3)], { trigger });
  expectRefusal(await alice.delete(`${retentions}/${otherPolicy}`), 404, 'NOT_FOUND');
  expectStatus(await alice.delete(`${retentions}/${id}`), 200);
  assert.equal((await metadataOf(project))['retention_id'], undefined);
  expectRefusal(await alice.get(`${retentions}/${id}`), 404, 'NOT_FOUND');
  const rows = jsonOf<{ vendor_type: string; vendor_id: number }[]>(
    await admin.get('/api/v2.0/schedules?page_size=100'),
  );
  assert.ok(!rows.some((each) => each.vendor_type === 'RETENTION' && each.vendor_id === id));
  assert.ok((await makePolicy(alice, project, [latest(3)])) > id);
});

test('triggerRetentionExecution: 201 with Location; a dry run deletes nothing, a run moves to the trash; getRetentionTaskLog: text with a row for each artifact', async () => {
  const project = await makeProject(alice, 'runs');
  await push('runs/app', 'v1', 'v2', 'v3');
  await push('runs/web', 'w1');
  const rule = { action: 'immutable', template: 'immutable_template' };
  const selectors = {
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v1' }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
  };
  expectStatus(
    await sendJson(alice, 'POST', `${projects}/runs/immutabletagrules`, { ...rule, ...selectors }),
    201,
  );
  const policyId = await makePolicy(alice, project, [latest(1)]);
  const dry = await runPolicy(alice, policyId, true);
  assert.deepEqual([dry.run.status, dry.run.dry_run, dry.run.trigger], ['Success', true, 'MANUAL']);
  assert.deepEqual(
    dry.tasks.map(({ repository, status, total, retained }) => [repository, status, total, retained]),
    [
      ['web', 'Success', 1, 1],
      ['app', 'Success', 3, 2],
    ],
  );
  assert.deepEqual(await tagsOf('runs/app'), ['v1', 'v2', 'v3']);
  const { run, tasks } = await runPolicy(alice, policyId);
  assert.deepEqual([run.status, run.dry_run ?? false], ['Success', false]);
  const task = tasks.find(({ repository }) => repository === 'app') ?? assert.fail('no task');
  assert.deepEqual([task.total, task.retained], [3, 2]);
  assert.deepEqual(await tagsOf('runs/app'), ['v1', 'v3']);
  const log = await taskLog(alice, { policyId, runId: run.id, taskId: task.id });
  const rows = log.split('\n').filter((line) => line.includes('sha256:'));
  const cells = rows.map((line) => line.split(' | ').slice(1));
  assert.match(
    log,
    /Digest \| Tag \| Kind \| Labels \| PushedTime \| PulledTime \| CreatedTime \| Retention/,
  );
  assert.deepEqual(
    cells.map((row) => [row[0], row[1], row[6]]).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    [
      ['v1', 'image', 'IMMUTABLE'],
      ['v2', 'image', 'DEL'],
      ['v3', 'image', 'RETAIN'],
    ],
  );
  assert.match(log, /rule 0 \(latestPushedK\) keeps it/);
  const trash = jsonOf<{ kind: string; repository: string; deleted_by: string }[]>(
    await alice.get('/api/berth/v1/trash'),
  );
  assert.deepEqual(
    trash.map(({ kind, repository, deleted_by: by }) => [kind, repository, by]),
    [['artifact', 'runs/app', 'alice']],
  );
  expectRefusal(
    await alice.get(`${retentions}/${policyId}/executions/${run.id}/tasks/99999`),
    404,
    'NOT_FOUND',
  );
  const foreign = `${retentions}/${otherPolicy}/executions/${run.id}/tasks`;
  expectRefusal(await olga.get(foreign), 404, 'NOT_FOUND');
  expectRefusal(await alice.get(foreign), 404, 'NOT_FOUND');
});

test('listRetentionExecutions: two pages, the newest first; listRetentionTasks: two pages, a task for each repository', async () => {
  const project = await makeProject(alice, 'pages');
  for (const name of ['a', 'b', 'c']) await push(`pages/${name}`, 'v1');
  const id = await makePolicy(alice, project, [latest(1)]);
  for (const _ of [1, 2, 3]) await runPolicy(alice, id, true);
  const path = `${retentions}/${id}/executions`;
  const all = (await runsOf(alice, id)).map((run) => run.id);
  assert.deepEqual(
    all,
    all.toSorted((a, b) => b - a),
  );
  const page = async (where: string, no: number): Promise<[number[], string, boolean]> => {
    const answer = await alice.get(`${where}?page=${no}&page_size=2`);
    const ids = jsonOf<{ id: number }[]>(answer).map((each) => each.id);
    return [
      ids,
      String(answer.headers['x-total-count']),
      /rel="(next|prev)"/.test(String(answer.headers.link)),
    ];
  };
  assert.deepEqual(await page(path, 1), [all.slice(0, 2), '3', true]);
  assert.deepEqual(await page(path, 2), [all.slice(2), '3', true]);
  const [run = 0] = all;
  const tasks = await tasksOf(alice, id, run);
  assert.deepEqual(tasks.map(({ repository }) => repository).toSorted(), ['a', 'b', 'c']);
  const ids = tasks.map((task) => task.id);
  assert.deepEqual(await page(`${path}/${run}/tasks`, 1), [ids.slice(0, 2), '3', true]);
  assert.deepEqual(await page(`${path}/${run}/tasks`, 2), [ids.slice(2), '3', true]);
  expectRefusal(await alice.get(`${path}/99999/tasks`), 404, 'NOT_FOUND');
  // Its jobs say what each is about, and who began it.
  const jobs = jsonOf<{ execution_id: number; place: string; begun_by: string }[]>(
    await admin.get('/api/berth/v1/jobs?kind=RETENTION&page_size=100'),
  ).filter(({ execution_id: of }) => of === run);
  assert.deepEqual(jobs.map(({ place, begun_by: who }) => `${place} ${who}`).toSorted(), [
    'pages alice',
    'pages/a alice',
    'pages/b alice',
    'pages/c alice',
  ]);
});

test('operateRetentionExecution: stop ends what waits; another action is 400', async () => {
  const project = await makeProject(alice, 'stopped');
  await push('stopped/app', 'v1', 'v2');
  const id = await makePolicy(alice, project, [latest(0)]);
  const queue = '/api/v2.0/jobservice/queues/RETENTION';
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'pause' }), 200);
  const started = await sendJson(alice, 'POST', `${retentions}/${id}/executions`, {});
  expectStatus(started, 201);
  const path = String(started.headers.location);
  const runId = Number(path.split('/').at(-1));
  const patch = (action: string, at = path) =>
    alice.call('PATCH', at, {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ action }),
    });
  expectRefusal(await patch('pause'), 400, 'BAD_REQUEST');
  expectRefusal(await patch('stop', `${retentions}/${id}/executions/99999`), 404, 'NOT_FOUND');
  const second = await sendJson(alice, 'POST', `${retentions}/${id}/executions`, {});
  expectRefusal(second, 412, 'PRECONDITION');
  expectStatus(await patch('stop'), 200);
  assert.equal((await endedRun(alice, id, runId)).status, 'Stopped');
  expectStatus(await sendJson(admin, 'PUT', queue, { action: 'resume' }), 200);
  assert.deepEqual(await tagsOf('stopped/app'), ['v1', 'v2']);
});

test('who may not change a project’s policy may not run or stop it, and is told the role that is needed', async () => {
  const project = await makeProject(alice, 'rights');
  await grantRole(server, { username: 'dev', role: 'guest', place: 'rights' });
  const id = await makePolicy(alice, project, [latest(1)]);
  for (const answer of [
    await dev.get(`${retentions}/${id}`),
    await sendJson(dev, 'POST', `${retentions}/${id}/executions`, {}),
    await dev.delete(`${retentions}/${id}`),
  ])
    expectRefusal(answer, 403, 'FORBIDDEN');
});

test('updateRetention: a schedule runs a policy by itself; what nobody has reviewed stops with a plan, until a setting says otherwise', async () => {
  const trigger = { kind: 'Schedule', settings: { cron: '0 * * * * *' } };
  const make = async (name: string, keep: number): Promise<number> => {
    const project = await makeProject(alice, name);
    await push(`${name}/app`, 'v1', 'v2');
    return makePolicy(alice, project, [latest(keep)], { trigger });
  };
  const [harmless, drops] = [await make('harmless', 2), await make('drops', 1)];
  const ended = (policy: number) =>
    waitUntil(
      'the schedule has run',
      async () => (await runsOf(alice, policy)).find(({ status }) => status !== 'Running'),
      150_000,
    );
  const first = await ended(harmless);
  assert.deepEqual([first.trigger, first.status, first.needs_review], ['SCHEDULE', 'Success', undefined]);
  const held = await ended(drops);
  assert.deepEqual([held.trigger, held.status], ['SCHEDULE', 'Stopped']);
  const [, plan = ''] =
    /^plan (\d+): it is the first run of the policy as it is now$/.exec(held.needs_review ?? '') ?? [];
  assert.deepEqual(await tagsOf('drops/app'), ['v1', 'v2']);
  const { items: events } = jsonOf<{ items: { object: string }[] }>(
    await admin.get('/api/berth/v1/audit?type=retention.held'),
  );
  assert.equal(events.length, 1);
  const shown = jsonOf<{ needs_review: string; dropped_artifacts: number }>(
    await alice.get(`/api/berth/v1/projects/drops/retention/plans/${plan}`),
  );
  assert.deepEqual(
    [shown.needs_review, shown.dropped_artifacts],
    ['it is the first run of the policy as it is now', 1],
  );
  const applied = await alice.call('POST', `/api/berth/v1/projects/drops/retention/plans/${plan}/apply`);
  const { execution_id: runId } = jsonOf<{ execution_id: number }>(applied, 202);
  assert.equal((await endedRun(alice, drops, runId)).status, 'Success');
  assert.deepEqual(await tagsOf('drops/app'), ['v2']);
});

test('views, HEAD, copies and dry runs are no pulls; a GET of a client is (goharbor/harbor#15810)', async () => {
  const project = await makeProject(alice, 'used');
  await makeProject(alice, 'copied');
  await push('used/app', 'v1');
  const policyId = await makePolicy(alice, project, [
    retentionRule({ template: 'nDaysSinceLastPull', n: 1 }),
  ]);
  const artifact = '/api/v2.0/projects/used/repositories/app/artifacts/v1';
  const pulledAt = async (): Promise<string | undefined> =>
    jsonOf<{ pull_time?: string }>(await alice.get(artifact)).pull_time;
  const before = await pulledAt();
  for (const path of [
    artifact,
    `${artifact}/tags`,
    `${artifact}/additions/build_history`,
    `${projects}/used/repositories/app`,
  ])
    expectStatus(await alice.get(path), 200);
  expectStatus(await alice.call('HEAD', '/v2/used/app/manifests/v1'), 200);
  const from = '/api/v2.0/projects/copied/repositories/app/artifacts?from=used/app:v1';
  expectStatus(await alice.call('POST', from), 201);
  const dry = await runPolicy(alice, policyId, true);
  assert.deepEqual(
    dry.tasks.map(({ total, retained }) => [total, retained]),
    [[1, 0]],
  );
  assert.equal(await pulledAt(), before);
  expectStatus(await alice.get('/v2/used/app/manifests/v1'), 200);
  await waitUntil('the pull is known', async () => (await pulledAt()) !== before || undefined);
  const used = await runPolicy(alice, policyId);
  assert.deepEqual(
    used.tasks.map(({ total, retained }) => [total, retained]),
    [[1, 1]],
  );
});
