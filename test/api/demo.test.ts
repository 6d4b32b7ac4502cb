import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { berth, launcher, type Outcome } from '../harness/berth-command.ts';
import { descriptorOf, imageOf, types } from '../harness/image.ts';
import { noPseudoTerminal, PseudoTerminal } from '../harness/pseudo-terminal.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
await makeProject(admin, 'pay');
await admin.pushImage('pay/api', 'v1', imageOf({ seed: 'api' }));
await make('users', { username: 'eve', password, email: 'eve@example.test', realname: 'Eve' });
await make('usergroups', { group_name: 'makers', group_type: 0 });
await make('labels', { name: 'tested', scope: 'g' });

async function make(path: string, body: object): Promise<void> {
  expectStatus(await sendJson(admin, 'POST', `/api/v2.0/${path}`, body), 201);
}

function demo(...args: readonly string[]): Promise<Outcome> {
  return berth(['demo', ...args, '--data', server.data], { limitMs: 180_000 });
}

async function list(path: string): Promise<readonly Record<string, unknown>[]> {
  return jsonOf(await admin.get(`${path}${path.includes('?') ? '&' : '?'}page_size=100`));
}

/** All that can be listed of a registry and was made by somebody. */
async function everything(): Promise<unknown> {
  const paths = [
    '/api/v2.0/projects?with_detail=false',
    '/api/v2.0/repositories',
    '/api/v2.0/users',
    '/api/v2.0/usergroups',
    '/api/v2.0/labels?scope=g',
    '/api/v2.0/robots',
    '/api/berth/v1/roles',
    '/api/berth/v1/grants',
    '/api/berth/v1/trash',
    '/api/berth/v1/expiring',
  ];
  // Pulls are counted a moment later.
  const without = ({ pull_count: _, ...row }: Record<string, unknown>): object => row;
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, (await list(path)).map(without)] as const)),
  );
}

/** Of every tag of the demo data what it stands for. */
async function digests(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const repositories = (await list('/api/v2.0/repositories')).map(({ name }) => String(name));
  for (const name of repositories.filter((each) => each.startsWith('demo-')))
    for (const tag of await admin.tags(name)) {
      const { headers } = await admin.call('HEAD', `/v2/${name}/manifests/${tag}`);
      found[`${name}:${tag}`] = headers['docker-content-digest'];
    }
  return found;
}

const before = await everything();
let seeded: Record<string, unknown> = {};

test('the demo data is made at another server, and a second run, here, changes nothing', async () => {
  const over = ['--server', `http://localhost:${server.port}`, '--user', 'admin', '--password-stdin'];
  const first = await berth(['demo', 'seed', ...over], { input: `${password}\n`, limitMs: 180_000 });
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^Made: 5 projects, 11 repositories, \d+ tags, 4 accounts, 4 robot accounts/);
  seeded = await digests();
  assert.ok(Object.keys(seeded).filter((name) => name.startsWith('demo-shop/api/catalogue:')).length > 100);
  const all = await everything();
  const second = await demo('seed');
  assert.deepEqual(
    { code: second.code, stdout: second.stdout },
    { code: 0, stdout: 'The demo data is there already.\n' },
  );
  assert.deepEqual(await everything(), all);
});

test('there is one of each: kinds of artifacts, what refers to them, rules, ends, refusals', async () => {
  const artifacts = await list('/api/v2.0/projects/demo-platform/artifacts');
  const models = await list('/api/v2.0/projects/demo-models/artifacts');
  assert.deepEqual(
    new Set([...artifacts, ...models].map(({ type }) => type)),
    new Set(['CHART', 'WASM', 'IMAGE', 'CNAI']),
  );
  const accessories = await list(
    '/api/v2.0/projects/demo-shop/repositories/storefront/artifacts/latest/accessories',
  );
  assert.deepEqual(accessories.map(({ type }) => String(type)).toSorted(), [
    'signature.cosign',
    'signature.notation',
    'subject.accessory',
    'subject.accessory',
  ]);
  const history = await list('/api/berth/v1/projects/demo-shop/repositories/storefront/tags/latest/history');
  assert.equal(history.length, 6);
  const ends = await list('/api/berth/v1/expiring');
  assert.deepEqual(new Set(ends.map(({ kind }) => kind)), new Set(['robot', 'token', 'grant']));
  const trash = await list('/api/berth/v1/trash');
  assert.deepEqual(trash.map(({ kind, deleted_by: by }) => `${String(kind)} ${String(by)}`).toSorted(), [
    'repository demo-mira',
    'tag demo-mira',
    'tag demo-mira',
  ]);
  const quotas = await list('/api/v2.0/quotas?reference=project');
  const shares = quotas.map(({ hard, used }) => {
    const [limit = 0, bytes = 0] = [hard, used].map((each) => (each as { storage: number }).storage);
    return bytes / limit;
  });
  assert.ok(shares.some((share) => share > 0.9 && share < 1));
  const { items } = jsonOf<{ items: { username: string }[] }>(
    await admin.get('/api/berth/v1/audit?result=refused&actor=demo-sam'),
  );
  assert.equal(items.length, 1);
  for (const path of [
    '/api/v2.0/projects/demo-shop/immutabletagrules',
    '/api/v2.0/projects/demo-shop/webhook/policies',
  ])
    assert.equal((await list(path)).length, 1, path);
});

