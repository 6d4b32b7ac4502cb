// The event stream as a client has it: what it is told, and when its answer ends.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { EventFollower } from '../harness/event-follower.ts';
import { HeldVerification, hasStatus, startVerification } from '../harness/held-verification.ts';
import { digestOf, imageOf } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const held = new HeldVerification();
const server = await BerthServer.start({ env: held.env, args: ['--client-requests', '12'] });
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const anonymous = server.client(null);
const path = '/api/berth/v1/events';
await makeProject(admin, 'shop');
await makeProject(admin, 'pay');
await addUsers(server, ['alice', 'carl', 'dora', 'emil', 'frida']);
await grantRole(server, { username: 'alice', role: 'projectAdmin', place: 'shop' });
const as = (username: string): RegistryClient => server.client({ username, password });

/** From what happened to what was told; the machine may be busy. */
const soonMs = 1000;
const patienceMs = 20_000;

/** Resolves with the time it took. */
async function endsSoon(follower: EventFollower, act: () => Promise<unknown>): Promise<number> {
  assert.equal(follower.endedAt, undefined);
  await act();
  const from = performance.now();
  const at = await waitUntil('the stream ends', () => follower.endedAt, patienceMs);
  return at - from;
}

test('streamEvents: what somebody does is told to who may see it in the audit log, and to nobody else', async () => {
  const pushes = '?type=artifact.pushed';
  using all = await EventFollower.open(admin, pushes);
  using alice = await EventFollower.open(as('alice'), pushes);
  using carl = await EventFollower.open(as('carl'));
  assert.equal(all.headers['content-type'], 'text/event-stream; charset=utf-8');
  assert.equal(all.headers['cache-control'], 'no-store');
  await admin.pushImage('pay/app', 'v1', imageOf({ seed: 'pay' }));
  await admin.pushImage('shop/app', 'v1', imageOf({ seed: 'shop' }));
  const objects = (follower: EventFollower): unknown[] =>
    follower.of('audit').map(({ data }) => String(data['object']).replace(/@.*/, ''));
  await waitUntil('both', () => objects(all).length === 2, patienceMs);
  await waitUntil('one', () => objects(alice).length === 1, patienceMs);
  assert.deepEqual(objects(all), ['pay/app', 'shop/app']);
  assert.deepEqual(objects(alice), ['shop/app']);
  assert.deepEqual(
    carl.messages.map(({ kind }) => kind),
    ['ready'],
  );
  const list = jsonOf<{ items: unknown[] }>(
    await as('alice').get('/api/berth/v1/audit?limit=1&type=artifact.pushed'),
  );
  assert.deepEqual(list.items[0], alice.of('audit')[0]?.data);
  expectRefusal(await anonymous.get(path), 401, 'UNAUTHORIZED');
  expectRefusal(await admin.get(`${path}?after=x`), 400, 'BAD_REQUEST');
  expectRefusal(await admin.get(`${path}?type=tag.eaten`), 400, 'BAD_REQUEST');
});

test('streamEvents: a push is seen on its way, by who sees its project and asks for it', async () => {
  using all = await EventFollower.open(admin, '?type=upload');
  using carl = await EventFollower.open(as('carl'), '?type=upload');
  const layer = Buffer.from('on its way');
  const digest = digestOf(layer);
  const location = await as('alice').startUpload('shop/slow');
  const seen = (status: string) => all.of('upload').find(({ data }) => data['status'] === status)?.data;
  const begun = await waitUntil('it is seen', () => seen('open'), patienceMs);
  const { project_id: _project, id, creation_time: _time, ...rest } = begun;
  assert.deepEqual(rest, { repository: 'shop/slow', username: 'alice', status: 'open', bytes: 0 });
  expectStatus(await as('alice').finishUpload(location, digest, layer), 201);
  const ended = await waitUntil('its end is seen', () => seen('finished'), patienceMs);
  assert.deepEqual([ended['id'], ended['digest']], [id, digest]);
  assert.deepEqual(carl.of('upload'), []);
  const log = jsonOf<{ items: unknown[] }>(await as('alice').get('/api/berth/v1/audit?limit=100'));
  assert.ok(!JSON.stringify(log).includes('shop/slow'));
});

test('streamEvents: who comes again with the last id is told what happened meanwhile, once', async () => {
  const first = await EventFollower.open(admin, '?project=shop');
  await admin.pushImage('shop/app', 'v2', imageOf({ seed: 'v2' }));
  await waitUntil('told', () => first.ids.length === 1, patienceMs);
  first[Symbol.dispose]();
  await admin.pushImage('shop/app', 'v3', imageOf({ seed: 'v3' }));
  using again = await EventFollower.open(admin, '?project=shop', { 'Last-Event-ID': String(first.ids[0]) });
  assert.equal(again.ids.length, 1);
  assert.ok((again.ids[0] ?? 0) > (first.ids[0] ?? 0));
  using lost = await EventFollower.open(admin, '', { 'Last-Event-ID': '999999' });
  assert.deepEqual(
    lost.of('reset').map(({ data }) => data['reason']),
    ['unknown'],
  );
});

