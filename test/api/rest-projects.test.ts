// Harbor's operations on projects: what they answer, and to whom.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { indexOf } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const names = ['alice', 'bob', 'carol', 'dave', 'erin'];
await addUsers(server, names);
await makeProject(server.client({ username: 'alice', password }), 'secret');
await grantRole(server, { username: 'bob', role: 'guest', place: 'secret' });

const admin = server.client();
const anonymous = server.client(null);
const [alice, bob, carol, dave, erin] = names.map((username) => server.client({ username, password })) as [
  RegistryClient,
  RegistryClient,
  RegistryClient,
  RegistryClient,
  RegistryClient,
];

interface Project {
  readonly project_id: number;
  readonly name: string;
  readonly [field: string]: unknown;
}

const get = async (client: RegistryClient, path: string): Promise<Project> =>
  jsonOf<Project>(await client.get(`${projects}/${path}`));
const list = async (client: RegistryClient, query = ''): Promise<string[]> =>
  jsonOf<Project[]>(await client.get(`${projects}?${query}`)).map((project) => project.name);

test('a project is printed as Harbor prints one', async () => {
  const library = await get(admin, 'library');
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
  assert.match(String(library['creation_time']), time);
  assert.match(String(library['update_time']), time);
  const { creation_time: _created, update_time: _updated, ...rest } = library;
  assert.deepEqual(rest, {
    project_id: 1,
    owner_id: 1,
    name: 'library',
    owner_name: 'admin',
    current_user_role_id: 1,
    current_user_role_ids: [1],
    repo_count: 0,
    metadata: { public: 'true' },
    cve_allowlist: {
      project_id: 1,
      items: [],
      creation_time: '0001-01-01T00:00:00.000Z',
      update_time: '0001-01-01T00:00:00.000Z',
    },
  });
  const secret = await get(bob, 'secret');
  assert.deepEqual([secret['current_user_role_id'], secret['current_user_role_ids']], [3, [3]]);
  assert.deepEqual((await get(alice, 'secret'))['current_user_role_ids'], [1]);
  // Who administers the system has no role in it.
  assert.deepEqual((await get(admin, 'secret'))['current_user_role_ids'], []);
});

test('who makes a project administers it, and finds it at the address of the answer', async () => {
  const answer = await sendJson(carol, 'POST', projects, {
    project_name: 'made',
    metadata: { public: 'false' },
  });
  expectStatus(answer, 201);
  assert.equal(answer.body.length, 0);
  assert.equal(answer.headers['content-type'], undefined);
  assert.match(String(answer.headers.location), /^\/api\/v2\.0\/projects\/\d+$/);
  const project = jsonOf<Project>(await carol.get(String(answer.headers.location)));
  assert.equal(project.name, 'made');
  assert.equal(project['owner_name'], 'carol');
  assert.deepEqual(project['metadata'], { public: 'false' });
  assert.equal(project['current_user_role_id'], 1);
  const named = await sendJson(
    carol,
    'POST',
    `${projects}/`,
    { project_name: 'made-2', public: true },
    {
      'X-Resource-Name-In-Location': 'true',
    },
  );
  assert.equal(named.headers.location, '/api/v2.0/projects/made-2');
  assert.deepEqual((await get(anonymous, 'made-2'))['metadata'], { public: 'true' });
});

test('the body of a creation sets nothing that it must not', async () => {
  const id = await makeProject(carol, 'before-assigned');
  const answer = await sendJson(carol, 'POST', projects, {
    project_name: 'assigned',
    project_id: 1,
    owner_id: 1,
    owner_name: 'admin',
    name: 'library',
    deleted: true,
    creation_time: '2001-01-01T00:00:00.000Z',
    current_user_role_id: 1,
    repo_count: 7,
    storage_limit: 1,
    __proto__: { public: true },
  });
  expectStatus(answer, 201);
  const project = await get(carol, 'assigned');
  assert.ok(project.project_id > id);
  assert.equal(project['owner_name'], 'carol');
  assert.equal(project['repo_count'], 0);
  assert.ok(String(project['creation_time']) > '2026');
  assert.equal((await get(admin, 'library'))['owner_name'], 'admin');
});

