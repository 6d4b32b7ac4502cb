// What a retention policy would do, before it does it: previews, comparisons, plans that are carried out.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { childOf, imageOf, indexOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import {
  endedRun,
  makePolicy,
  retentionPolicy,
  retentionRule,
  retentions,
  runPolicy,
  tasksOf,
} from '../harness/retention.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'bob', 'eve']);
const as = (username: string): RegistryClient => server.client({ username, password });
const [alice, bob, eve] = [as('alice'), as('bob'), as('eve')];
const at = (project: string): string => `/api/berth/v1/projects/${project}/retention`;
const latest = (n: number): object => retentionRule({ template: 'latestPushedK', n });

interface Preview {
  readonly plan_id: number;
  readonly in_force: boolean;
  readonly artifacts: number;
  readonly dropped_artifacts: number;
  readonly tags: number;
  readonly dropped_tags: number;
  readonly dropped_pulled_tags: number;
  readonly freed_bytes: number;
  readonly left_out: number;
  readonly decisions: readonly {
    tags: string[];
    keep: boolean;
    rule?: number;
    reason: string;
    because: object;
    repository: string;
  }[];
  readonly compared?: { readonly dropped_artifacts: number; readonly changes: readonly string[] };
}

const preview = async (project: string, body: object = {}, client = alice): Promise<Preview> =>
  jsonOf<Preview>(await sendJson(client, 'POST', `${at(project)}/preview`, body));
const apply = (project: string, plan: number, client = alice) =>
  client.call('POST', `${at(project)}/plans/${plan}/apply`);
interface Trashed {
  readonly size: number;
  readonly job_kind?: string;
  readonly execution_id?: number;
}
const trashOf = async (project: string): Promise<Trashed[]> =>
  jsonOf<Trashed[]>(await alice.get(`/api/berth/v1/trash?q=project=${project}&page_size=100`));

async function push(repository: string, ...tags: string[]): Promise<void> {
  for (const [index, tag] of tags.entries())
    await alice.pushImage(
      repository,
      tag,
      imageOf({ seed: `${repository}:${tag}`, layers: [1000 + index, 77] }),
    );
}

test('a preview names each artifact, the rule that decided and the bytes; the run that carries it out moves just these to the trash', async () => {
  const project = await makeProject(alice, 'plan');
  await push('plan/app', 'v1', 'v2', 'v3');
  await push('plan/web', 'w1', 'w2');
  const image = imageOf({ seed: 'child', layers: [500] });
  await alice.pushImage('plan/multi', 'child', image);
  const policyId = await makePolicy(alice, project, [latest(1), retentionRule({ tags: 'v1' })]);
  const shown = await preview('plan');
  assert.deepEqual(
    [shown.artifacts, shown.dropped_artifacts, shown.tags, shown.dropped_tags, shown.left_out],
    [6, 2, 6, 2, 0],
  );
  const byTag = new Map(shown.decisions.map((each) => [each.tags.join(), each]));
  const decided = (tag: string) => {
    const { keep, rule, reason, repository } = byTag.get(tag) ?? assert.fail(tag);
    return [repository, keep, rule, reason];
  };
  assert.deepEqual(decided('v1'), ['plan/app', true, 1, 'rule 1 (always) keeps it']);
  assert.deepEqual(decided('v2'), ['plan/app', false, undefined, 'none of the rules 0, 1 keeps it']);
  assert.deepEqual(decided('w2'), ['plan/web', true, 0, 'rule 0 (latestPushedK) keeps it']);
  assert.deepEqual(
    ['v1', 'v2'].map((tag) => byTag.get(tag)?.because),
    [
      { kind: 'rule', rule: 1, template: 'always', number: 0 },
      { kind: 'no-rule', rules: [0, 1] },
    ],
  );
  assert.equal((await trashOf('plan')).length, 0);
  const answer = await apply('plan', shown.plan_id);
  const { execution_id: runId } = jsonOf<{ execution_id: number }>(answer, 202);
  assert.equal(answer.headers.location, `${retentions}/${policyId}/executions/${runId}`);
  assert.equal((await endedRun(alice, policyId, runId)).status, 'Success');
  const trash = await trashOf('plan');
  assert.equal(trash.length, shown.dropped_artifacts);
  assert.deepEqual(new Set(trash.map((each) => each.job_kind)), new Set(['RETENTION']));
  assert.deepEqual(new Set(trash.map((each) => each.execution_id)), new Set([runId]));
  const ofRun = (run: number) => alice.get(`/api/berth/v1/trash?q=execution=${run}`);
  assert.equal(jsonOf<Trashed[]>(await ofRun(runId)).length, shown.dropped_artifacts);
  assert.equal(jsonOf<Trashed[]>(await ofRun(runId + 1)).length, 0);
  assert.equal(
    trash.reduce((sum, { size }) => sum + size, 0),
    shown.freed_bytes,
  );
  const tasks = await tasksOf(alice, policyId, runId);
  assert.deepEqual(
    tasks
      .map(({ repository, total, retained }) => `${repository} ${total} ${retained}`)
      .toSorted((a, b) => (a < b ? -1 : 1)),
    ['app 3 2', 'multi 1 1', 'web 2 1'],
  );
  assert.match(
    expectRefusal(await apply('plan', shown.plan_id), 409, 'CONFLICT'),
    new RegExp(`^plan ${shown.plan_id} is carried out by run ${runId} already$`),
  );
  const stored = jsonOf<{
    execution_id: number;
    freed_bytes: number;
    repositories: { repository: string }[];
  }>(await alice.get(`${at('plan')}/plans/${shown.plan_id}`));
  assert.deepEqual([stored.execution_id, stored.freed_bytes], [runId, shown.freed_bytes]);
  assert.deepEqual(
    stored.repositories.map(({ repository }) => repository),
    ['plan/app', 'plan/web'],
  );
});

