// Webhooks of the whole system: who may make them, of which projects they are told, and how they are changed.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { WebhookReceiver } from '../harness/webhook-receiver.ts';

const receiver = await WebhookReceiver.start();
const server = await BerthServer.start({
  env: { BERTH_EXTERNAL_URL: 'https://registry.example', BERTH_OUTGOING_ADDRESSES: '127.0.0.1' },
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});
await addUsers(server, ['alice']);
const admin = server.client();
const alice = server.client({ username: 'alice', password });
const path = '/api/berth/v1/webhooks';
const image = imageOf({ seed: 'system', layers: [100] });

interface Hook {
  readonly id: number;
  readonly name: string;
  readonly project_pattern: string;
  readonly enabled: boolean;
  readonly [key: string]: unknown;
}

const hook = (name: string, more: object = {}): object => ({
  name,
  targets: [{ type: 'http', address: receiver.at(`/${name}`), auth_header: 'Secret-4711' }],
  event_types: ['PUSH_ARTIFACT'],
  enabled: true,
  ...more,
});
const make = async (name: string, more: object = {}): Promise<string> => {
  const made = await sendJson(admin, 'POST', path, hook(name, more));
  expectStatus(made, 201);
  return String(made.headers.location);
};

test('createSystemWebhook: it is told of the projects that match its pattern, also of those made later', async () => {
  await makeProject(alice, 'team-a');
  const location = await make('teams', { project_pattern: 'team-*' });
  const {
    id,
    creation_time: _made,
    update_time: _changed,
    ...rest
  } = jsonOf<Hook>(await admin.get(location));
  assert.equal(location, `${path}/${id}`);
  assert.deepEqual(rest, {
    name: 'teams',
    project_pattern: 'team-*',
    targets: [
      {
        type: 'http',
        address: receiver.at('/teams'),
        auth_header: 'Secret-4711',
        payload_format: 'Default',
      },
    ],
    event_types: ['PUSH_ARTIFACT'],
    creator: 'admin',
    enabled: true,
  });
  await makeProject(alice, 'team-b');
  await makeProject(alice, 'other');
  for (const project of ['other', 'team-a', 'team-b']) await alice.pushImage(`${project}/app`, 'v1', image);
  const told = (await receiver.until('/teams', 2)).map(
    ({ event_data: { repository } }) => repository?.['repo_full_name'],
  );
  assert.deepEqual(new Set(told), new Set(['team-a/app', 'team-b/app']));
  const nowhere = await sendJson(admin, 'POST', path, hook('empty', { project_pattern: '' }));
  assert.equal(expectRefusal(nowhere, 400, 'BAD_REQUEST'), 'project_pattern has 1 to 512 characters');
  const unreadable = await sendJson(admin, 'POST', path, hook('bad', { project_pattern: '{a' }));
  assert.match(expectRefusal(unreadable, 400, 'BAD_REQUEST'), /^the pattern "\{a" cannot be read: /);
  expectRefusal(await sendJson(admin, 'POST', path, hook('teams')), 409, 'CONFLICT');
  expectStatus(await admin.call('DELETE', location), 200);
});

test('updateSystemWebhook, deleteSystemWebhook: the pattern is replaced, or stays; a deleted one is told of nothing', async () => {
  const location = await make('changed', { project_pattern: 'first' });
  await makeProject(alice, 'first');
  await makeProject(alice, 'second');
  expectStatus(await sendJson(admin, 'PUT', location, hook('changed', { project_pattern: 'second' })), 200);
  await alice.pushImage('first/app', 'v1', image);
  await alice.pushImage('second/app', 'v1', image);
  const [body] = await receiver.until('/changed', 1);
  assert.equal(body?.event_data.repository?.['repo_full_name'], 'second/app');
  expectStatus(await sendJson(admin, 'PUT', location, hook('changed', { enabled: false })), 200);
  const now = jsonOf<Hook>(await admin.get(location));
  assert.deepEqual([now.project_pattern, now.enabled], ['second', false]);
  expectStatus(await admin.call('DELETE', location), 200);
  expectRefusal(await admin.get(location), 404, 'NOT_FOUND');
  expectRefusal(await admin.call('DELETE', location), 404, 'NOT_FOUND');
});

