// Targets that answer something strange, and what a webhook says of it; what is sent in which form, and what not at all.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { freePorts } from '../harness/free-ports.ts';
import { imageOf } from '../harness/image.ts';
import { ownCertificate } from '../harness/own-certificate.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type HookBody, type Received, WebhookReceiver } from '../harness/webhook-receiver.ts';

const folder = temporaryFolder();
const own = await ownCertificate(folder, 'right.example');
const receiver = await WebhookReceiver.start();
const server = await BerthServer.start({
  env: {
    BERTH_EXTERNAL_URL: 'https://registry.example',
    BERTH_OUTGOING_ADDRESSES: '127.0.0.1',
    NODE_EXTRA_CA_CERTS: own.certificate,
  },
});
after(async () => {
  await receiver[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  removeFolder(folder);
});
const admin = server.client();
const image = imageOf({ seed: 'refused', layers: [100] });
const answers = new Map<string, (response: ServerResponse, received: Received) => void>();
receiver.answer = (response, received) =>
  (answers.get(received.path) ?? ((one) => one.end()))(response, received);

async function hook(project: string, body: object): Promise<string> {
  const made = await sendJson(admin, 'POST', `/api/v2.0/projects/${project}/webhook/policies`, {
    name: 'hook',
    event_types: ['PUSH_ARTIFACT'],
    enabled: true,
    ...body,
  });
  expectStatus(made, 201);
  return String(made.headers.location);
}

interface Execution {
  readonly id: number;
  readonly status: string;
  readonly status_message?: string;
}

/** The first execution once it was tried, and its log. */
async function tried(
  location: string,
): Promise<readonly [status: string, message: string | undefined, log: string]> {
  const first = async (): Promise<Execution | undefined> =>
    jsonOf<Execution[]>(await admin.get(`${location}/executions?sort=id`))[0];
  const log = await waitUntil(
    'it was tried',
    async () => {
      const id = (await first())?.id;
      if (id === undefined) return undefined;
      const text = (await admin.get(`${location}/executions/${id}/tasks/${id}/log`)).body.toString();
      return text !== '' && text;
    },
    30_000,
  );
  const execution = await first();
  return [execution?.status ?? '', execution?.status_message, log];
}

async function outcome(name: string, address: string, more: object = {}) {
  await makeProject(admin, name);
  const location = await hook(name, { targets: [{ type: 'http', address, ...more }] });
  await admin.pushImage(`${name}/app`, 'v1', image);
  const [status, message] = await tried(location);
  return [status, message];
}

test('a redirect is not followed, also not to where messages may go', async () => {
  answers.set('/redirect', (response) => {
    response.writeHead(307, { Location: receiver.at('/elsewhere') });
    response.end();
  });
  assert.deepEqual(await outcome('redirected', receiver.at('/redirect')), [
    'Running',
    'the answer is 307: redirects are not followed, set the address it leads to',
  ]);
  assert.deepEqual(receiver.of('/elsewhere'), []);
});

test('of an endless body the beginning counts, a compressed one is not unpacked', async () => {
  answers.set('/endless', (response) => {
    const more = (): void => {
      if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more));
    };
    more();
  });
  assert.deepEqual(await outcome('endless', receiver.at('/endless')), ['Success', undefined]);
  answers.set('/bomb', (response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' });
    response.end(gzipSync(Buffer.alloc(50_000_000)));
  });
  assert.deepEqual(await outcome('bomb', receiver.at('/bomb')), ['Success', undefined]);
});