test('what was pushed since a plan was made is named, and nothing is deleted', async () => {
  const project = await makeProject(alice, 'changing');
  await push('changing/app', 'v1', 'v2');
  await makePolicy(alice, project, [latest(1)]);
  const { plan_id: plan } = await preview('changing');
  await push('changing/app', 'v3');
  const message = expectRefusal(await apply('changing', plan), 412, 'PRECONDITION');
  assert.match(
    message,
    /^the project has changed since plan \d+ was made: changing\/app@sha256:\w+ \(v2\) would go, too$/,
  );
  const { plan_id: other } = await preview('changing');
  expectStatus(
    await sendJson(
      alice,
      'PUT',
      `${retentions}/${await idOf('changing')}`,
      retentionPolicy(project, [latest(2)]),
    ),
    200,
  );
  assert.equal(
    expectRefusal(await apply('changing', other), 412, 'PRECONDITION'),
    `plan ${other} is not of the policy that the project has now`,
  );
  const inForce = async (of: number) =>
    jsonOf<{ in_force: boolean }>(await alice.get(`${at('changing')}/plans/${of}`)).in_force;
  assert.equal(await inForce(other), false);
  assert.equal((await preview('changing')).in_force, true);
  const unsaved = await preview('changing', { policy: retentionPolicy(project, [latest(1)]) });
  assert.equal(unsaved.in_force, false);
  const path = `${retentions}/${await idOf('changing')}`;
  expectStatus(await sendJson(alice, 'PUT', path, retentionPolicy(project, [latest(1)])), 200);
  assert.equal(await inForce(unsaved.plan_id), true);
  const daily = { trigger: { kind: 'Schedule', references: {}, settings: { cron: '0 0 0 * * *' } } };
  expectStatus(await sendJson(alice, 'PUT', path, retentionPolicy(project, [latest(1)], daily)), 200);
  assert.equal(await inForce(unsaved.plan_id), true, 'when it runs changes nothing of what goes');
  assert.equal((await trashOf('changing')).length, 0);
  expectStatus(await apply('changing', unsaved.plan_id), 202);
});

async function idOf(project: string): Promise<string> {
  const shown = await alice.get(`/api/v2.0/projects/${project}`);
  return jsonOf<{ metadata: { retention_id: string } }>(shown).metadata.retention_id;
}

