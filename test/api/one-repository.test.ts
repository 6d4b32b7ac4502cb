// Somebody with pull on `pay/api` only: they pull it and find it alone everywhere; `pay/worker`, which is there, and
// `pay/absent`, which is not, give equal answers, byte by byte. The names are of one length, so that nothing else differs.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { digestOf, imageOf } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const payId = await makeProject(admin, 'pay');
await makeProject(admin, 'desk');
const [api, worker] = [imageOf({ seed: 'api' }), imageOf({ seed: 'worker' })];
await admin.pushImage('pay/api', 'v1', api);
for (const tag of ['v1', 'v2']) await admin.pushImage('pay/worker', tag, worker);
await addUsers(server, ['bob', 'carl']);
const give = async (who: string, role: string, where: string): Promise<void> => {
  expectStatus(await sendJson(admin, 'POST', '/api/berth/v1/grants', { who, role, where }), 201);
};
for (const who of ['bob', 'carl']) await give(who, 'pull', 'pay/api');
/** Carl has a place of his own to bring things to. */
await give('carl', 'developer', 'desk');
const bob = server.client({ username: 'bob', password });
const carl = server.client({ username: 'carl', password });
const anybody = server.client(null);

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: object;
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const { paths } = jsonOf<{ paths: Paths }>(await anybody.get('/api/openapi.json'));
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    ...operation,
  })),
);