for (const name of [
  '',
  'A',
  'a/b',
  'a b',
  '-a',
  'a-',
  'a..b',
  'a___b',
  'a._b',
  '_catalog',
  'é',
  'a\0',
  '../x',
  'x'.repeat(201),
]) {
  test(`a project name that is none is refused: ${JSON.stringify(name.slice(0, 20))}`, async () => {
    const before = await list(admin, 'page_size=0');
    expectRefusal(await sendJson(carol, 'POST', projects, { project_name: name }), 400, 'BAD_REQUEST');
    assert.deepEqual(await list(admin, 'page_size=0'), before);
  });
}

test('nobody in particular makes no project, whatever the body is like', async () => {
  expectRefusal(await sendJson(anonymous, 'POST', projects, { project_name: 'x' }), 401, 'UNAUTHORIZED');
  expectRefusal(
    await sendJson(anonymous, 'POST', projects, { project_name: 'library' }),
    401,
    'UNAUTHORIZED',
  );
});

test('a name that is taken is a conflict, also of a project that the caller cannot see', async () => {
  for (const name of ['library', 'secret'])
    expectRefusal(await sendJson(carol, 'POST', projects, { project_name: name }), 409, 'CONFLICT');
});

test('taken names are told so often a minute to each account, however they are asked for', async () => {
  const ask = (name: string) => sendJson(dave, 'POST', projects, { project_name: name });
  const answers = await Promise.all(Array.from({ length: 60 }, () => ask('secret')));
  const counts = Map.groupBy(answers, (answer) => answer.status);
  assert.deepEqual([counts.get(409)?.length, counts.get(429)?.length], [30, 30]);
  const late = await ask('a-free-name');
  expectRefusal(late, 429, 'TOO_MANY_REQUEST');
  assert.ok(Number(late.headers['retry-after']) >= 1);
  await makeProject(erin, 'of-another-account');
  for (let round = 0; round < 40; round += 1)
    expectRefusal(await sendJson(admin, 'POST', projects, { project_name: 'secret' }), 409, 'CONFLICT');
});

test('making projects is not slowed by projects that were made', async () => {
  for (let round = 0; round < 35; round += 1) await makeProject(erin, `of-erin-${round}`);
});

/** Everything that promises what this version does not do. */
const promises: Readonly<Record<string, unknown>> = {
  enable_content_trust: { metadata: { enable_content_trust: 'true' } },
  enable_content_trust_cosign: { metadata: { enable_content_trust_cosign: '1' } },
  prevent_vul: { metadata: { prevent_vul: 'true' } },
  auto_scan: { metadata: { auto_scan: 'T' } },
  auto_sbom_generation: { metadata: { auto_sbom_generation: 'true' } },
  proxy_cache_filter_pattern: { metadata: { proxy_cache_filter_pattern: '**' } },
  proxy_cache_filter_kind: { metadata: { proxy_cache_filter_kind: 'regex' } },
  proxy_referrer_api: { metadata: { proxy_referrer_api: 'true' } },
  proxy_cache_local_on_not_found: { metadata: { proxy_cache_local_on_not_found: 'true' } },
  proxy_speed_kb: { metadata: { proxy_speed_kb: '100' } },
  max_upstream_conn: { metadata: { max_upstream_conn: '5' } },
  registry_id: { registry_id: 1 },
};

for (const [setting, body] of Object.entries(promises)) {
  test(`what promises protection that there is not is refused: ${setting}`, async () => {
    const made = await sendJson(carol, 'POST', projects, { project_name: 'promising', ...(body as object) });
    assert.match(
      expectRefusal(made, 400, 'BAD_REQUEST'),
      new RegExp(`^${setting} needs .*, not in this version$`),
    );
    expectRefusal(await carol.get(`${projects}/promising`), 403, 'FORBIDDEN');
    if (setting === 'registry_id') return;
    expectRefusal(await sendJson(alice, 'PUT', `${projects}/secret`, body), 400, 'BAD_REQUEST');
  });
}

test('the same settings switched off are taken', async () => {
  const metadata = {
    public: 'false',
    enable_content_trust: 'false',
    enable_content_trust_cosign: 'false',
    prevent_vul: 'false',
    severity: 'low',
    auto_scan: 'false',
    auto_sbom_generation: 'false',
    reuse_sys_cve_allowlist: 'true',
    retention_id: '',
    proxy_speed_kb: '-1',
  };
  const body = {
    project_name: 'switched-off',
    metadata,
    storage_limit: -1,
    registry_id: 0,
    cve_allowlist: { items: [] },
  };
  expectStatus(await sendJson(admin, 'POST', projects, body), 201);
  expectStatus(await sendJson(admin, 'PUT', `${projects}/switched-off`, body), 200);
  const { retention_id: _empty, ...kept } = metadata;
  assert.deepEqual((await get(admin, 'switched-off'))['metadata'], kept);
});