test('streamEvents: jobs are told while they run, to who may see them', async () => {
  using all = await EventFollower.open(admin, '?type=job');
  using alice = await EventFollower.open(as('alice'), '?type=job');
  held.hold();
  const id = await startVerification(admin);
  const states = (): unknown[] => all.of('job').map(({ data }) => data['status']);
  await waitUntil(
    'progress',
    () => all.of('job').some(({ data }) => (data['progress'] as { done?: number } | undefined)?.done === 1),
    patienceMs,
  );
  using late = await EventFollower.open(admin);
  assert.deepEqual(
    late.of('job').map(({ data }) => data['status']),
    ['Running'],
    'what is open is told first',
  );
  held.release();
  await hasStatus(admin, id, 'Success');
  await waitUntil('its end', () => states().at(-1) === 'Success', patienceMs);
  assert.deepEqual([...new Set(all.of('job').map(({ data }) => data['id']))], [id]);
  assert.deepEqual(alice.of('job'), []);
});

interface Way {
  readonly how: string;
  readonly open: () => Promise<EventFollower>;
  readonly end: () => Promise<unknown>;
}

const users = '/api/v2.0/users';
const current = `${users}/current`;
const idOf = async (username: string): Promise<number> =>
  jsonOf<{ user_id: number }>(await as(username).get(current)).user_id;

async function cookieOf(principal: string): Promise<string> {
  const answer: Answer = await anonymous.call('POST', '/c/login', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ principal, password }).toString(),
  });
  expectStatus(answer, 200);
  const cookies: unknown = answer.headers['set-cookie'];
  assert.ok(Array.isArray(cookies));
  return cookies.map((cookie) => String(cookie).split(';')[0]).join('; ');
}

const cookie = await cookieOf('carl');
const tokens = `/api/berth/v1/users/${await idOf('dora')}/tokens`;
const token = jsonOf<{ id: number; token: string }>(
  await sendJson(as('dora'), 'POST', tokens, { name: 'follow' }),
  201,
);
const robot = jsonOf<{ id: number; name: string; secret: string }>(
  await sendJson(admin, 'POST', '/api/v2.0/robots', {
    name: 'follower',
    duration: 1,
    level: 'project',
    permissions: [
      { kind: 'project', namespace: 'shop', access: [{ resource: 'repository', action: 'pull' }] },
    ],
  }),
  201,
);
const emilId = await idOf('emil');

const ways: readonly Way[] = [
  {
    how: 'a session that is closed',
    open: () => EventFollower.open(anonymous, '', { Cookie: cookie }),
    end: () => anonymous.get('/c/log_out', { Cookie: cookie }),
  },
  {
    how: 'a token that is revoked',
    open: () => EventFollower.open(anonymous, '', { Authorization: `Bearer ${token.token}` }),
    end: async () => expectStatus(await as('dora').delete(`${tokens}/${token.id}`), 200),
  },
  {
    how: 'an account that is disabled',
    open: () => EventFollower.open(as('frida')),
    end: () => berth(['user', 'disable', 'frida', '--data', server.data]),
  },
  {
    how: 'a password that is changed',
    open: () => EventFollower.open(as('emil')),
    end: async () =>
      expectStatus(
        await sendJson(admin, 'PUT', `${users}/${emilId}/password`, { new_password: 'Other-Horse-8' }),
        200,
      ),
  },
  {
    how: 'a robot that is deleted',
    open: () => EventFollower.open(server.client({ username: robot.name, password: robot.secret })),
    end: async () => expectStatus(await admin.delete(`/api/v2.0/robots/${robot.id}`), 200),
  },
];

for (const { how, open, end } of ways)
  test(`streamEvents: ${how} ends its streams within a second`, async (t) => {
    using follower = await open();
    assert.equal(follower.status, 200);
    const ms = await endsSoon(follower, end);
    t.diagnostic(`${ms.toFixed(0)} ms`);
    assert.deepEqual(follower.messages.at(-1)?.data, { reason: 'signed_out' });
    assert.ok(ms < soonMs + 1000, `${ms} ms`);
  });

test('streamEvents: a stream is one of the requests that a client may have at once, and no more', async () => {
  const streams = await Promise.all(Array.from({ length: 11 }, () => EventFollower.open(as('alice'))));
  assert.ok(streams.every(({ status }) => status === 200));
  for (let count = 0; count < 20; count += 1) expectStatus(await as('alice').get(current), 200);
  for (const each of streams) each[Symbol.dispose]();
  await waitUntil(
    'their places are free',
    async () => {
      const all = await Promise.all(Array.from({ length: 11 }, () => as('alice').get(current)));
      return all.every(({ status }) => status === 200);
    },
    patienceMs,
  );
});

test('streamEvents: a server that is about to stop ends its streams at once', async () => {
  using follower = await EventFollower.open(admin);
  const from = performance.now();
  const stopped = server.stop();
  const at = await waitUntil('the stream ends', () => follower.endedAt, patienceMs);
  assert.deepEqual(follower.messages.at(-1)?.data, { reason: 'stopping' });
  assert.ok(at - from < soonMs + 1000, `${at - from} ms`);
  assert.equal((await stopped).code, 0);
});
