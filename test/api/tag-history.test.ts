// Who moved which tag from where to where, as it is told, and tags that are put back.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const nobody = server.client(null);
await makeProject(admin, 'pay');
await makeProject(admin, 'open', { public: 'true' });
await addUsers(server, ['dev', 'guest', 'eve']);
await grantRole(server, { username: 'dev', role: 'developer', place: 'pay' });
await grantRole(server, { username: 'guest', role: 'limitedGuest', place: 'pay' });
const dev = server.client({ username: 'dev', password });
const guest = server.client({ username: 'guest', password });
const eve = server.client({ username: 'eve', password });
const one = imageOf({ seed: 'one' });
const two = imageOf({ seed: 'two' });
const [first, second] = [one.manifest.digest, two.manifest.digest];

interface Move {
  readonly id: number;
  readonly time: string;
  readonly previous_digest?: string;
  readonly digest?: string;
  readonly username?: string;
  readonly address?: string;
  readonly client?: string;
}

const tagAt = (repository: string, tag: string): string => {
  const [project = '', ...rest] = repository.split('/');
  return `/api/berth/v1/projects/${project}/repositories/${rest.join('%252F')}/tags/${tag}`;
};
const historyOf = async (
  client: RegistryClient,
  repository: string,
  tag: string,
  query = '',
): Promise<Move[]> => jsonOf<Move[]>(await client.get(`${tagAt(repository, tag)}/history${query}`));
const restore = (client: RegistryClient, repository: string, tag: string, body: object = {}) =>
  sendJson(client, 'POST', `${tagAt(repository, tag)}/restore`, body);
const digestOf = async (repository: string, tag: string): Promise<string | number> => {
  const answer = await admin.head(`/v2/${repository}/manifests/${tag}`);
  return answer.status === 200 ? String(answer.headers['docker-content-digest']) : answer.status;
};
const steps = (moves: readonly Move[]): unknown[] =>
  moves.map(({ previous_digest: from, digest: to, username }) => [from, to, username]);

test('listTagHistory: made, moved, deleted, made again, newest first, by whom and from where', async () => {
  await dev.pushImage('pay/api', 'v1', one);
  await admin.pushImage('pay/api', 'v1', two);
  await admin.pushImage('pay/api', 'v1', two);
  expectStatus(await admin.delete('/v2/pay/api/manifests/v1'), 202);
  expectStatus(await admin.delete(`/v2/pay/api/manifests/${second}`), 202);
  await dev.pushImage('pay/api', 'v1', one);
  const told = await historyOf(admin, 'pay/api', 'v1');
  assert.deepEqual(steps(told), [
    [undefined, first, 'dev'],
    [second, undefined, 'admin'],
    [first, second, 'admin'],
    [undefined, first, 'dev'],
  ]);
  assert.deepEqual([...new Set(told.map(({ address }) => address))], ['127.0.0.1']);
  assert.ok(told.every(({ client, time }) => client !== undefined && Date.parse(time) > 0));
  assert.deepEqual(await historyOf(admin, 'pay/api', 'v1', '?page=2&page_size=3'), told.slice(3));
  const page = await admin.get(`${tagAt('pay/api', 'v1')}/history?page_size=3`);
  assert.equal(page.headers['x-total-count'], '4');
  assert.match(String(page.headers.link), /rel="next"/);
});

test('listTagHistory: who it was is told to members who may list them, from where to who may read the log', async () => {
  const [asDev] = await historyOf(dev, 'pay/api', 'v1');
  assert.deepEqual(Object.keys(asDev ?? {}), ['id', 'time', 'digest', 'username']);
  const [asGuest] = await historyOf(guest, 'pay/api', 'v1');
  assert.deepEqual(Object.keys(asGuest ?? {}), ['id', 'time', 'digest']);
  await admin.pushImage('open/app', 'v1', one);
  const [asNobody] = await historyOf(nobody, 'open/app', 'v1');
  assert.deepEqual(Object.keys(asNobody ?? {}), ['id', 'time', 'digest']);
  expectRefusal(await eve.get(`${tagAt('pay/api', 'v1')}/history`), 403, 'FORBIDDEN');
  expectStatus(await nobody.get(`${tagAt('pay/api', 'v1')}/history`), 401);
  for (const [repository, tag] of [
    ['pay/api', 'never'],
    ['pay/none', 'v1'],
    ['pay/api', '.bad%00'],
  ] as const)
    expectRefusal(await admin.get(`${tagAt(repository, tag)}/history`), 404, 'NOT_FOUND');
});

test('listTagHistory: it goes with its repository, and a new one of that name begins anew', async () => {
  await admin.pushImage('pay/team/gone', 'v1', one);
  await admin.pushImage('pay/team/gone', 'v1', two);
  assert.equal((await historyOf(admin, 'pay/team/gone', 'v1')).length, 2);
  const repository = '/api/v2.0/projects/pay/repositories/team%252Fgone';
  expectStatus(await admin.call('DELETE', repository), 200);
  expectStatus(await admin.get(`${tagAt('pay/team/gone', 'v1')}/history`), 404);
  await admin.pushImage('pay/team/gone', 'v1', two);
  assert.deepEqual(steps(await historyOf(admin, 'pay/team/gone', 'v1')), [[undefined, second, 'admin']]);
});