test('who does not answer, nobody, and a certificate for another name are told of in words, and tried again', async (t) => {
  const [port = 0] = await freePorts(1);
  assert.deepEqual(await outcome('dead', `http://127.0.0.1:${port}/`), [
    'Running',
    `127.0.0.1:${port} cannot be reached`,
  ]);
  answers.set('/silent', () => undefined);
  assert.deepEqual(await outcome('silent', receiver.at('/silent')), [
    'Running',
    `127.0.0.1:${receiver.port} did not answer in time`,
  ]);
  const secure = createSecure(
    { cert: readFileSync(own.certificate), key: readFileSync(own.key) },
    (_, response) => response.end(),
  );
  t.after(() => {
    secure.closeAllConnections();
    secure.close();
  });
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  const at = (host: string): string => `https://${host}:${(secure.address() as AddressInfo).port}/`;
  assert.deepEqual(await outcome('named', at('localhost')), [
    'Running',
    'the certificate of localhost is for another name',
  ]);
  assert.deepEqual(await outcome('right-name', at('127.0.0.1')), ['Success', undefined]);
  assert.deepEqual(await outcome('any-name', at('localhost'), { skip_cert_verify: true }), [
    'Success',
    undefined,
  ]);
});

test('a name that leads to this machine is refused when it is sent to, for good', async () => {
  await using strict = await BerthServer.start();
  const client = strict.client();
  await makeProject(client, 'inside');
  const made = await sendJson(client, 'POST', '/api/v2.0/projects/inside/webhook/policies', {
    name: 'hook',
    targets: [{ type: 'http', address: `http://localhost:${receiver.port}/inside` }],
    event_types: ['PUSH_ARTIFACT'],
    enabled: true,
  });
  expectStatus(made, 201);
  await client.pushImage('inside/app', 'v1', image);
  const [execution] = await waitUntil('it was tried', async () => {
    const all = jsonOf<Execution[]>(await client.get(`${String(made.headers.location)}/executions`));
    return all[0]?.status === 'Error' && all;
  });
  assert.equal(
    execution?.status_message,
    `localhost:${receiver.port} is not on the public internet; an administrator has to permit its address`,
  );
  assert.deepEqual(receiver.of('/inside'), []);
});

test('notification_enable: while webhooks are off nothing is sent, and nothing later of what happened then', async () => {
  await makeProject(admin, 'off');
  await hook('off', { targets: [{ type: 'http', address: receiver.at('/off') }] });
  const put = (on: boolean) =>
    sendJson(admin, 'PUT', '/api/v2.0/configurations', { notification_enable: on });
  expectStatus(await put(false), 200);
  await admin.pushImage('off/app', 'unheard', image);
  expectStatus(await put(true), 200);
  // Of one repository they come in their order.
  await admin.pushImage('off/app', 'heard', image);
  await receiver.until('/off', 1);
  assert.deepEqual(
    receiver.of('/off').map(({ event_data: { resources = [] } }) => resources[0]?.tag),
    ['heard'],
  );
});

test('the header goes as it is, in UTF-8; a message is signed as Standard Webhooks says', async () => {
  await makeProject(admin, 'signed');
  const header = `Bearer a@b:c/d?e#f%41G&h+i=j;k'l"m\\n o{p}$q é`;
  const secret = `whsec_${Buffer.from('a secret of some length').toString('base64')}`;
  const location = await hook('signed', {
    targets: [{ type: 'http', address: receiver.at('/signed'), auth_header: header, secret }],
  });
  await admin.pushImage('signed/app', 'v1', image);
  await receiver.until('/signed', 1);
  const got = receiver.received.find(({ path }) => path === '/signed');
  assert.ok(got !== undefined);
  assert.equal(Buffer.from(got.headers.authorization ?? '', 'latin1').toString(), header);
  const [id, at] = ['webhook-id', 'webhook-timestamp'].map((name) => String(got.headers[name]));
  const mac = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'));
  assert.equal(
    got.headers['webhook-signature'],
    `v1,${mac.update(`${id}.${at}.${got.text}`).digest('base64')}`,
  );
  assert.ok(Math.abs(Number(at) - Date.now() / 1000) < 60);
  assert.equal(got.headers['content-type'], 'application/json');
  const [, , log] = await tried(location);
  assert.ok(!log.includes('Bearer') && !log.includes('whsec'), log);
});