test('somebody who lost the right, a stranger, and a plan of another project', async () => {
  const project = await makeProject(alice, 'lost');
  await makeProject(alice, 'elsewhere');
  await push('lost/app', 'v1', 'v2');
  await makePolicy(alice, project, [latest(1)]);
  await grantRole(server, { username: 'bob', role: 'maintainer', place: 'lost' });
  const { plan_id: plan } = await preview('lost', {}, bob);
  const members = jsonOf<{ id: number; entity_name: string }[]>(
    await alice.get('/api/v2.0/projects/lost/members'),
  );
  const member = members.find(({ entity_name: name }) => name === 'bob');
  expectStatus(await alice.delete(`/api/v2.0/projects/lost/members/${member?.id}`), 200);
  expectRefusal(await apply('lost', plan, bob), 403, 'FORBIDDEN');
  expectRefusal(await apply('lost', plan, eve), 403, 'FORBIDDEN');
  assert.equal(
    expectRefusal(await apply('elsewhere', plan), 404, 'NOT_FOUND'),
    `the project has no retention plan ${plan}`,
  );
  expectRefusal(await alice.get(`${at('elsewhere')}/plans/${plan}`), 404, 'NOT_FOUND');
  assert.equal((await trashOf('lost')).length, 0);
});

test('a plan ends a day after it was made: it is shown, and not carried out', async () => {
  const project = await makeProject(alice, 'late');
  await push('late/app', 'v1', 'v2');
  await makePolicy(alice, project, [latest(1)]);
  const { plan_id: plan } = await preview('late');
  const stored = async () =>
    jsonOf<{ made_at: string; expires_at: string; execution_id?: number }>(
      await alice.get(`${at('late')}/plans/${plan}`),
    );
  const { made_at: madeAt, expires_at: expiresAt } = await stored();
  assert.equal(Date.parse(expiresAt) - Date.parse(madeAt), 86_400_000);
  const ended = Date.parse('2026-01-02T03:04:05Z');
  const db = new DatabaseSync(join(server.data, 'berth.db'), { timeout: 30_000 });
  db.exec(`update retention_plan set expires_at = ${ended} where id = ${plan}`);
  db.close();
  assert.equal(
    expectRefusal(await apply('late', plan), 412, 'PRECONDITION'),
    `plan ${plan} ended at 2026-01-02T03:04:05.000Z`,
  );
  assert.equal((await stored()).execution_id, undefined);
  assert.equal((await trashOf('late')).length, 0);
});

test('two policies are compared, also where the project has none', async () => {
  await makeProject(alice, 'compared');
  await push('compared/app', 'v1', 'v2', 'v3');
  const body = { policy: { rules: [latest(1)] }, compare: { rules: [latest(2)] } };
  const shown = await preview('compared', body);
  assert.deepEqual([shown.dropped_artifacts, shown.compared?.dropped_artifacts], [2, 1]);
  assert.equal(shown.compared?.changes.length, 1);
  assert.match(
    shown.compared?.changes[0] ?? '',
    /^compared\/app@sha256:\w+ \(v2\) would stay now, or is gone$/,
  );
  const none = await sendJson(alice, 'POST', `${at('compared')}/preview`, {});
  assert.equal(expectRefusal(none, 400, 'BAD_REQUEST'), 'project compared has no retention policy');
  const bad = { policy: { rules: [latest(-1)] } };
  expectRefusal(await sendJson(alice, 'POST', `${at('compared')}/preview`, bad), 400, 'BAD_REQUEST');
});

test('berth retention preview and apply: what goes, then it is in the trash', async () => {
  const project = await makeProject(alice, 'cli');
  await push('cli/app', 'v1', 'v2');
  const policyId = await makePolicy(alice, project, [latest(1)]);
  const shown = await berth(['retention', 'preview', 'cli', '--data', server.data]);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /cli\/app\tv1\tfalse\t\d{4}\tnone of the rules 0 keeps it/);
  assert.doesNotMatch(shown.stdout, /v2/);
  const [, plan = ''] = /^Plan (\d+): 1 of 2 artifacts with 1 tags would go/m.exec(shown.stderr) ?? [];
  const wrong = await berth(['retention', 'apply', 'cli', 'x', '--yes', '--data', server.data]);
  assert.match(wrong.stderr, /a plan is named by its number/);
  const applied = await berth(['retention', 'apply', 'cli', plan, '--yes', '--data', server.data]);
  assert.equal(applied.code, 0, applied.stderr);
  const [, run = ''] = /Run (\d+) carries out plan/.exec(applied.stderr) ?? [];
  await endedRun(alice, policyId, Number(run));
  assert.equal((await trashOf('cli')).length, 1);
});

