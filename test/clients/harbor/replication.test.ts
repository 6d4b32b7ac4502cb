// Harbor's replication adapter replayed, at both ends: a Harbor that copies into Berth, and one that copies from it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addUser } from '../../harness/accounts.ts';
import { root } from '../../harness/berth-command.ts';
import { imageOf } from '../../harness/image.ts';
import { expectStatus } from '../../harness/registry-client.ts';
import { jsonOf, makeProject, projects, sendJson } from '../../harness/rest.ts';
import { BerthServer, password } from '../../harness/start-server.ts';
import { fillRegistry, signatureTag } from './fill-registry.ts';
import { type Credentials, HarborAdapter, type ListedArtifact } from './harbor-adapter.ts';
import { type Copied, replicate } from './replicate.ts';

const count = Number(process.env['BERTH_REPLICATION_ARTIFACTS'] ?? 100);
const [source, target] = [await BerthServer.start(), await BerthServer.start()];
after(() => Promise.all([source[Symbol.asyncDispose](), target[Symbol.asyncDispose]()]));
const admin = source.client();
const targetAdmin = target.client();
await makeProject(admin, 'moved', { public: 'true' });
const filled = await fillRegistry(admin, 'moved', count);

interface Access {
  readonly resource: string;
  readonly action: string;
}
const accessOf = (...lines: readonly string[]): Access[] =>
  lines.map((line) => {
    const [resource = '', action = ''] = line.split(':');
    return { resource, action };
  });

const reading = ['project:read', 'repository:list', 'repository:pull', 'artifact:list', 'artifact:read'];
const writing = ['repository:push'];
/** Only when a rule carries deletions over: of artifacts over `/v2`, of tags by the REST API. */
const deleting = ['repository:delete', 'tag:delete'];

/** As the manual says: one of the system, for all projects. */
async function makeRobot(server: BerthServer, name: string, ...access: string[]): Promise<Credentials> {
  const body = {
    name,
    level: 'system',
    duration: -1,
    permissions: [
      { kind: 'project', namespace: '*', access: accessOf(...access) },
      { kind: 'system', namespace: '/', access: accessOf('project:create', 'project:list') },
    ],
  };
  const made = jsonOf<{ name: string; secret: string }>(
    await sendJson(server.client(), 'POST', '/api/v2.0/robots', body),
    201,
  );
  return { username: made.name, password: made.secret };
}

const from = new HarborAdapter(source, await makeRobot(source, 'reader', ...reading));
const into = new HarborAdapter(
  target,
  await makeRobot(target, 'writer', ...reading, ...writing, ...deleting),
);

/** The way back. */
const intoSource = new HarborAdapter(source, { username: 'admin', password });

/** What a server was asked to change meanwhile, by its log. */
async function writesOf(server: BerthServer, work: () => Promise<unknown>): Promise<string[]> {
  const start = await placeInLog(server);
  await work();
  const end = await placeInLog(server);
  return server.log
    .slice(start, end)
    .filter(({ method }) => ['PUT', 'POST', 'PATCH', 'DELETE'].includes(String(method)))
    .map(({ method, route }) => `${String(method)} ${String(route)}`);
}

async function placeInLog(server: BerthServer): Promise<number> {
  const { headers } = await server.client(null).get('/api/v2.0/ping');
  const isIt = ({ request }: Readonly<Record<string, unknown>>): boolean =>
    request === headers['x-request-id'];
  await server.logged(isIt);
  return server.log.findIndex(isIt);
}

const brief = (artifacts: readonly ListedArtifact[]): string[] =>
  artifacts
    .map(({ digest, tags, isAccessory }) => `${digest} ${tags.toSorted().join(',')} ${isAccessory}`)
    .toSorted();

/** Both ends list the same, and serve the same bytes. */
async function assertSame(copied: Copied, one: HarborAdapter, other: HarborAdapter): Promise<void> {
  assert.ok(copied.repositories.size > 0);
  for (const [repository, artifacts] of copied.repositories) {
    assert.deepEqual(brief(await other.artifacts(repository)), brief(artifacts), repository);
    for (const { digest } of artifacts) {
      const [left, right] = [
        await one.pullManifest(repository, digest),
        await other.pullManifest(repository, digest),
      ];
      assert.ok(left.body.equals(right.body), `${repository}@${digest}`);
    }
  }
}

test('the endpoint is healthy, and its probe and filters are answered', async () => {
  assert.ok(await into.isHealthy());
  assert.ok(await from.isHealthy());
  assert.deepEqual(await into.probe(), []);
});