test('restoreTag: back to before the last move, or the deletion, or to what it once stood for', async () => {
  await admin.pushImage('pay/worker', 'v1', one);
  const early = await restore(admin, 'pay/worker', 'v1');
  assert.match(expectRefusal(early, 409, 'CONFLICT'), /has not been moved since it was made/);
  await admin.pushImage('pay/worker', 'v1', two);
  assert.deepEqual(jsonOf(await restore(dev, 'pay/worker', 'v1')), { digest: first });
  assert.equal(await digestOf('pay/worker', 'v1'), first);
  expectStatus(await admin.delete('/v2/pay/worker/manifests/v1'), 202);
  assert.equal(await digestOf('pay/worker', 'v1'), 404);
  expectStatus(await restore(admin, 'pay/worker', 'v1'), 200);
  assert.equal(await digestOf('pay/worker', 'v1'), first);
  expectStatus(await restore(admin, 'pay/worker', 'v1', { digest: second }), 200);
  assert.equal(await digestOf('pay/worker', 'v1'), second);
  assert.deepEqual(steps((await historyOf(admin, 'pay/worker', 'v1')).slice(0, 4)), [
    [first, second, 'admin'],
    [undefined, first, 'admin'],
    [first, undefined, 'admin'],
    [second, first, 'dev'],
  ]);
  const log = jsonOf<{ operation: string; resource: string }[]>(
    await admin.get('/api/v2.0/projects/pay/logs?page_size=3'),
  );
  assert.deepEqual([log[0]?.operation, log[0]?.resource], ['create', 'pay/worker:v1']);
});

test('restoreTag: what it never stood for, what is deleted, what it stands for are refused with what to do', async () => {
  const moves = (await historyOf(admin, 'pay/worker', 'v1')).length;
  const foreign = await restore(admin, 'pay/worker', 'v1', { digest: `sha256:${'0'.repeat(64)}` });
  assert.match(expectRefusal(foreign, 404, 'NOT_FOUND'), /never stood for sha256:0/);
  expectRefusal(await restore(admin, 'pay/worker', 'v1', { digest: 'sha256:x' }), 400, 'DIGEST_INVALID');
  const same = await restore(admin, 'pay/worker', 'v1', { digest: second });
  assert.match(expectRefusal(same, 409, 'CONFLICT'), /stands for sha256:\w+ already/);
  expectStatus(await admin.delete(`/v2/pay/worker/manifests/${first}`), 202);
  const gone = await restore(admin, 'pay/worker', 'v1', { digest: first });
  assert.match(expectRefusal(gone, 404, 'NOT_FOUND'), /does not hold sha256:\w+ any more/);
  expectRefusal(await restore(admin, 'pay/worker', 'never'), 404, 'NOT_FOUND');
  expectRefusal(await restore(guest, 'pay/worker', 'v1'), 403, 'FORBIDDEN');
  expectRefusal(await restore(eve, 'pay/worker', 'v1'), 403, 'FORBIDDEN');
  assert.equal((await historyOf(admin, 'pay/worker', 'v1')).length, moves);
  assert.equal(await digestOf('pay/worker', 'v1'), second);
});

test('restoreTag: an immutable tag stays where it is', async () => {
  await admin.pushImage('open/kept', 'v1', one);
  await admin.pushImage('open/kept', 'v1', two);
  const rule = {
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v*' }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: 'kept' }] },
  };
  expectStatus(await sendJson(admin, 'POST', '/api/v2.0/projects/open/immutabletagrules', rule), 201);
  expectRefusal(await restore(admin, 'open/kept', 'v1'), 412, 'PRECONDITION');
  assert.equal(await digestOf('open/kept', 'v1'), second);
});

test('berth tag history and berth tag restore tell and do the same', async () => {
  await admin.pushImage('open/cli', 'v1', one);
  await admin.pushImage('open/cli', 'v1', two);
  const run = (...args: string[]) => berth(['tag', ...args, '--data', server.data]);
  const told = await run('history', 'open/cli:v1', '--json');
  assert.deepEqual(
    [told.code, steps(JSON.parse(told.stdout) as Move[])],
    [
      0,
      [
        [first, second, 'admin'],
        [undefined, first, 'admin'],
      ],
    ],
  );
  const back = await run('restore', 'open/cli:v1');
  assert.deepEqual([back.code, await digestOf('open/cli', 'v1')], [0, first]);
  assert.match(back.stderr, new RegExp(first));
  assert.equal((await run('restore', 'open/cli:v1', '--to', second)).code, 0);
  assert.equal(await digestOf('open/cli', 'v1'), second);
  const wrong = await run('history', `open/cli@${second}`);
  assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
});