test('a storage limit is checked where it counts', async () => {
  for (const storage_limit of [-2, 2 ** 50 + 2])
    expectRefusal(
      await sendJson(admin, 'POST', projects, { project_name: 'limited', storage_limit }),
      400,
      'BAD_REQUEST',
    );
  for (const storage_limit of ['1', 1.5])
    expectRefusal(
      await sendJson(admin, 'POST', projects, { project_name: 'limited', storage_limit }),
      422,
      'UNPROCESSABLE_ENTITY',
    );
});

test('a change counts for what it names, and leaves name, limit and owner alone', async () => {
  await makeProject(alice, 'changing');
  const put = (body: unknown) => sendJson(alice, 'PUT', `${projects}/changing`, body);
  const answer = await put({
    project_name: 'library',
    owner_id: 1,
    storage_limit: 1,
    metadata: { public: 'true' },
  });
  expectStatus(answer, 200);
  assert.equal(answer.body.length, 0);
  const changed = await get(anonymous, 'changing');
  assert.deepEqual([changed['owner_name'], changed['metadata']], ['alice', { public: 'true' }]);
  expectStatus(await put({ metadata: { sparse_manifests: 'true' } }), 200);
  assert.deepEqual((await get(alice, 'changing'))['metadata'], { public: 'true', sparse_manifests: 'true' });
  expectStatus(await put({ metadata: { public: 'false', sparse_manifests: 'false' } }), 200);
  assert.deepEqual((await get(alice, 'changing'))['metadata'], { public: 'false' });
  expectStatus(await put({}), 200);
  expectRefusal(await put({ metadata: { public: 'maybe' } }), 400, 'BAD_REQUEST');
  expectRefusal(await put({ metadata: { public: true } }), 422, 'UNPROCESSABLE_ENTITY');
});

test('who sees a project and may not change it is told what they lack', async () => {
  for (const [method, body] of [
    ['PUT', { metadata: { public: 'true' } }],
    ['DELETE', undefined],
  ] as const) {
    const answer = await bob.call(method, `${projects}/secret`, {
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { 'Content-Type': 'application/json' },
    });
    assert.match(expectRefusal(answer, 403, 'FORBIDDEN'), /guest/);
  }
  expectRefusal(await sendJson(anonymous, 'PUT', `${projects}/library`, {}), 401, 'UNAUTHORIZED');
  expectRefusal(await anonymous.delete(`${projects}/library`), 401, 'UNAUTHORIZED');
  assert.match(expectRefusal(await bob.delete(`${projects}/library`), 403, 'FORBIDDEN'), /no role/);
});

test('a project with content stays; an empty one goes, and its name is free again', async () => {
  const first = await makeProject(alice, 'going');
  const manifest = indexOf([]);
  await alice.pushManifest('going/app', 'v1', manifest);
  assert.equal((await get(alice, 'going'))['repo_count'], 1);
  expectRefusal(await alice.delete(`${projects}/going`), 412, 'PRECONDITION');
  expectStatus(await alice.delete(`/v2/going/app/manifests/${manifest.digest}`), 202);
  const gone = await alice.delete(`${projects}/${first}`);
  expectStatus(gone, 200);
  assert.equal(gone.body.length, 0);
  expectRefusal(await alice.get(`${projects}/going`), 403, 'FORBIDDEN');
  assert.equal(
    expectRefusal(await admin.get(`${projects}/going`), 404, 'NOT_FOUND'),
    'project going not found',
  );
  const second = await makeProject(carol, 'going');
  assert.ok(second > first);
  expectRefusal(await alice.get(`${projects}/${second}`), 403, 'FORBIDDEN');
});

test('a name that looks like a number is an id, unless the header says that it is a name', async () => {
  const id = await makeProject(alice, '1');
  const named = { 'X-Is-Resource-Name': 'true' };
  assert.equal((await get(alice, '1')).name, 'library');
  assert.equal(jsonOf<Project>(await alice.get(`${projects}/1`, named)).project_id, id);
  assert.equal((await get(alice, String(id))).name, '1');
  assert.equal(jsonOf<Project>(await alice.get(`${projects}/library`, named)).name, 'library');
  expectStatus(await alice.call('DELETE', `${projects}/1`, { headers: named }), 200);
  assert.equal((await get(alice, 'library')).name, 'library');
});

