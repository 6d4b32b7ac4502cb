// Harbor's operations on webhooks, of a started server. What receivers get: test/webhooks/.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { WebhookReceiver } from '../harness/webhook-receiver.ts';

let server: BerthServer;
let receiver: WebhookReceiver;
let alice: RegistryClient;
let maria: RegistryClient;
let eve: RegistryClient;
before(async () => {
  receiver = await WebhookReceiver.start();
  server = await BerthServer.start({
    env: { BERTH_EXTERNAL_URL: 'https://registry.example', BERTH_OUTGOING_ADDRESSES: '127.0.0.1' },
  });
  await addUsers(server, ['alice', 'maria', 'eve']);
  [alice, maria, eve] = ['alice', 'maria', 'eve'].map((username) =>
    server.client({ username, password }),
  ) as [RegistryClient, RegistryClient, RegistryClient];
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const hooksAt = (project: string): string => `/api/v2.0/projects/${project}/webhook/policies`;

interface Hook {
  readonly id: number;
  readonly name: string;
  readonly enabled: boolean;
  readonly targets: readonly Readonly<Record<string, unknown>>[];
  readonly [key: string]: unknown;
}

const target = (more: object = {}): object => ({
  type: 'http',
  address: 'https://hooks.example/in',
  ...more,
});
const hook = (more: object = {}): object => ({
  name: 'ci',
  description: 'for the builds',
  targets: [target()],
  event_types: ['PUSH_ARTIFACT'],
  enabled: true,
  ...more,
});
const make = async (project: string, more: object = {}): Promise<string> => {
  const made = await sendJson(alice, 'POST', hooksAt(project), hook(more));
  expectStatus(made, 201);
  return String(made.headers.location);
};
const list = async (project: string, query = ''): Promise<Hook[]> =>
  jsonOf<Hook[]>(await alice.get(`${hooksAt(project)}${query}`));

async function refused(project: string, more: object): Promise<string> {
  const answer = await sendJson(alice, 'POST', hooksAt(project), hook(more));
  return expectRefusal(answer, 400, 'BAD_REQUEST');
}

test('CreateWebhookPolicyOfProject: types http and slack, a format for http only, known types of events; read back', async () => {
  await makeProject(alice, 'made');
  const location = await make('made', {
    targets: [
      target({ auth_header: 'Bearer p@ss:w/o?r#d%41 é', skip_cert_verify: true }),
      { type: 'slack', address: 'https://hooks.slack.com/services/T/B/x' },
    ],
    event_types: ['PUSH_ARTIFACT', 'SCANNING_COMPLETED'],
  });
  const { id, creation_time, update_time, project_id, ...rest } = jsonOf<Hook>(await alice.get(location));
  assert.equal(location, `${hooksAt('made')}/${id}`);
  assert.ok(typeof project_id === 'number' && creation_time === update_time);
  assert.deepEqual(rest, {
    name: 'ci',
    description: 'for the builds',
    targets: [
      {
        type: 'http',
        address: 'https://hooks.example/in',
        auth_header: 'Bearer p@ss:w/o?r#d%41 é',
        skip_cert_verify: true,
        payload_format: 'Default',
      },
      { type: 'slack', address: 'https://hooks.slack.com/services/T/B/x' },
    ],
    event_types: ['PUSH_ARTIFACT', 'SCANNING_COMPLETED'],
    creator: 'alice',
    enabled: true,
  });
  assert.match(await refused('made', { targets: [] }), /^empty notification target/);
  assert.match(await refused('made', { event_types: [] }), /^empty event type/);
  assert.equal(await refused('made', { event_types: ['PUSHED'] }), 'unsupported event type "PUSHED"');
  assert.match(
    await refused('made', { targets: [target({ type: 'pager' })] }),
    /^unsupported target type "pager"/,
  );
  assert.match(
    await refused('made', { targets: [target({ payload_format: 'XML' })] }),
    /^unsupported payload format "XML"/,
  );
  assert.equal(
    await refused('made', { targets: [target({ type: 'slack', payload_format: 'Default' })] }),
    'a target of the type slack has no payload_format',
  );
  assert.match(await refused('made', { name: ' ' }), /^a webhook has a name/);
  assert.match(
    await refused('made', { targets: [target({ template: '{"a":"{{nothing}}"}' })] }),
    /^the template has the field nothing; there are type, /,
  );
  assert.match(
    await refused('made', { targets: [target({ template: '{"a":{{type}}}' })] }),
    /^the template is no JSON once it is filled: /,
  );
  assert.equal(
    await refused('made', { targets: [target({ auth_header: 'a\r\nHost: b' })] }),
    'auth_header has signs that no header may have',
  );
  assert.equal((await list('made')).length, 1);
});

test('CreateWebhookPolicyOfProject: an address without http(s), of this machine or network, or of this registry is 400', async () => {
  await makeProject(alice, 'addressed');
  const says = async (address: string): Promise<string> => {
    const message = await refused('addressed', { targets: [target({ address })] });
    const start = `the address ${JSON.stringify(address)} cannot be used: `;
    assert.ok(message.startsWith(start), message);
    return message.slice(start.length);
  };
  for (const address of ['ftp://hooks.example/', 'hooks.example', '', 'https://user:pw@hooks.example/'])
    assert.equal(await says(address), 'this is no http or https URL, or one with a user in it');
  for (const [address, host] of [
    ['http://127.0.0.2:80/', '127.0.0.2'],
    ['http://2130706434/', '127.0.0.2'],
    ['http://[::1]:5000/', '[::1]:5000'],
    ['http://169.254.169.254/latest', '169.254.169.254'],
    ['http://10.0.0.1/', '10.0.0.1'],
    ['http://[::ffff:10.0.0.1]/', '[::ffff:a00:1]'],
  ] as const)
    assert.equal(
      await says(address),
      `${host} is not on the public internet; an administrator has to permit its address`,
    );
  assert.equal(await says('https://registry.example/api'), 'it is this registry');
  assert.deepEqual(await list('addressed'), []);
});

test('CreateWebhookPolicyOfProject: a name is there once in a project (409), and again in another', async () => {
  await makeProject(alice, 'named');
  await makeProject(alice, 'named-too');
  await make('named');
  expectRefusal(await sendJson(alice, 'POST', hooksAt('named'), hook()), 409, 'CONFLICT');
  await make('named-too');
  const second = await make('named', { name: 'other' });
  const id = Number(second.split('/').at(-1));
  expectRefusal(await sendJson(alice, 'PUT', second, hook({ id })), 409, 'CONFLICT');
  expectStatus(await sendJson(alice, 'PUT', second, hook({ id, name: 'other', enabled: false })), 200);
  assert.deepEqual(
    (await list('named', '?sort=id')).map(({ name, enabled }) => [name, enabled]),
    [
      ['ci', true],
      ['other', false],
    ],
  );
});

test('ListWebhookPoliciesOfProject: two pages, the newest first, a filter on the name, a sort', async () => {
  await makeProject(alice, 'listed');
  for (const name of ['b', 'c', 'a']) await make('listed', { name });
  const names = async (query: string): Promise<string> =>
    (await list('listed', query)).map(({ name }) => name).join('');
  const answer = await alice.get(`${hooksAt('listed')}?page=2&page_size=2`);
  assert.deepEqual(
    jsonOf<Hook[]>(answer).map(({ name }) => name),
    ['b'],
  );
  assert.equal(answer.headers['x-total-count'], '3');
  assert.match(String(answer.headers['link']), /page=1&page_size=2>; rel="prev"/);
  assert.equal(await names(''), 'acb');
  assert.equal(await names('?sort=name'), 'abc');
  assert.equal(await names('?q=name%3D~B'), 'b');
  await makeProject(alice, 'empty');
  assert.deepEqual(await list('empty'), []);
});

test('GetWebhookPolicyOfProject: a webhook of another project is 404, strangers are 403; who may not change it sees no secret', async () => {
  await makeProject(alice, 'one');
  await makeProject(alice, 'two');
  const location = await make('one', { targets: [target({ auth_header: 'Secret-4711' })] });
  const elsewhere = location.replace('/one/', '/two/');
  for (const [method, body] of [
    ['GET', undefined],
    ['PUT', JSON.stringify(hook({ name: 'taken' }))],
    ['DELETE', undefined],
  ] as const) {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await alice.call(method, elsewhere, { headers, ...(body === undefined ? {} : { body }) });
    expectRefusal(answer, 404, 'NOT_FOUND');
  }
  expectRefusal(await eve.get(location), 403, 'FORBIDDEN');
  const member = { role_id: 4, member_user: { username: 'maria' } };
  expectStatus(await sendJson(alice, 'POST', '/api/v2.0/projects/one/members', member), 201);
  const seen = jsonOf<Hook>(await maria.get(location));
  assert.deepEqual([seen.name, seen.targets[0]?.['auth_header']], ['ci', undefined]);
  expectRefusal(await sendJson(maria, 'PUT', location, hook()), 403, 'FORBIDDEN');
  assert.equal(jsonOf<Hook>(await alice.get(location)).targets[0]?.['auth_header'], 'Secret-4711');
});

test('UpdateWebhookPolicyOfProject: replaces it, and keeps what Harbor does not know of', async () => {
  await makeProject(alice, 'changed');
  const filters = { repositories: ['app/**'], tags: ['v*'], labels: [] };
  const location = await make('changed', {
    targets: [target({ auth_header: 'old', secret: 'whsec_c2VjcmV0' })],
    filters,
  });
  const changed = {
    name: 'renamed',
    targets: [target({ payload_format: 'CloudEvents' })],
    event_types: ['PULL_ARTIFACT'],
    enabled: false,
  };
  expectStatus(await sendJson(alice, 'PUT', location, changed), 200);
  const now = jsonOf<Hook>(await alice.get(location));
  assert.deepEqual([now.name, now['description'], now.enabled], ['renamed', undefined, false]);
  assert.deepEqual(now['event_types'], ['PULL_ARTIFACT']);
  assert.deepEqual(now.targets, [
    { type: 'http', address: 'https://hooks.example/in', payload_format: 'CloudEvents', signed: true },
  ]);
  assert.deepEqual(now['filters'], filters);
  expectRefusal(await sendJson(alice, 'PUT', location, { ...changed, targets: [] }), 400, 'BAD_REQUEST');
  assert.deepEqual(jsonOf<Hook>(await alice.get(location)), now);
});

test('DeleteWebhookPolicyOfProject: it is gone, with its executions', async () => {
  await makeProject(alice, 'removed');
  const location = await make('removed', { targets: [target({ address: receiver.at('/removed') })] });
  await alice.pushImage('removed/app', 'v1', imageOf({ seed: 'removed' }));
  await receiver.until('/removed', 1);
  expectStatus(await alice.call('DELETE', location), 200);
  expectRefusal(await alice.get(location), 404, 'NOT_FOUND');
  expectRefusal(await alice.get(`${location}/executions`), 404, 'NOT_FOUND');
  expectRefusal(await alice.call('DELETE', location), 404, 'NOT_FOUND');
  await alice.pushImage('removed/app', 'v2', imageOf({ seed: 'removed-too' }));
  assert.deepEqual(await list('removed'), []);
});

interface Execution {
  readonly id: number;
  readonly status: string;
  readonly extra_attrs: { readonly event_type: string; readonly payload: string };
  readonly [key: string]: unknown;
}

async function settled(location: string, count: number): Promise<Execution[]> {
  return waitUntil(
    `${count} executions that have ended`,
    async () => {
      const all = jsonOf<Execution[]>(await alice.get(`${location}/executions`));
      return all.filter(({ status }) => status !== 'Running').length >= count && all;
    },
    30_000,
  );
}

test('ListExecutionsOfWebhookPolicy, ListTasksOfWebhookExecution, GetLogsOfWebhookTask: what was sent, and what came of it', async () => {
  await makeProject(alice, 'told');
  receiver.answer = (response, { path }) => {
    response.statusCode = path === '/gone' ? 410 : 200;
    response.end();
  };
  const location = await make('told', {
    targets: [target({ address: receiver.at('/told') }), { type: 'slack', address: receiver.at('/gone') }],
  });
  await alice.pushImage('told/app', 'v1', imageOf({ seed: 'told' }));
  const executions = await settled(location, 2);
  const { id: vendorId } = jsonOf<Hook>(await alice.get(location));
  const [slack, http] = ['SLACK', 'WEBHOOK'].map((type) =>
    executions.find(({ vendor_type: vendor }) => vendor === type),
  );
  assert.ok(slack !== undefined && http !== undefined);
  const { id, start_time: start, end_time: end, extra_attrs: extra, ...rest } = http;
  assert.ok(typeof start === 'string' && typeof end === 'string');
  assert.deepEqual(rest, {
    vendor_type: 'WEBHOOK',
    vendor_id: vendorId,
    status: 'Success',
    metrics: { task_count: 1, success_task_count: 1 },
    trigger: 'EVENT',
  });
  assert.equal(extra.event_type, 'PUSH_ARTIFACT');
  assert.deepEqual(JSON.parse(extra.payload), receiver.of('/told')[0]);
  assert.deepEqual([slack.status, slack['status_message']], ['Error', 'the answer is 410']);
  const answer = await alice.get(`${location}/executions/${id}/tasks`);
  assert.equal(answer.headers['x-total-count'], '1');
  const [task] = jsonOf<Execution[]>(answer);
  assert.deepEqual(
    [task?.id, task?.['execution_id'], task?.status, task?.['run_count']],
    [id, id, 'Success', 1],
  );
  const log = await alice.get(`${location}/executions/${slack.id}/tasks/${slack.id}/log`);
  assert.equal(log.headers['content-type'], 'text/plain; charset=utf-8');
  assert.match(log.body.toString(), /^20\S+Z POST http:\/\/127\.0\.0\.1:\d+, \d+ ms: 410\n$/);
  const missing = [`/executions/${id + 1000}/tasks`, `/executions/${id}/tasks/${id + 1000}/log`];
  for (const path of missing) expectRefusal(await alice.get(`${location}${path}`), 404, 'NOT_FOUND');
  const other = await make('told', { name: 'other' });
  expectRefusal(await alice.get(`${other}/executions/${id}/tasks`), 404, 'NOT_FOUND');
  expectRefusal(await eve.get(`${location}/executions`), 403, 'FORBIDDEN');
});

test('ListExecutionsOfWebhookPolicy, ListWebhookJobs: two pages, a filter on the status, a sort; policy_id is required', async () => {
  await makeProject(alice, 'paged');
  receiver.answer = (response, { text }) => {
    response.statusCode = text.includes('"v2"') ? 410 : 200;
    response.end();
  };
  const location = await make('paged', { targets: [target({ address: receiver.at('/paged') })] });
  for (const tag of ['v1', 'v2', 'v3']) await alice.pushImage('paged/app', tag, imageOf({ seed: tag }));
  await settled(location, 3);
  const { id } = jsonOf<Hook>(await alice.get(location));
  const jobs = '/api/v2.0/projects/paged/webhook/jobs';
  for (const [path, query] of [
    [`${location}/executions`, '?'],
    [jobs, `?policy_id=${id}&`],
  ] as const) {
    const page = await alice.get(`${path}${query}page=2&page_size=2`);
    assert.deepEqual([jsonOf<unknown[]>(page).length, page.headers['x-total-count']], [1, '3']);
    assert.match(String(page.headers['link']), /rel="prev"/);
    const ids = jsonOf<Execution[]>(await alice.get(`${path}${query}`)).map((each) => each.id);
    const sorted = jsonOf<Execution[]>(await alice.get(`${path}${query}sort=id`)).map((each) => each.id);
    assert.deepEqual(sorted, ids.toReversed());
    const failed = jsonOf<Execution[]>(await alice.get(`${path}${query}q=status%3DError`));
    assert.deepEqual(
      failed.map(({ status }) => status),
      ['Error'],
    );
  }
  const byStatus = async (status: string): Promise<number> =>
    jsonOf<unknown[]>(await alice.get(`${jobs}?policy_id=${id}&status=${status}`)).length;
  assert.deepEqual(
    await Promise.all(['Success', 'Error', 'Success,Error', 'Pending'].map(byStatus)),
    [2, 1, 3, 0],
  );
  const [job] = jsonOf<Readonly<Record<string, unknown>>[]>(
    await alice.get(`${jobs}?policy_id=${id}&status=Error`),
  );
  assert.deepEqual(
    [job?.['policy_id'], job?.['event_type'], job?.['notify_type'], job?.['status']],
    [id, 'PUSH_ARTIFACT', 'http', 'Error'],
  );
  assert.match(String(job?.['job_detail']), /"tag":"v2"/);
  expectStatus(await alice.get(jobs), 422);
  expectRefusal(await alice.get(`/api/v2.0/projects/told/webhook/jobs?policy_id=${id}`), 404, 'NOT_FOUND');
});

test('LastTrigger: a row for each webhook and type of event, with the last time; GetSupportedEventTypes: what there is', async () => {
  await makeProject(alice, 'last');
  receiver.answer = (response) => response.end();
  const location = await make('last', {
    targets: [target({ address: receiver.at('/last') })],
    event_types: ['PUSH_ARTIFACT', 'PULL_ARTIFACT'],
  });
  await alice.pushImage('last/app', 'v1', imageOf({ seed: 'last' }));
  await settled(location, 1);
  const rows = jsonOf<Readonly<Record<string, unknown>>[]>(
    await alice.get('/api/v2.0/projects/last/webhook/lasttrigger'),
  );
  assert.deepEqual(
    rows.map((row) => [
      row['policy_name'],
      row['event_type'],
      row['enabled'],
      typeof row['last_trigger_time'],
    ]),
    [
      ['ci', 'PUSH_ARTIFACT', true, 'string'],
      ['ci', 'PULL_ARTIFACT', true, 'undefined'],
    ],
  );
  const known = jsonOf<{ event_type: string[]; notify_type: string[]; payload_formats: unknown }>(
    await alice.get('/api/v2.0/projects/last/webhook/events'),
  );
  assert.deepEqual(known.event_type.slice(0, 10), [
    'PUSH_ARTIFACT',
    'PULL_ARTIFACT',
    'DELETE_ARTIFACT',
    'QUOTA_EXCEED',
    'QUOTA_WARNING',
    'SCANNING_FAILED',
    'SCANNING_STOPPED',
    'SCANNING_COMPLETED',
    'REPLICATION',
    'TAG_RETENTION',
  ]);
  assert.deepEqual(known.notify_type.slice(0, 2), ['http', 'slack']);
  assert.deepEqual(known.payload_formats, [{ notify_type: 'http', formats: ['Default', 'CloudEvents'] }]);
  expectRefusal(await eve.get('/api/v2.0/projects/last/webhook/events'), 403, 'FORBIDDEN');
});

test('testWebhook, listWebhookDeliveries, redeliverWebhook: an example, what was answered, and the same once more', async () => {
  await makeProject(alice, 'tried');
  receiver.answer = (response) => response.end('thanks');
  const location = await make('tried', {
    targets: [
      target({ address: receiver.at('/tried'), auth_header: 'Secret-4711', secret: 'whsec_c2VjcmV0' }),
    ],
    enabled: false,
  });
  const own = location.replace('/api/v2.0/', '/api/berth/v1/').replace('/webhook/policies/', '/webhooks/');
  const { deliveries } = jsonOf<{ deliveries: number[] }>(await alice.call('POST', `${own}/test`), 202);
  const [example] = await receiver.until('/tried', 1);
  assert.deepEqual(
    [example?.type, example?.operator, example?.event_data.resources?.[0]?.resource_url],
    ['PUSH_ARTIFACT', 'alice', 'registry.example/tried/example:test'],
  );
  const list = async (): Promise<Readonly<Record<string, unknown>>[]> =>
    waitUntil('all have ended', async () => {
      const all = jsonOf<Readonly<Record<string, unknown>>[]>(await alice.get(`${own}/deliveries`));
      return all.every(({ end_time: end }) => end !== undefined) && all;
    });
  const [first] = await list();
  assert.deepEqual(
    [first?.['id'], first?.['status'], first?.['target'], first?.['attempts'], first?.['response']],
    [deliveries[0], 'Success', 1, 1, { status: 200, body: 'thanks' }],
  );
  assert.doesNotMatch(JSON.stringify(first), /4711|whsec/);
  const again = `${own}/deliveries/${deliveries[0]}/redeliver`;
  const { id } = jsonOf<{ id: number }>(await alice.call('POST', again), 202);
  await receiver.until('/tried', 2);
  const [one, two] = receiver.received.filter(({ path }) => path === '/tried');
  assert.equal(one?.text, two?.text);
  assert.notEqual(one?.headers['webhook-id'], two?.headers['webhook-id']);
  assert.deepEqual(
    (await list()).map((each) => [each['id'], each['asked']]),
    [
      [id, 'again'],
      [deliveries[0], 'test'],
    ],
  );
  const other = await make('tried', { name: 'other' });
  const elsewhere = again.replace(/webhooks\/\d+/, `webhooks/${other.split('/').at(-1)}`);
  expectStatus(await alice.call('POST', elsewhere), 404);
  expectStatus(await eve.call('POST', `${own}/test`), 403);
});