test('createProject, listAllRepositories: indexes, charts, signatures, SBOMs and all tags are copied, shared layers are mounted', async (t) => {
  const started = performance.now();
  let copied: Copied | undefined;
  const writes = await writesOf(target, async () => {
    copied = await replicate({ source: from, destination: into });
  });
  assert.ok(copied !== undefined);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  t.diagnostic(`${JSON.stringify({ ...filled, kinds: Object.fromEntries(filled.kinds) })}`);
  t.diagnostic(
    `${copied.blobs} blobs, ${copied.mounted} mounted, ${copied.manifests} manifests in ${seconds} s`,
  );
  const { metadata } = jsonOf<{ metadata: Record<string, string> }>(
    await targetAdmin.get(`${projects}/moved`),
  );
  assert.equal(metadata['public'], 'true');
  assert.ok(copied.mounted > 0);
  const listed = [...copied.repositories.values()].flat();
  assert.equal(listed.filter(({ isAccessory }) => !isAccessory).length, count);
  assert.equal(
    listed.filter(({ isAccessory }) => isAccessory).length,
    (filled.kinds.get('OCI index') ?? 0) * 5,
  );
  assert.equal(
    writes.filter((line) => line.startsWith('PUT') && line.includes('manifests')).length,
    copied.manifests,
  );
  await assertSame(copied, from, into);
});

test('a second run copies nothing', async () => {
  let copied: Copied | undefined;
  const writes = await writesOf(target, async () => {
    copied = await replicate({ source: from, destination: into });
  });
  assert.deepEqual(writes, []);
  assert.deepEqual([copied?.blobs, copied?.mounted, copied?.manifests], [0, 0, 0]);
});

test('a tag that the source moved stays without override, and moves with it', async () => {
  const before = await into.digestOf('moved/app-0', 'v0');
  const moved = imageOf({ seed: 'moved' });
  await admin.pushImage('moved/app-0', 'v0', moved);
  const rule = { source: from, destination: into, projects: ['moved'] };
  assert.deepEqual(await writesOf(target, () => replicate({ ...rule, override: false })), []);
  assert.equal(await into.digestOf('moved/app-0', 'v0'), before);
  const writes = await writesOf(target, () => replicate(rule));
  assert.deepEqual(
    writes.filter((line) => line.includes('manifests')),
    ['PUT /v2/<name>/manifests/<reference>'],
  );
  assert.equal(await into.digestOf('moved/app-0', 'v0'), moved.manifest.digest);
});

test('deleteTag: a tag that the source lost goes, its artifact stays, and the second time there is nothing to do', async () => {
  const digest = await into.digestOf('moved/app-0', 'v7.3');
  assert.ok(digest !== undefined);
  assert.equal(await into.deleteTag('moved/app-0', 'v7.3'), true);
  assert.equal(await into.deleteTag('moved/app-0', 'v7.3'), false);
  assert.equal(await into.digestOf('moved/app-0', 'v7.3'), undefined);
  assert.equal(await into.digestOf('moved/app-0', 'v7'), digest);
});

test('an artifact that the source lost goes with its tags, its signature before it or after it', async () => {
  for (const [tag, order] of [
    ['v4', 'signature first'],
    ['v14', 'image first'],
  ] as const) {
    const repository = tag === 'v4' ? 'moved/app-0' : 'moved/team/deep/app-1';
    const digest = (await into.digestOf(repository, tag)) ?? '';
    const signature = await into.digestOf(repository, signatureTag(digest));
    assert.ok(signature !== undefined, order);
    const events = order === 'image first' ? [tag, signature] : [signature, tag];
    for (const reference of events) await into.deleteManifest(repository, reference);
    const left = (await into.artifacts(repository)).map((artifact) => artifact.digest);
    assert.ok(!left.includes(digest) && !left.includes(signature), order);
  }
});

test('an index that the source lost goes; its children stay without a tag, until the source is copied again', async () => {
  const repository = 'moved/app-0';
  const index = await into.pullManifest(repository, 'v1');
  const { manifests } = JSON.parse(index.body.toString()) as { manifests: { digest: string }[] };
  assert.equal(await into.deleteManifest(repository, 'v1'), true);
  assert.equal(await into.deleteManifest(repository, 'v1'), false);
  const left = await into.artifacts(repository);
  for (const { digest } of manifests) {
    assert.deepEqual(left.find((artifact) => artifact.digest === digest)?.tags, []);
    assert.ok(await into.deleteManifest(repository, digest));
  }
  await assertSame(await replicate({ source: from, destination: into }), from, into);
});