const basic = (username: string, secret: string): string =>
  `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;

const asked = ['pay/api', 'pay/worker', 'pay/absent'].map(
  (name) => `scope=repository:${name}:pull,push,delete`,
);
async function tokenFor(query: string): Promise<string> {
  const answer = await bob.get(`/service/token?service=harbor-registry&${query}`);
  return jsonOf<{ token: string }>(answer).token;
}

const { user_id: bobsId } = jsonOf<{ user_id: number }>(await bob.get('/api/v2.0/users/current'));
const personal = jsonOf<{ token: string }>(
  await sendJson(bob, 'POST', `/api/berth/v1/users/${bobsId}/tokens`, {
    name: 'laptop',
    scopes: [{ actions: ['pull', 'push', 'delete'], where: '*' }],
  }),
  201,
).token;

/** Each way in which Bob comes. */
const ways: Readonly<Record<string, string>> = {
  'with his password': basic('bob', password),
  'with a token of the token service': `Bearer ${await tokenFor(asked.join('&'))}`,
  'with a personal token': basic('bob', personal),
  'with a personal token as Bearer': `Bearer ${personal}`,
};

/** All of an answer but its date and what was asked for. */
function told({ status, headers, body }: Answer, name: string): string {
  const { date, ...others } = headers;
  assert.ok(date);
  return JSON.stringify([status, others, body.toString('latin1')]).replaceAll(name, 'NAME');
}

interface Question {
  readonly method: string;
  readonly path: (name: string) => string;
  readonly body?: (name: string) => unknown;
}

async function expectAlike(authorization: string, { method, path, body }: Question): Promise<Answer> {
  const ask = (name: string): Promise<Answer> =>
    anybody.call(method, path(name), {
      headers: {
        Authorization: authorization,
        'X-Request-Id': 'the-same',
        'Content-Type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body(name)) }),
    });
  const there = await ask('worker');
  assert.equal(told(there, 'worker'), told(await ask('absent'), 'absent'), `${method} ${path('NAME')}`);
  return there;
}

const digest = worker.manifest.digest;
const layer = digestOf(worker.layers[0] ?? Buffer.alloc(0));
const addresses = [
  'manifests/v1',
  'manifests/v9',
  `manifests/${digest}`,
  `manifests/${digest}?tag=v2`,
  `blobs/${layer}`,
  'blobs/uploads/',
  `blobs/uploads/?mount=${layer}&from=pay/api`,
  `blobs/uploads/?digest=${layer}`,
  'blobs/uploads/0f0e0d0c-0000-4000-8000-000000000000',
  'tags/list',
  `referrers/${digest}`,
];

for (const [how, authorization] of Object.entries(ways)) {
  test(`Bob pulls pay/api ${how}, and finds it alone in the catalog`, async () => {
    const headers = { Authorization: authorization };
    for (const path of [
      '/v2/pay/api/manifests/v1',
      '/v2/pay/api/tags/list',
      ...[api.config, ...api.layers].map((blob) => `/v2/pay/api/blobs/${digestOf(blob)}`),
    ])
      expectStatus(await anybody.get(path, headers), 200);
    if (how.includes('token service')) return;
    const catalog = (await anybody.get('/v2/_catalog', headers)).body.toString();
    assert.deepEqual(JSON.parse(catalog), { repositories: ['pay/api'] });
  });

  test(`a hidden repository and a missing one are alike on /v2 to Bob ${how}`, async () => {
    for (const address of addresses) {
      const probe = await anybody.call('OPTIONS', `/v2/pay/worker/${address}`);
      const methods = String(probe.headers['allow']).split(', ');
      assert.notEqual(methods[0], 'undefined', address);
      for (const method of methods) {
        const path = (name: string) => `/v2/pay/${name}/${address}`;
        const reads = method === 'GET' || method === 'HEAD';
        const { status } = await expectAlike(authorization, {
          method,
          path,
          ...(reads ? {} : { body: () => ({}) }),
        });
        assert.equal(status, 404, `${method} ${address}`);
      }
    }
  });
}

test('tokens say the same of a hidden repository and of a missing one', async () => {
  const claimsOf = async (name: string): Promise<object> => {
    const token = await tokenFor(`scope=repository:pay/${name}:pull,push,delete`);
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >;
    assert.match(JSON.stringify(claims['access']), new RegExp(`pay/${name}`));
    const { iat: _iat, nbf: _nbf, exp: _exp, jti: _jti, ...rest } = claims;
    return JSON.parse(JSON.stringify(rest).replaceAll(name, 'NAME')) as object;
  };
  assert.deepEqual(await claimsOf('worker'), await claimsOf('absent'));
});

/** What else than the name stands in the addresses of the REST API. */
const inPath: Readonly<Record<string, string>> = {
  project_name: 'pay',
  project_name_or_id: 'pay',
  reference: 'v1',
  tag_name: 'v1',
  addition: 'build_history',
  label_id: '1',
};
const bodies: Readonly<Record<string, unknown>> = {
  moveRepository: { project: 'desk', name: 'moved' },
  restoreTag: { digest },
  updateRepository: { description: 'mine' },
  createTag: { name: 'v3' },
  addLabel: { id: 1 },
};
const queries: Readonly<Record<string, string>> = {
  CopyArtifact: '?from=pay/api:v1',
  compareArtifacts: '?with=v2',
  compareFiles: '?with=v2',
  downloadFile: '?path=etc/os-release',
  getFileContent: '?path=etc/os-release',
};
const ofRepositories = operations.filter(({ path }) => path.includes('{repository_name}'));

for (const { method, path, operationId, requestBody } of ofRepositories) {
  test(`${operationId}: a hidden repository and a missing one are alike to Bob`, async () => {
    const filled = (name: string): string =>
      path
        .replace('{repository_name}', name)
        .replaceAll(/\{(\w+)\}/g, (_, parameter: string) => inPath[parameter] ?? assert.fail(parameter)) +
      (queries[operationId] ?? '');
    const body = requestBody === undefined ? {} : { body: () => bodies[operationId] ?? assert.fail() };
    for (const [how, authorization] of Object.entries(ways)) {
      const { status } = await expectAlike(authorization, { method, path: filled, ...body });
      assert.ok([401, 403, 404].includes(status), `${how}: ${status}`);
    }
  });
}

test('what names a repository in a query or a body tells nothing, either', async () => {
  assert.ok(ofRepositories.length >= 15, `${ofRepositories.length}`);
  const questions: readonly Question[] = [
    { method: 'GET', path: (name) => `/api/berth/v1/explain?action=pull&where=pay/${name}` },
    { method: 'GET', path: (name) => `/api/berth/v1/explain?action=push&where=pay/${name}:v1` },
    { method: 'GET', path: (name) => `/api/berth/v1/me/can?scope=pay/${name}` },
    { method: 'GET', path: (name) => `/api/v2.0/search?q=${name}` },
    { method: 'GET', path: (name) => `/api/berth/v1/search?q=${name}` },
    { method: 'GET', path: (name) => `/api/berth/v1/search?q=pay/${name}:v1` },
    { method: 'GET', path: (name) => `/api/berth/v1/projects?name=${name}` },
    { method: 'GET', path: (name) => `/api/v2.0/repositories?q=name%3D~${name}` },
    { method: 'GET', path: (name) => `/api/v2.0/repositories?q=name%3Dpay/${name}` },
    { method: 'GET', path: (name) => `/api/v2.0/projects/pay/repositories?q=name%3D~${name}` },
    { method: 'GET', path: (name) => `/api/v2.0/projects/pay/artifacts?q=repository_name%3D${name}` },
    { method: 'GET', path: (name) => `/api/v2.0/auditlog-exts?q=resource%3Dpay/${name}:v1` },
    { method: 'GET', path: (name) => `/api/berth/v1/audit/export?object=pay/${name}:v1` },
    { method: 'GET', path: (name) => `/api/berth/v1/audit/count?object=pay/${name}:v1` },
    { method: 'DELETE', path: (name) => `/api/berth/v1/former-names?name=pay/${name}` },
    {
      method: 'POST',
      path: () => '/api/berth/v1/grants',
      body: (name) => ({ who: 'bob', role: 'pull', where: `pay/${name}` }),
    },
    {
      method: 'POST',
      path: () => '/api/v2.0/projects/pay/repositories/api/artifacts?from=pay/api:v1',
      body: () => ({}),
    },
  ];
  for (const question of questions) await expectAlike(ways['with his password'] ?? '', question);
  const carls = basic('carl', password);
  for (const reference of [':v1', `@${digest}`]) {
    const { status } = await expectAlike(carls, {
      method: 'POST',
      path: (name) => `/api/v2.0/projects/desk/repositories/copied/artifacts?from=pay/${name}${reference}`,
    });
    assert.equal(status, 403);
  }
});

test('a mount from a hidden repository and from a missing one begin an upload alike', async () => {
  const mounted = async (name: string): Promise<string> => {
    const path = `/v2/desk/app/blobs/uploads/?mount=${layer}&from=pay/${name}`;
    const answer = await carl.call('POST', path, { headers: { 'X-Request-Id': 'the-same' }, body: '' });
    expectStatus(answer, 202);
    return told(answer, name).replaceAll(String(answer.headers['docker-upload-uuid']), 'ID');
  };
  assert.equal(await mounted('worker'), await mounted('absent'));
});

test('Bob finds pay/api, and one repository in all counts', async () => {
  const names = async (as: RegistryClient, path: string): Promise<unknown> => {
    const answer = await as.get(path);
    const list = jsonOf<{ name: string }[]>(answer).map(({ name }) => name);
    return [list, answer.headers['x-total-count']];
  };
  const one = [['pay/api'], '1'];
  for (const path of [
    '/api/v2.0/repositories',
    '/api/v2.0/repositories?q=name%3D~pay',
    '/api/v2.0/projects/pay/repositories',
  ])
    assert.deepEqual(await names(bob, path), one, path);
  const { repository } = jsonOf<{ repository: { repository_name: string }[] }>(
    await bob.get('/api/v2.0/search?q=pay'),
  );
  assert.deepEqual(
    repository.map(({ repository_name: name }) => name),
    ['pay/api'],
  );
  const counts = jsonOf<Record<string, number>>(await bob.get('/api/v2.0/statistics'));
  assert.deepEqual([counts['private_repo_count'] ?? 0, counts['public_repo_count'] ?? 0], [1, 0]);
  // What is about the project as a whole is not his.
  expectStatus(await bob.get('/api/v2.0/projects/pay/artifacts'), 403);
  expectStatus(await bob.get('/api/v2.0/projects/pay/summary'), 403);
});

test('getVisibleProject: of a project Bob is told what he sees, the stranger that there is none', async () => {
  const path = (name: string) => `/api/berth/v1/projects/${name}/visible`;
  const seen = async (client: RegistryClient): Promise<unknown> => jsonOf(await client.get(path('pay')));
  const pay = { project_id: payId, name: 'pay', public: false, former_name_days: 30 };
  assert.deepEqual(await seen(bob), { ...pay, whole: false, repository_count: 1 });
  assert.deepEqual(await seen(admin), { ...pay, whole: true, repository_count: 2 });
  const settings = '/api/v2.0/configurations';
  expectStatus(await sendJson(admin, 'PUT', settings, { former_name_days: 7 }), 200);
  assert.deepEqual(await seen(bob), { ...pay, whole: false, repository_count: 1, former_name_days: 7 });
  expectStatus(await sendJson(admin, 'PUT', settings, { former_name_days: 30 }), 200);
  await addUsers(server, ['eve']);
  for (const question of [
    { method: 'GET', path: (name: string) => path(name === 'worker' ? 'pay' : 'absent') },
    { method: 'GET', path: (name: string) => path(name === 'worker' ? String(payId) : '999') },
  ])
    for (const authorization of [basic('eve', password), basic('eve', 'wrong')]) {
      const { status } = await expectAlike(authorization, question);
      assert.ok([401, 403].includes(status), `${status}`);
    }
  expectStatus(await bob.get('/api/v2.0/projects/pay'), 403);
  expectStatus(await admin.get(path('absent')), 404);
});

test('listVisibleProjects: Bob finds pay among his projects, in part; the stranger nothing', async () => {
  const seen = async (client: RegistryClient, query = ''): Promise<unknown> => {
    const answer = await client.get(`/api/berth/v1/projects${query}`);
    const list = jsonOf<Record<string, unknown>[]>(answer).map((row) => [
      row['name'],
      row['whole'],
      row['repository_count'],
      row['role_id'],
      typeof row['stored_bytes'],
    ]);
    return [list, answer.headers['x-total-count']];
  };
  // What a project stores is for who sees all of it.
  const pay = ['pay', false, 1, undefined, 'undefined'];
  const desk = ['desk', true, 0, 2, 'number'];
  const library = ['library', true, 0, undefined, 'number'];
  assert.deepEqual(await seen(bob), [[library, pay], '2']);
  assert.deepEqual(await seen(bob, '?public=false&name=PA'), [[pay], '1']);
  assert.deepEqual(await seen(carl, '?sort=-name'), [[pay, library, desk], '3']);
  assert.deepEqual(await seen(carl, '?page_size=1&page=2'), [[library], '3']);
  assert.deepEqual(await seen(anybody), [[library], '1']);
  assert.deepEqual(await seen(admin, '?name=pay'), [[['pay', true, 2, 1, 'number']], '1']);
  const found = async (client: RegistryClient): Promise<unknown> =>
    jsonOf<{ items: unknown[] }>(await client.get('/api/berth/v1/search?q=pay&kind=project')).items;
  const item = { kind: 'project', project: 'pay', public: false };
  assert.deepEqual(await found(bob), [{ ...item, repository_count: 1 }]);
  assert.deepEqual(await found(admin), [{ ...item, repository_count: 2 }]);
  assert.deepEqual(await found(anybody), []);
  // Harbor's clients take what it lists for projects that they may read.
  const harbors = jsonOf<{ name: string }[]>(await bob.get('/api/v2.0/projects'));
  assert.deepEqual(
    harbors.map(({ name }) => name),
    ['library'],
  );
});

test('no answer to Bob, of all that can be read, names the hidden repository or what is in it', async () => {
  const secrets = ['worker', digest.slice('sha256:'.length), layer.slice('sha256:'.length)];
  // What the stream of events tells, which does not end, is what the audit list shows: `events.test.ts`.
  const read = operations.filter(
    ({ method, path, operationId }) =>
      method === 'GET' && !path.includes('{repository_name}') && operationId !== 'streamEvents',
  );
  let served = 0;
  for (const { path, parameters } of read) {
    const queries = parameters.filter(({ in: place, required }) => place === 'query' && required === true);
    const query = queries.map(({ name }) => `${name}=pay`).join('&');
    for (const project of ['pay', String(payId)]) {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) =>
        parameter.startsWith('project_name') ? project : parameter === 'user_id' ? String(bobsId) : '1',
      );
      const answer = await bob.get(query === '' ? filled : `${filled}?${query}`);
      if (answer.status === 200) served += 1;
      const text = JSON.stringify(answer.headers) + answer.body.toString();
      // The description of the API is the same for everybody.
      if (path === '/api/openapi.json') continue;
      for (const secret of secrets) assert.ok(!text.includes(secret), `${filled}: ${secret}`);
    }
  }
  assert.ok(served > 20, `${served} of ${2 * read.length}`);
});

test('the audit log shows Bob no row of the hidden repository, and asking changed nothing there', async () => {
  for (const path of ['/api/v2.0/audit-logs', '/api/v2.0/auditlog-exts', '/api/berth/v1/audit/export']) {
    const answer = await bob.get(path);
    expectStatus(answer, 200);
    assert.ok(!answer.body.toString().includes('worker'), path);
  }
  expectStatus(await bob.get('/api/v2.0/projects/pay/logs'), 403);
  assert.deepEqual(await admin.tags('pay/worker'), ['v1', 'v2']);
  expectStatus(await admin.get('/v2/pay/absent/tags/list'), 404);
});