test('there is a project by a name for who may read it', async () => {
  const head = async (client: RegistryClient, query: string): Promise<number> => {
    const answer = await client.head(`${projects}?${query}`);
    assert.equal(answer.body.length, 0);
    return answer.status;
  };
  assert.deepEqual(
    await Promise.all([
      head(bob, 'project_name=secret'),
      head(bob, 'project_name=library'),
      head(carol, 'project_name=secret'),
      head(carol, 'project_name=no-such-project'),
      head(admin, 'project_name=secret'),
      head(anonymous, 'project_name=library'),
      head(bob, ''),
      head(bob, 'project_name=a%00b'),
    ]),
    [200, 200, 404, 404, 200, 401, 422, 400],
  );
});

test('a list has what its caller may read', async () => {
  assert.ok(!(await list(anonymous, 'page_size=0')).includes('secret'));
  assert.ok((await list(anonymous, 'page_size=0')).includes('library'));
  assert.ok((await list(bob, 'page_size=-1')).includes('secret'));
  assert.ok(!(await list(carol, 'page_size=0')).includes('secret'));
  assert.ok((await list(admin, 'page_size=0')).includes('secret'));
  assert.deepEqual(await list(anonymous, 'public=false'), []);
  assert.deepEqual(await list(bob, 'public=false'), ['secret']);
  assert.ok(!(await list(admin, 'public=true&page_size=0')).includes('secret'));
});

test('a list is sorted by name, or by what is asked for', async () => {
  const all = await list(erin, 'page_size=0');
  assert.deepEqual(all, all.toSorted());
  assert.deepEqual(await list(erin, 'page_size=0&sort=-name'), all.toReversed());
  assert.equal((await list(erin, 'sort=project_id'))[0], 'library');
  assert.equal(
    (await list(erin, 'sort=-creation_time&page_size=1'))[0],
    all.find((name) => name === 'of-erin-34'),
  );
  assert.deepEqual(await list(erin, 'page_size=0&sort=password_hash,-salt,owner.password'), all);
});

test('pages have no gaps and no doubles, tell the number of all, and link to their neighbours', async () => {
  const all = await list(erin, 'name=of-erin&page_size=0');
  const seen: string[] = [];
  let next: string | undefined = `${projects}?name=of-erin&page_size=10`;
  const shown: string[] = [];
  while (next !== undefined) {
    const answer: Answer = await erin.get(next);
    assert.equal(answer.headers['x-total-count'], String(all.length));
    seen.push(...jsonOf<Project[]>(answer).map((project) => project.name));
    const link = String(answer.headers.link);
    shown.push(link);
    next = /<([^>]*)>; rel="next"/.exec(link)?.[1];
  }
  assert.deepEqual(seen, all);
  assert.equal(
    shown[1],
    '</api/v2.0/projects?name=of-erin&page=1&page_size=10>; rel="prev" , </api/v2.0/projects?name=of-erin&page=3&page_size=10>; rel="next"',
  );
  const beyond = await erin.get(`${projects}?page=9007199254740991&page_size=100`);
  assert.deepEqual(jsonOf<Project[]>(beyond), []);
  assert.equal((await erin.get(`${projects}?page_size=0`)).headers.link, undefined);
});

/** Compared with something that their columns are not. */
const unsuitable = [
  'project_id=abc',
  'project_id=[1~x]',
  'project_id={1 9007199254740993}',
  'project_id=~1',
  'creation_time=[yesterday~]',
  'public=[0~1]',
  'name=(a b)',
  'name__gte=~a',
  'name__in=[a~b]',
];