test('what has a label alone is copied, with what is about it', async () => {
  await makeProject(admin, 'marked');
  await fillRegistry(admin, 'marked', 10);
  const label = { name: 'carry', scope: 'g' };
  const { headers } = await sendJson(admin, 'POST', '/api/v2.0/labels', label);
  const id = Number(String(headers.location).split('/').at(-1));
  const place = `${projects}/marked/repositories/app-0/artifacts/v5/labels`;
  expectStatus(await sendJson(admin, 'POST', place, { id }), 200);
  assert.deepEqual(await from.probe(), ['carry']);
  const rule = { source: from, destination: into, projects: ['marked'], label: 'carry' };
  await replicate(rule);
  const there = await into.artifacts('marked/app-0');
  assert.deepEqual(
    there.map(({ tags, isAccessory, labels }) => [tags, isAccessory, labels]),
    [
      [['v5'], false, []],
      [[], true, []],
    ],
  );
});

test('a user copies into a project of a numeric name, by chunks, and back', async () => {
  const mara = { username: 'mara', password };
  for (const server of [source, target]) await addUser(server, mara);
  const [one, other] = [new HarborAdapter(source, mara), new HarborAdapter(target, mara)];
  await makeProject(source.client(mara), '2026');
  const image = imageOf({ seed: 'chunks', layers: [100_000, 1] });
  await source.client(mara).pushImage('2026/app', 'v1', image);
  const rule = { source: one, destination: other, projects: ['2026'], chunk: 30_000 };
  await assertSame(await replicate(rule), one, other);
  await target.client(mara).pullImage('2026/app', 'v1', image);
  const writes = await writesOf(target, () => replicate(rule));
  assert.deepEqual(writes, [], 'a project whose name is a number is found again');
  const later = imageOf({ seed: 'pushed during the pilot' });
  await target.client(mara).pushImage('2026/app', 'v2', later);
  await assertSame(await replicate({ source: other, destination: one, projects: ['2026'] }), other, one);
  await source.client(mara).pullImage('2026/app', 'v2', later);
});

/** The body of the manual, for another project. */
function robotOfManual(project: string): string {
  const page = readFileSync(join(root, 'docs', 'en', 'pilot-beside-harbor.md'), 'utf8');
  const [, body] = /<<'END'\n([^]*?)\nEND\n/.exec(page) ?? assert.fail('the manual has no robot');
  return (body ?? '').replaceAll('"payments"', JSON.stringify(project));
}

test("the manual's robot of one project copies into it, deletes there and is copied from, and gets into no other", async () => {
  for (const client of [admin, targetAdmin]) await makeProject(client, 'desk');
  const answer = await targetAdmin.call('POST', '/api/v2.0/robots', {
    headers: { 'Content-Type': 'application/json' },
    body: robotOfManual('desk'),
  });
  const made = jsonOf<{ name: string; secret: string }>(answer, 201);
  const own = new HarborAdapter(target, { username: made.name, password: made.secret });
  assert.ok(await own.isHealthy());
  const image = imageOf({ seed: 'by its own robot' });
  for (const tag of ['first', 'lost']) await admin.pushImage('desk/app', tag, image);
  await fillRegistry(admin, 'desk', 10);
  await assertSame(await replicate({ source: from, destination: own, projects: ['desk'] }), from, own);
  assert.ok(await own.deleteTag('desk/app', 'lost'));
  assert.ok(await own.deleteManifest('desk/app', image.manifest.digest));
  const later = imageOf({ seed: 'pushed to the target only' });
  await targetAdmin.pushImage('desk/app', 'later', later);
  await replicate({ source: own, destination: intoSource, projects: ['desk'] });
  await admin.pullImage('desk/app', 'later', later);
  await assert.rejects(replicate({ source: from, destination: own, projects: ['marked'] }), /40[13]/);
});

test('a tag that an immutable rule of the target keeps fails the task with 412, and stays', async () => {
  const rule = {
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v9' }],
    action: 'immutable',
    template: 'immutable_template',
  };
  expectStatus(await sendJson(targetAdmin, 'POST', `${projects}/moved/immutabletagrules`, rule), 201);
  const before = await into.digestOf('moved/app-0', 'v9');
  await admin.pushImage('moved/app-0', 'v9', imageOf({ seed: 'moved at the source' }));
  await assert.rejects(replicate({ source: from, destination: into, projects: ['moved'] }), /412/);
  await assert.rejects(into.deleteTag('moved/app-0', 'v9'), /412/);
  assert.equal(await into.digestOf('moved/app-0', 'v9'), before);
});
