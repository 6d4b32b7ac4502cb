// The policy of the system, by which projects go that have none of their own.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { makePolicy, retentionRule } from '../harness/retention.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['eve']);
const admin = server.client();
const eve = server.client({ username: 'eve', password });
const path = '/api/berth/v1/retention/default';
const at = (project: string): string => `/api/berth/v1/projects/${project}/retention`;
const rules = [retentionRule({ template: 'latestPushedK', n: 1 })];

interface Preview {
  readonly plan_id: number;
  readonly policy_of: string;
  readonly dropped_tags: number;
}

const preview = async (project: string, body: object = {}): Promise<Preview> =>
  jsonOf<Preview>(await sendJson(admin, 'POST', `${at(project)}/preview`, body));

async function fill(project: string): Promise<number> {
  const id = await makeProject(admin, project);
  for (const tag of ['v1', 'v2'])
    await admin.pushImage(`${project}/app`, tag, imageOf({ seed: `${project} ${tag}` }));
  return id;
}

test('a project without a policy goes by the default, one with a policy by its own; a reviewed plan is carried out', async () => {
  await fill('plain');
  await makePolicy(admin, await fill('own'), [retentionRule()]);
  expectRefusal(await admin.get(path), 404, 'NOT_FOUND');
  const none = await sendJson(admin, 'POST', `${at('plain')}/preview`, {});
  assert.equal(expectRefusal(none, 400, 'BAD_REQUEST'), 'project plain has no retention policy');
  expectStatus(await sendJson(admin, 'PUT', path, { rules }), 200);
  assert.deepEqual(jsonOf<{ rules: object[] }>(await admin.get(path)).rules.length, 1);
  const [own, given] = [await preview('own'), await preview('own', { policy: { rules } })];
  assert.deepEqual([own.policy_of, own.dropped_tags], ['project', 0]);
  assert.deepEqual([given.policy_of, given.dropped_tags], ['request', 1]);
  const planned = await preview('plain');
  assert.deepEqual([planned.policy_of, planned.dropped_tags], ['system', 1]);
  const applied = await admin.call('POST', `${at('plain')}/plans/${planned.plan_id}/apply`);
  const { policy_id: policy } = jsonOf<{ policy_id: number }>(applied, 202);
  assert.equal(policy, 0);
  const job = String(applied.headers.location);
  assert.match(job, /^\/api\/berth\/v1\/jobs\/\d+$/);
  await waitUntil('it is in the trash', async () => {
    const trash = jsonOf<object[]>(await admin.get('/api/berth/v1/trash?q=project=plain'));
    return trash.length === 1;
  });
  expectStatus(await admin.get(job), 200);
});

test('what is no policy changes nothing, and only administrators change the default', async () => {
  expectStatus(await sendJson(admin, 'PUT', path, { rules }), 200);
  expectRefusal(await sendJson(admin, 'PUT', path, { rules: [{ template: 'none' }] }), 400, 'BAD_REQUEST');
  const cron = { trigger: { kind: 'Schedule', settings: { cron: '* * *' } } };
  expectRefusal(await sendJson(admin, 'PUT', path, { rules: [], ...cron }), 400, 'BAD_REQUEST');
  expectRefusal(await sendJson(eve, 'PUT', path, { rules: [] }), 403, 'FORBIDDEN');
  expectRefusal(await eve.delete(path), 403, 'FORBIDDEN');
  assert.equal(jsonOf<{ rules: object[] }>(await admin.get(path)).rules.length, 1);
});

test('berth retention default sets it, shows it as it is set, and removes it', async () => {
  const run = (...args: string[]) => berth(['retention', ...args, '--data', server.data]);
  const file = join(server.folder, 'default.json');
  writeFileSync(
    file,
    JSON.stringify({ rules, trigger: { kind: 'Schedule', settings: { cron: '0 0 3 * * *' } } }),
  );
  const set = await run('default', '--set', file);
  assert.equal(set.code, 0, set.stderr);
  const shown = await run('default');
  const { trigger } = JSON.parse(shown.stdout) as { trigger: { settings: Record<string, string> } };
  assert.equal(trigger.settings['cron'], '0 0 3 * * *');
  assert.match(trigger.settings['next_scheduled_time'] ?? '', /T03:00:00/);
  writeFileSync(file, shown.stdout);
  assert.equal((await run('default', '--set', file)).code, 0, 'what was shown can be set');
  await fill('shell');
  assert.match((await run('preview', 'shell')).stderr, /^The project has no policy of its own/m);
  assert.equal((await run('default', '--remove', '--yes')).code, 0);
  assert.notEqual((await run('preview', 'shell')).code, 0);
  assert.notEqual((await run('default', '--remove', '--yes')).code, 0);
});