test('berth retention preview --policy and compare: what a policy in a file would do, and nothing is deleted', async () => {
  const project = await makeProject(alice, 'files');
  await push('files/app', 'v1', 'v2', 'v3');
  await makePolicy(alice, project, [latest(2)]);
  const file = join(server.folder, 'policy.json');
  writeFileSync(file, JSON.stringify({ rules: [latest(1)] }));
  const run = (...args: string[]) => berth(['retention', ...args, '--data', server.data]);
  const tried = await run('preview', 'files', '--policy', file, '-o', 'json');
  assert.equal(tried.code, 0, tried.stderr);
  const rows = JSON.parse(tried.stdout) as { tags: string; unique_bytes: number }[];
  assert.deepEqual(rows.map(({ tags }) => tags).toSorted(), ['v1', 'v2']);
  assert.ok(rows.every(({ unique_bytes: bytes }) => bytes > 1000));
  assert.match(tried.stderr, /^2 of 3 artifacts with 2 tags would go to the trash, .*does not have\.$/m);
  const compared = await run('compare', 'files', file);
  assert.equal(compared.code, 0, compared.stderr);
  assert.match(compared.stdout, /files\/app@sha256:\w+ \(v2\) would go, too/);
  assert.match(
    compared.stderr,
    /^The policy: 1 artifacts with 1 tags would go, .*: 2 artifacts with 2 tags, /m,
  );
  writeFileSync(file, '{');
  const broken = await run('preview', 'files', '--policy', file);
  assert.notEqual(broken.code, 0);
  assert.match(broken.stderr, /policy\.json is not JSON: /);
  assert.equal((await trashOf('files')).length, 0);
});

test('a protected tag stays, whoever runs the policy, until its protection is gone', async () => {
  const project = await makeProject(alice, 'guarded');
  await push('guarded/app', 'v1', 'v2', 'v3');
  const protections = '/api/berth/v1/projects/guarded/protected-tags';
  const rule = { tags: 'v1', allowed: ['alice'] };
  const { id } = jsonOf<{ id: number }>(await sendJson(alice, 'POST', protections, rule), 201);
  const policyId = await makePolicy(alice, project, [latest(1)]);
  const shown = await preview('guarded');
  const { reason, keep } = shown.decisions.find(({ tags }) => tags.includes('v1')) ?? assert.fail('v1');
  assert.equal(keep, true);
  assert.match(reason, /^the tag v1 is protected by protection \d+ of the project$/);
  await runPolicy(alice, policyId);
  const tags = async (): Promise<string[]> =>
    (JSON.parse((await alice.get('/v2/guarded/app/tags/list')).body.toString()) as { tags: string[] }).tags;
  assert.deepEqual(await tags(), ['v1', 'v3']);
  expectStatus(await alice.delete(`${protections}/${id}`), 200);
  await runPolicy(alice, policyId);
  assert.deepEqual(await tags(), ['v3']);
});

test('an index that stays keeps its tagged children', async () => {
  await makeProject(alice, 'index');
  const child = imageOf({ seed: 'of index', layers: [300] });
  await alice.pushImage('index/app', 'child', child);
  const index = indexOf([childOf(child.manifest)]);
  const put = await alice.call('PUT', '/v2/index/app/manifests/multi', {
    headers: { 'content-type': index.mediaType },
    body: index.bytes,
  });
  expectStatus(put, 201);
  const shown = await preview('index', { policy: { rules: [retentionRule({ tags: 'multi' })] } });
  assert.deepEqual(
    shown.decisions
      .map(({ tags, reason }) => `${tags.join()}: ${reason}`)
      .toSorted((a, b) => (a < b ? -1 : 1)),
    ['child: an index that stays lists it', 'multi: rule 0 (always) keeps it'],
  );
});