test('a list is narrowed by what its query names', async () => {
  const q = (text: string): string => `q=${encodeURIComponent(text)}&page_size=0`;
  assert.deepEqual(await list(admin, q('name=secret')), ['secret']);
  assert.deepEqual(await list(admin, q('name=ecre')), []);
  assert.deepEqual(await list(admin, q('name=~ECRE')), ['secret']);
  assert.deepEqual(await list(admin, q('Name=~ecre')), ['secret']);
  assert.deepEqual(await list(admin, 'name=ecre'), ['secret']);
  assert.deepEqual(await list(admin, q('owner=alice,name=~secr')), ['secret']);
  assert.deepEqual(await list(admin, 'owner=bob'), []);
  assert.deepEqual(await list(admin, q('owner=~ALI,name={secret library}')), ['secret']);
  assert.deepEqual(await list(admin, q('ProjectID={1 "2"}')), ['library', 'secret']);
  assert.deepEqual(await list(admin, q('project_id__lt=2')), ['library']);
  assert.deepEqual(await list(admin, q('project_id=[~1]')), ['library']);
  assert.deepEqual(await list(admin, q('name__icontains=ECRE,creation_time__gt=2020-01-01T00:00:00')), [
    'secret',
  ]);
  assert.deepEqual(await list(admin, q('name=secret,creation_time=[~2020-01-01T00:00:00]')), []);
  assert.deepEqual(await list(admin, `q=${encodeURIComponent('name%3D~ECRE')}`), ['secret']);
  assert.deepEqual(await list(admin, q('public=true,name=~libr')), ['library']);
  assert.deepEqual(await list(admin, q('public=false,name=~libr')), []);
  for (const wildcard of ['%', '_', '%%', '\\', 's_cret', 'se%et'])
    assert.deepEqual(await list(admin, `name=${encodeURIComponent(wildcard)}`), [], wildcard);
  const all = await list(bob, 'page_size=0');
  for (const hidden of [
    'password=~a',
    'owner_id=1',
    'deleted_at=[~1]',
    'salt=~x',
    '__proto__=x',
    'constructor=~a',
  ])
    assert.deepEqual(await list(bob, q(hidden)), all, hidden);
  for (const bad of ['name', 'name=', '=x', 'name=~', 'public=perhaps', ...unsuitable])
    expectRefusal(await bob.get(`${projects}?${q(bad)}`), 400, 'BAD_REQUEST');
});

test('without details a list leaves out what costs more', async () => {
  const [project] = jsonOf<Project[]>(await admin.get(`${projects}?name=secret&with_detail=false`));
  assert.deepEqual(Object.keys(project ?? {}).toSorted(), [
    'creation_time',
    'current_user_role_ids',
    'name',
    'owner_id',
    'project_id',
    'repo_count',
    'update_time',
  ]);
});

test('who comes with wrong credentials is nobody', async () => {
  const encoded = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  for (const Authorization of [
    encoded('admin:wrong'),
    encoded('nobody:x'),
    encoded('admin'),
    'Basic ***',
    'Bearer abc',
    'Digest username="admin"',
    'Basic',
  ]) {
    expectStatus(await anonymous.get(`${projects}/library`, { Authorization }), 200);
    expectRefusal(await anonymous.get(`${projects}/secret`, { Authorization }), 401, 'UNAUTHORIZED');
    expectRefusal(await anonymous.get('/api/v2.0/users/current', { Authorization }), 401, 'UNAUTHORIZED');
  }
});

/** Paths in place of a project, none of which is one. */
const strange = [
  'a%2Fb',
  'a%252Fb',
  'library%2Fapp',
  'library%252Fapp',
  '..',
  '%2e%2e',
  '..%2f..%2fetc',
  '%252e%252e%252f',
  'library%00',
  '%00',
  'library%5c',
  'LIBRARY',
  '_catalog',
  '-1',
  '0',
  '1.0',
  '1e0',
  '0x1',
  '99999999999999999999999',
  '9223372036854775808',
  '9007199254740993',
  "library'--",
  'library%3B',
  '%E2%80%A5',
  '__proto__',
  'x'.repeat(900),
];

for (const name of strange) {
  test(`what names no project reaches none: ${name.slice(0, 30)}`, async () => {
    const before = await list(admin, 'page_size=0');
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const sent = method === 'PUT' ? { body: '{}', headers: { 'Content-Type': 'application/json' } } : {};
      const ask = (client: RegistryClient) => client.call(method, `${projects}/${name}`, sent);
      assert.deepEqual(
        (await Promise.all([ask(admin), ask(carol), ask(anonymous)])).map((answer) => answer.status),
        [404, 403, 401],
        method,
      );
    }
    assert.deepEqual(await list(admin, 'page_size=0'), before);
  });
}

test('a name with a space is refused as no name', async () => {
  expectRefusal(await admin.get(`${projects}/a%20b`), 400, 'BAD_REQUEST');
});

test('whatever was refused, nothing was our failure', () => {
  assert.deepEqual(
    server.log.filter((line) => line['level'] === 'error' || line['level'] === 'warn'),
    [],
  );
});