test('DingTalk and Feishu get the proofs that they ask for, and are believed that they refuse', async () => {
  const secret = 'SECthis is secret';
  const sign = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('base64');
  receiver.answer = (response, received) => {
    const path = received.path.split('?')[0];
    if (path === '/dingtalk') response.end('{"errcode":310000,"errmsg":"sign not match"}');
    else response.end('{"code":0,"msg":"success"}');
  };
  const address = receiver.at('/dingtalk?access_token=abc');
  assert.deepEqual(await outcome('ding', address, { type: 'dingtalk', secret }), [
    'Running',
    'the answer is 200 with errcode 310000: sign not match',
  ]);
  const ding = receiver.received.find(({ path }) => path.startsWith('/dingtalk'));
  const query = new URL(ding?.path ?? '', 'http://a.example').searchParams;
  assert.equal(query.get('access_token'), 'abc');
  assert.equal(query.get('sign'), sign(secret, `${query.get('timestamp')}\n${secret}`));
  assert.ok(Math.abs(Number(query.get('timestamp')) - Date.now()) < 600_000);
  const done = await outcome('fei', receiver.at('/feishu'), { type: 'feishu', secret });
  assert.deepEqual(done, ['Success', undefined]);
  const fei = receiver.received.find(({ path }) => path === '/feishu');
  const body = JSON.parse(fei?.text ?? '') as Readonly<Record<string, string>>;
  assert.equal(body['sign'], sign(`${body['timestamp']}\n${secret}`, ''));
  assert.equal(body['msg_type'], 'text');
  receiver.answer = (response, received) =>
    (answers.get(received.path) ?? ((one) => one.end()))(response, received);
});

test('CloudEvents and Slack: the forms that Harbor sends', async () => {
  const id = await makeProject(admin, 'forms');
  const location = await hook('forms', {
    targets: [
      { type: 'http', address: receiver.at('/cloud'), payload_format: 'CloudEvents' },
      { type: 'slack', address: receiver.at('/slack') },
    ],
  });
  await admin.pushImage('forms/app', 'v1', image);
  await receiver.until('/cloud', 1);
  await receiver.until('/slack', 1);
  const cloud = receiver.received.find(({ path }) => path === '/cloud');
  assert.equal(cloud?.headers['content-type'], 'application/cloudevents+json');
  const event = JSON.parse(cloud?.text ?? '') as Record<string, unknown>;
  assert.deepEqual(Object.keys(event), [
    'specversion',
    'id',
    'source',
    'type',
    'datacontenttype',
    'time',
    'data',
    'requestid',
    'operator',
  ]);
  const hookId = Number(location.split('/').at(-1));
  assert.deepEqual(
    [event['specversion'], event['source'], event['type'], event['datacontenttype'], event['operator']],
    [
      '1.0',
      `/projects/${id}/webhook/policies/${hookId}`,
      'harbor.artifact.pushed',
      'application/json',
      'admin',
    ],
  );
  const data = event['data'] as HookBody['event_data'];
  assert.equal(data.resources?.[0]?.resource_url, 'registry.example/forms/app:v1');
  const slack = JSON.parse(receiver.received.find(({ path }) => path === '/slack')?.text ?? '') as {
    blocks: { type: string; text: { type: string; text: string } }[];
  };
  assert.equal(slack.blocks.length, 6);
  assert.ok(slack.blocks.every(({ type, text }) => type === 'section' && text.type === 'mrkdwn'));
  const texts = slack.blocks.map(({ text: { text } }) => text);
  assert.equal(texts[1], '*event_type:* PUSH_ARTIFACT');
  assert.match(texts[2] ?? '', /^\*occur_at:\* <!date\^\d+\^\{date\} at \{time\}\|/);
  assert.deepEqual([texts[3], texts[4]], ['*operator:* admin', '*event_data:*']);
  assert.deepEqual(JSON.parse(texts[5]?.replaceAll('```', '') ?? ''), data);
});

