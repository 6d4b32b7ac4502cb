// What a stranger is told about a private project is exactly what is told about one that does not exist.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { berth as runBerth } from '../harness/berth-command.ts';
import { digestOf, imageOf } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const evesPassword = 'Quiet-Harbour-42';
const hidden = 'secrets';
const absent = 'nothing';
const image = imageOf({ seed: 'hidden' });
let tokens: ReadonlyMap<string, string>;

async function berth(args: readonly string[], stdin = ''): Promise<void> {
  const { code, stderr } = await runBerth([...args, '--data', server.data], { input: stdin });
  assert.equal(code, 0, stderr);
}

before(async () => {
  await berth(['project', 'create', hidden]);
  await berth(['user', 'add', 'eve', '--password-stdin'], evesPassword);
  await berth(['project', 'create', 'own']);
  await berth(['access', 'grant', 'eve', 'developer', 'own']);
  await admin.pushImage(`${hidden}/app`, 'v1', image);
  tokens = new Map([
    ['eve', await tokenOf(server.client({ username: 'eve', password: evesPassword }))],
    ['nobody', await tokenOf(server.client(null))],
  ]);
});

/** For everything in both projects. */
async function tokenOf(client: RegistryClient): Promise<string> {
  const scopes = [hidden, absent].map((project) => `scope=repository:${project}/app:pull,push,delete`);
  const answer = await client.get(`/service/token?service=harbor-registry&${scopes.join('&')}`);
  expectStatus(answer, 200);
  return (JSON.parse(answer.body.toString()) as { token: string }).token;
}

const basic = `Basic ${Buffer.from(`eve:${evesPassword}`).toString('base64')}`;
const strangers: Readonly<Record<string, () => Record<string, string>>> = {
  'without credentials': () => ({}),
  'with a token of nobody': () => ({ Authorization: `Bearer ${tokens.get('nobody')}` }),
  'signed in with a password': () => ({ Authorization: basic }),
  'signed in with a token': () => ({ Authorization: `Bearer ${tokens.get('eve')}` }),
};

const digest = image.manifest.digest;
const layer = image.layers[0] ?? Buffer.alloc(0);
/** Each kind of address once; the methods are the server's own. */
const addresses = [
  'manifests/v1',
  `manifests/${digest}`,
  `manifests/${digest}?tag=v2`,
  `blobs/${digestOf(layer)}`,
  'blobs/uploads/',
  `blobs/uploads/?mount=${digestOf(layer)}&from=library/x`,
  `blobs/uploads/?digest=${digestOf(layer)}`,
  'blobs/uploads/0f0e0d0c-0000-4000-8000-000000000000',
  'tags/list',
  `referrers/${digest}`,
];

/** Without what differs by nature: the date, and the name that was asked for. */
function told(answer: Answer, project: string): object {
  const { date, ...headers } = answer.headers;
  assert.ok(date);
  const text = JSON.stringify({ status: answer.status, headers, body: answer.body.toString() });
  return JSON.parse(text.replaceAll(project, 'name')) as object;
}

for (const [who, headersOf] of Object.entries(strangers)) {
  for (const address of addresses) {
    test(`${address.slice(0, 40)} of a hidden project and of none look alike to somebody ${who}`, async () => {
      const client = server.client(null);
      const probe = await client.call('OPTIONS', `/v2/${hidden}/app/${address}`);
      const methods = String(probe.headers['allow']).split(', ');
      assert.ok(methods.length > 0 && methods[0] !== 'undefined', `${probe.status}`);
      for (const method of methods) {
        const ask = (project: string): Promise<Answer> =>
          client.call(method, `/v2/${project}/app/${address}`, {
            headers: { ...headersOf(), 'X-Request-Id': 'same' },
            ...(method === 'GET' || method === 'HEAD' ? {} : { body: '{}' }),
          });
        const answer = await ask(hidden);
        assert.ok([401, 404].includes(answer.status), `${method}: ${answer.status}`);
        assert.deepEqual(told(answer, hidden), told(await ask(absent), absent), method);
      }
    });
  }
}

test('a mount from a hidden project and from none begin an upload alike', async () => {
  const eve = server.client({ username: 'eve', password: evesPassword });
  const mount = async (project: string): Promise<object> => {
    const query = `mount=${digestOf(layer)}&from=${project}/app`;
    const headers = { 'X-Request-Id': 'same' };
    const answer = await eve.call('POST', `/v2/own/app/blobs/uploads/?${query}`, { headers, body: '' });
    expectStatus(answer, 202);
    const id = String(answer.headers['docker-upload-uuid']);
    return JSON.parse(JSON.stringify(told(answer, project)).replaceAll(id, 'id')) as object;
  };
  assert.deepEqual(await mount(hidden), await mount(absent));
});

test('a list of everything shows nothing of a hidden project', async () => {
  const eve = server.client({ username: 'eve', password: evesPassword });
  for (const path of ['/v2/_catalog', '/api/v2.0/projects?page_size=100']) {
    const answer = await eve.get(path);
    expectStatus(answer, 200);
    assert.ok(!answer.body.toString().includes(hidden), path);
  }
});

const rounds = 150;

test('how long the answer takes tells nothing', async (t) => {
  const eve = server.client({ username: 'eve', password: evesPassword });
  const times: Record<string, number[]> = { [hidden]: [], [absent]: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const project of round % 2 === 0 ? [hidden, absent] : [absent, hidden]) {
      const begin = performance.now();
      expectStatus(await eve.get(`/v2/${project}/app/manifests/v1`), 404);
      times[project]?.push(performance.now() - begin);
    }
  }
  const quartile = (project: string, part: number): number =>
    (times[project] ?? []).toSorted((a, b) => a - b)[Math.floor(rounds * part)] ?? 0;
  const told = [hidden, absent].map((project) =>
    [0.25, 0.5, 0.75].map((part) => quartile(project, part).toFixed(3)).join(' / '),
  );
  t.diagnostic(`quartiles in ms: hidden ${told[0]}, absent ${told[1]}`);
  assert.ok(quartile(hidden, 0.25) < quartile(absent, 0.75), 'what is hidden takes longer');
  assert.ok(quartile(absent, 0.25) < quartile(hidden, 0.75), 'what is absent takes longer');
});