test('what is missing is made again, and nothing else', async () => {
  const path = '/api/v2.0/projects/demo-platform/repositories/tools%252Fbackup';
  expectStatus(await admin.call('DELETE', path), 200);
  const again = await demo('seed', '--json');
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(JSON.parse(again.stdout), {
    made: { projects: 0, repositories: 1, tags: 3, accounts: 0, robots: 0, others: 0 },
  });
  assert.deepEqual(await digests(), seeded);
});

/** Of something that is not there: no list of artifacts shows it. Returns its digest. */
async function pushOrphan(repository: string, tag?: string): Promise<string> {
  const subject = descriptorOf(types.ociManifest, Buffer.from(`${repository} ${tag ?? ''}`));
  const orphan = imageOf({ seed: 'orphan', more: { subject } });
  await admin.pushImage(repository, tag ?? orphan.manifest.digest, orphan);
  return orphan.manifest.digest;
}

function deleteArtifact(repository: string, digest: string): Promise<unknown> {
  const [project = '', ...path] = repository.split('/');
  const name = encodeURIComponent(encodeURIComponent(path.join('/')));
  return admin.call('DELETE', `/api/v2.0/projects/${project}/repositories/${name}/artifacts/${digest}`);
}

async function forget(digest: string): Promise<void> {
  for (const { id, digest: of } of await list('/api/berth/v1/trash'))
    if (of === digest) expectStatus(await admin.call('DELETE', `/api/berth/v1/trash/${String(id)}`), 200);
}

interface Planted {
  readonly named: string;
  /** Of an artifact. */
  readonly digest?: string;
  readonly undo: () => Promise<unknown>;
}

/** Made by other people; undone one after the other. */
async function plantForeign(): Promise<Planted[]> {
  const mine = imageOf({ seed: 'mine' });
  await admin.pushImage('demo-shop/storefront', 'mine', mine);
  const poet = 'demo-models/text/tiny-poet';
  const { body, headers } = await admin.call('GET', `/v2/${poet}/manifests/0.2`);
  const subject = descriptorOf(String(headers['content-type']), body);
  const signature = imageOf({ seed: 'signature', more: { subject } });
  await admin.pushImage(poet, signature.manifest.digest, signature);
  const access = [{ resource: 'repository', action: 'pull' }];
  const permissions = [{ kind: 'project', namespace: 'demo-unused', access }];
  await make('robots', { name: 'other', level: 'project', duration: -1, permissions });
  const found = (
    rows: readonly Record<string, unknown>[],
    key: string,
    value: string,
  ): Record<string, unknown> => rows.find((row) => row[key] === value) ?? {};
  const { project_id: project } = jsonOf<{ project_id: number }>(
    await admin.get('/api/v2.0/projects/demo-unused'),
  );
  const query = encodeURIComponent(`Level=project,ProjectID=${project}`);
  const robot = found(await list(`/api/v2.0/robots?q=${query}`), 'name', 'robot$demo-unused+other');
  const group = found(await list('/api/v2.0/usergroups'), 'group_name', 'demo-developers');
  const members = `/api/berth/v1/groups/${String(group['id'])}/members`;
  expectStatus(await sendJson(admin, 'POST', members, { username: 'eve' }), 201);
  const eve = found(await list(members), 'username', 'eve');
  const grant = { who: 'group:demo-operators', role: 'guest', where: 'pay' };
  const given = await sendJson(admin, 'POST', '/api/berth/v1/grants', grant);
  expectStatus(given, 201);
  const remove = (path: string) => async (): Promise<unknown> => admin.call('DELETE', path);
  const artifact = (repository: string, digest: string, named = `${repository}@${digest}`): Planted => ({
    named,
    digest,
    undo: () => deleteArtifact(repository, digest),
  });
  const [tagged, untagged] = ['demo-shop/storefront', 'demo-models/text/tiny-poet'];
  return [
    artifact('demo-shop/storefront', mine.manifest.digest),
    artifact(poet, signature.manifest.digest),
    artifact(tagged, await pushOrphan(tagged, 'orphan')),
    artifact(untagged, await pushOrphan(untagged), `${untagged} (1 that no list shows)`),
    { named: 'robot robot$demo-unused+other', undo: remove(`/api/v2.0/robots/${String(robot['id'])}`) },
    { named: 'group demo-developers, eve', undo: remove(`${members}/${String(eve['user_id'])}`) },
    { named: 'group demo-operators, pay', undo: remove(String(given.headers['location'])) },
  ];
}