test('QUOTA_EXCEED and QUOTA_WARNING: refused for want of room, and nearly so', async () => {
  const id = await makeProject(admin, 'full');
  await hook('full', {
    targets: [{ type: 'http', address: receiver.at('/full') }],
    event_types: ['PUSH_ARTIFACT', 'QUOTA_EXCEED', 'QUOTA_WARNING'],
  });
  const big = imageOf({ seed: 'big', layers: [100_000] });
  await admin.pushImage('full/app', 'v1', big);
  await receiver.until('/full', 1);
  const limit = (storage: number) => sendJson(admin, 'PUT', `/api/v2.0/quotas/${id}`, { hard: { storage } });
  expectStatus(await limit(110_000), 200);
  await admin.pushImage('full/app', 'v2', image);
  const warning = (await receiver.until('/full', 3)).find(({ type }) => type === 'QUOTA_WARNING');
  assert.match(warning?.event_data.custom_attributes?.['Details'] ?? '', /^quota usage reach 85%: /);
  assert.equal(warning?.event_data.resources?.[0]?.tag, 'v2');
  assert.equal(warning?.event_data.repository?.['date_created'], undefined);
  const more = imageOf({ seed: 'more', layers: [100_000] });
  await assert.rejects(admin.pushImage('full/app', 'v3', more), /403 instead of 201/);
  const exceeded = (await receiver.until('/full', 4)).find(({ type }) => type === 'QUOTA_EXCEED');
  assert.match(
    exceeded?.event_data.custom_attributes?.['Details'] ?? '',
    /^the project would exceed its storage limit/,
  );
  assert.equal(exceeded?.event_data.repository?.['repo_full_name'], 'full/app');
});

test('beyond Harbor: tags and labels are told of, and filters choose', async () => {
  await makeProject(admin, 'more');
  await hook('more', {
    targets: [{ type: 'http', address: receiver.at('/more') }],
    event_types: ['TAG_MOVED', 'TAG_DELETED', 'LABEL_ADDED', 'LABEL_REMOVED'],
    filters: { repositories: ['app', 'team/**'], tags: ['v*'] },
  });
  await admin.pushImage('more/other', 'v1', image);
  await admin.pushImage('more/app', 'latest', image);
  await admin.pushImage('more/app', 'v1', image);
  await admin.pushImage('more/team/x', 'v2', image);
  await receiver.until('/more', 2);
  const made = await sendJson(admin, 'POST', '/api/v2.0/labels', { name: 'good', scope: 'g' });
  const label = Number(String(made.headers.location).split('/').at(-1));
  const artifact = '/api/v2.0/projects/more/repositories/app/artifacts';
  expectStatus(await admin.call('DELETE', `${artifact}/latest/tags/latest`), 200);
  expectStatus(await sendJson(admin, 'POST', `${artifact}/v1/labels`, { id: label }), 200);
  expectStatus(await admin.call('DELETE', `${artifact}/v1/labels/${label}`), 200);
  await receiver.until('/more', 4);
  expectStatus(await admin.call('DELETE', `${artifact}/v1/tags/v1`), 200);
  const all = await receiver.until('/more', 5);
  const [first, second] = [all.slice(0, 2), all.slice(2)].map((part) =>
    part.map(({ type, event_data: { resources = [], custom_attributes: custom } }) =>
      [type, resources[0]?.resource_url, custom?.['Label'] ?? ''].join(' ').trim(),
    ),
  );
  assert.deepEqual(
    new Set(first),
    new Set(['TAG_MOVED registry.example/more/app:v1', 'TAG_MOVED registry.example/more/team/x:v2']),
  );
  assert.deepEqual(second, [
    'LABEL_ADDED registry.example/more/app:v1 good',
    'LABEL_REMOVED registry.example/more/app:v1 good',
    'TAG_DELETED registry.example/more/app:v1',
  ]);
});