test('listSystemWebhooks: two pages, a filter on the name, a sort; those of projects are not among them', async () => {
  await makeProject(alice, 'own');
  const ofProject = await sendJson(alice, 'POST', '/api/v2.0/projects/own/webhook/policies', hook('b'));
  expectStatus(ofProject, 201);
  for (const name of ['b', 'c', 'a']) await make(name, { enabled: false });
  const names = async (query: string): Promise<string> =>
    jsonOf<Hook[]>(await admin.get(`${path}${query}`))
      .map(({ name }) => name)
      .join('');
  const answer = await admin.get(`${path}?page=2&page_size=2`);
  assert.equal(jsonOf<Hook[]>(answer).length, 1);
  assert.equal(answer.headers['x-total-count'], '3');
  assert.equal(await names(''), 'acb');
  assert.equal(await names('?sort=name'), 'abc');
  assert.equal(await names('?q=name%3D~B'), 'b');
});

test('getSystemWebhook: not for who may not configure the system, and not one of a project', async () => {
  const location = await make('mine', { enabled: false });
  for (const answer of [
    await alice.get(path),
    await alice.get(location),
    await sendJson(alice, 'POST', path, hook('his')),
    await sendJson(alice, 'PUT', location, hook('his')),
    await alice.call('DELETE', location),
    await alice.call('POST', `${location}/test`),
    await alice.get(`${location}/deliveries`),
  ])
    expectRefusal(answer, 403, 'FORBIDDEN');
  expectStatus(await server.client(null).get(path), 401);
  const [ofProject] = jsonOf<Hook[]>(await alice.get('/api/v2.0/projects/own/webhook/policies'));
  expectRefusal(await admin.get(`${path}/${ofProject?.id}`), 404, 'NOT_FOUND');
  const id = location.split('/').at(-1);
  expectRefusal(await admin.get(`/api/v2.0/projects/own/webhook/policies/${id}`), 404, 'NOT_FOUND');
});

test('testSystemWebhook, listSystemWebhookDeliveries, redeliverSystemWebhook: an example, its answer, and once more', async () => {
  const location = await make('tried', { enabled: false });
  const { deliveries } = jsonOf<{ deliveries: number[] }>(await admin.call('POST', `${location}/test`), 202);
  const [example] = await receiver.until('/tried', 1);
  assert.equal(example?.event_data.resources?.[0]?.resource_url, 'registry.example/library/example:test');
  const again = `${location}/deliveries/${deliveries[0]}/redeliver`;
  const { id } = jsonOf<{ id: number }>(await admin.call('POST', again), 202);
  await receiver.until('/tried', 2);
  const rows = await waitUntil('both have ended', async () => {
    const all = jsonOf<Readonly<Record<string, unknown>>[]>(await admin.get(`${location}/deliveries`));
    return all.every(({ status }) => status === 'Success') && all;
  });
  assert.deepEqual(
    rows.map((row) => row['id']),
    [id, deliveries[0]],
  );
  assert.doesNotMatch(JSON.stringify(rows), /4711/);
});

test('berth webhook --system: makes, lists, tries and removes one', async () => {
  const run = (...args: string[]) => berth(['webhook', ...args, '--system', '--data', server.data]);
  const made = await run('create', 'cli', receiver.at('/cli'), '--projects', 'own');
  assert.equal(made.code, 0, made.stderr);
  const listed = await run('list', '-o', 'json');
  const hooks = JSON.parse(listed.stdout) as Hook[];
  assert.equal(hooks.find(({ name }) => name === 'cli')?.project_pattern, 'own');
  const tried = await run('test', 'cli');
  assert.equal(tried.code, 0, tried.stderr);
  assert.match((await run('deliveries', 'cli')).stdout, /PUSH_ARTIFACT/);
  const [header = '', ...lines] = (await run('list')).stdout.split('\n');
  assert.match(header, /^NAME\s+ID\s+ENABLED\s+LAST_DELIVERY\s+EVENT_TYPES/);
  assert.match(lines.find((line) => /^cli\s/.test(line)) ?? '', /^cli\s+\d+\s+true\s+Success\s+\["PUSH/);
  assert.equal((await run('delete', 'cli', '--yes')).code, 0);
  const neither = await berth(['webhook', 'list', '--data', server.data]);
  assert.equal(neither.code, 2);
  assert.match(neither.stderr, /--project|--system/);
});