test('with something of other people in it nothing is removed, and it is named, in the trash, too', async () => {
  const planted = await plantForeign();
  const all = await everything();
  const refused = await demo('remove', '--yes');
  assert.equal(refused.code, 7, refused.stderr);
  for (const { named } of planted) assert.ok(refused.stderr.includes(named), `${named}: ${refused.stderr}`);
  assert.deepEqual(await everything(), all);
  for (const { undo } of planted) await undo();
  const again = await demo('remove', '--yes');
  assert.equal(again.code, 7);
  const inTrash = await list('/api/berth/v1/trash');
  const foreign = inTrash.filter(({ digest: of }) => planted.some(({ digest }) => digest && digest === of));
  assert.equal(foreign.length, 4);
  for (const { name } of foreign) assert.ok(again.stderr.includes(`trash: ${String(name)}`), again.stderr);
  for (const { digest } of foreign) await forget(String(digest));
});

test('what came while somebody was asked is seen, too', {
  skip: noPseudoTerminal() ?? false,
}, async () => {
  const terminal = new PseudoTerminal(`${launcher} demo remove --data ${server.data}`, {
    cwd: server.folder,
  });
  await terminal.shows(/\[y\/N\]/);
  const late = imageOf({ seed: 'late' });
  await admin.pushImage('demo-sandbox/late', 'v1', late);
  const all = await everything();
  terminal.type('y\n');
  assert.equal(await terminal.ended, 7, terminal.shown);
  assert.ok(terminal.shown.replaceAll('\n', '').includes(`demo-sandbox/late@${late.manifest.digest}`));
  assert.deepEqual(await everything(), all);
  await deleteArtifact('demo-sandbox/late', late.manifest.digest);
  await forget(late.manifest.digest);
});

test('where a rule keeps artifacts, those that no list shows are counted once it is gone', async () => {
  const repository = 'demo-shop/api/catalogue';
  const digest = await pushOrphan(repository);
  const all = await everything();
  const { code, stderr } = await demo('remove', '--yes');
  assert.equal(code, 7, stderr);
  assert.match(stderr, /: demo-shop\/api\/catalogue \(1 that no list shows\)\. Rules and webhooks/);
  assert.deepEqual(await everything(), all);
  await deleteArtifact(repository, digest);
  await forget(digest);
});

test('what was made is removed for good, and nothing else', async () => {
  const { code, stderr } = await demo('remove', '--yes');
  assert.equal(code, 0, stderr);
  assert.deepEqual(await everything(), before);
  const again = await demo('remove', '--yes');
  assert.deepEqual(
    { code: again.code, stderr: again.stderr },
    { code: 0, stderr: 'There is no demo data.\n' },
  );
});

test('names that somebody else has are left to them', async () => {
  await makeProject(admin, 'demo-shop');
  await make('usergroups', { group_name: 'demo-operators', group_type: 0 });
  await make('users', { username: 'demo-lin', password, email: 'lin@example.test', realname: 'Lin' });
  const all = await everything();
  for (const what of [['seed'], ['remove', '--yes']]) {
    const { code, stderr } = await demo(...what);
    if (what[0] === 'seed')
      assert.match(
        stderr,
        /in use by other things: project demo-shop; account demo-lin; group demo-operators\./,
      );
    assert.equal(code, what[0] === 'seed' ? 7 : 0, stderr);
    assert.deepEqual(await everything(), all);
  }
});
