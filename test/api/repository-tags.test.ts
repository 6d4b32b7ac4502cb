// The tags of a repository as a list of its own.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { descriptorOf, imageOf, manifestOf, types } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
await makeProject(admin, 'pay');
await addUsers(server, ['eve']);

interface Tag {
  readonly name: string;
  readonly digest: string;
  readonly type: string;
  readonly size: number;
  readonly platforms: readonly string[];
  readonly pull_time?: string;
  readonly immutable: boolean;
}

const path = '/api/berth/v1/projects/pay/repositories/a%252Fb/tags';
const image = imageOf({ seed: 'one', layers: [1000] });
const larger = imageOf({ seed: 'two', layers: [5000] });
await admin.pushImage('pay/a/b', 'v2', image);
await admin.pushImage('pay/a/b', 'v10', larger);
await admin.pushManifest('pay/a/b', 'latest', image.manifest);
const child = (each: typeof image, architecture: string) => ({
  ...descriptorOf(each.manifest.mediaType, each.manifest.bytes),
  platform: { os: 'linux', architecture },
});
const index = manifestOf(
  {
    schemaVersion: 2,
    mediaType: types.ociIndex,
    manifests: [child(image, 'amd64'), child(larger, 'arm64'), child(larger, 'unknown')],
  },
  types.ociIndex,
);
await admin.pushManifest('pay/a/b', 'multi', index);
const signature = imageOf({
  seed: 'signature',
  more: { subject: descriptorOf(image.manifest.mediaType, image.manifest.bytes) },
});
await admin.pushImage('pay/a/b', 'signed-by-somebody', signature);

async function list(query: string): Promise<{ tags: readonly Tag[]; total: number }> {
  const answer = await admin.get(`${path}${query}`);
  return { tags: jsonOf<Tag[]>(answer), total: Number(answer.headers['x-total-count']) };
}

const names = ({ tags }: { readonly tags: readonly Tag[] }): string[] => tags.map(({ name }) => name);

test('listTagsOfRepository: by name, size and time of push, the newest first where nothing is said', async () => {
  assert.deepEqual(names(await list('')), ['multi', 'latest', 'v10', 'v2']);
  assert.deepEqual(names(await list('?sort=push_time')), ['v2', 'v10', 'latest', 'multi']);
  assert.deepEqual(names(await list('?sort=name')), ['latest', 'multi', 'v10', 'v2']);
  assert.deepEqual(names(await list('?sort=-size')).slice(0, 2), ['multi', 'v10']);
});

test('listTagsOfRepository: one page, of those that have a part in their name, with the count of all', async () => {
  const page = await list('?sort=name&page=2&page_size=1&name=V');
  assert.deepEqual([names(page), page.total], [['v2'], 2]);
  assert.deepEqual(names(await list('?name=%25')), []);
  const found = async (name: string) => names(await list(`?sort=name&name=${name}`));
  assert.deepEqual(await found('V*'), ['v10', 'v2']);
  assert.deepEqual(await found('*t'), ['latest']);
  assert.deepEqual(await found('*t*'), ['latest', 'multi']);
  assert.deepEqual(await found('v*0'), ['v10']);
  assert.deepEqual(await found('t*'), []);
  assert.deepEqual(await found('**'), ['latest', 'multi', 'v10', 'v2']);
});

test('listTagsOfRepository: what a tag stands for: digest, size, platforms', async () => {
  const { tags } = await list('?sort=name');
  const [latest, multi] = tags;
  assert.equal(latest?.digest, image.manifest.digest);
  assert.deepEqual(latest?.platforms, ['linux/amd64']);
  assert.equal(latest?.immutable, false);
  assert.equal(latest?.pull_time, undefined);
  assert.equal(multi?.digest, index.digest);
  assert.deepEqual(multi?.platforms, ['linux/amd64', 'linux/arm64', 'linux/unknown']);
});

test('listTagsOfRepository: not for strangers, and nothing where there is no repository', async () => {
  expectRefusal(await server.client({ username: 'eve', password }).get(path), 403, 'FORBIDDEN');
  expectRefusal(await server.client(null).get(path), 401, 'UNAUTHORIZED');
  expectRefusal(await admin.get(path.replace('a%252Fb', 'none')), 404, 'NOT_FOUND');
});

test('getManifest: the bytes that were pushed, by tag and by digest; not for strangers, and no pull', async () => {
  const at = path.replace('/tags', '/artifacts');
  for (const reference of ['v2', image.manifest.digest]) {
    const answer = await admin.get(`${at}/${reference}/manifest`);
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
    assert.deepEqual(answer.body, image.manifest.bytes);
  }
  expectRefusal(
    await server.client({ username: 'eve', password }).get(`${at}/v2/manifest`),
    403,
    'FORBIDDEN',
  );
  expectRefusal(await admin.get(`${at}/none/manifest`), 404, 'NOT_FOUND');
  assert.equal((await list('?name=v2')).tags[0]?.pull_time, undefined);
});

test('listTagsOfRepository: only what was pushed longer ago, and a change of all of that', async () => {
  await server.stop();
  {
    using db = new DatabaseSync(join(server.data, 'berth.db'));
    db.prepare(`update tag set pushed_at = ? where name = 'v2'`).run(Date.now() - 40.5 * 86_400_000);
  }
  await server.restart();
  const old = await list('?older_than_days=40');
  assert.deepEqual([names(old), old.total], [['v2'], 1]);
  assert.deepEqual(names(await list('?older_than_days=41')), []);
  assert.deepEqual(names(await list('?older_than_days=40&name=10')), []);
  for (const none of ['20000000', '9223372036854775807'])
    assert.deepEqual(names(await list(`?older_than_days=${none}`)), []);
  assert.equal((await list('?older_than_days=-9223372036854775808')).total, 4);
  for (const wrong of ['1.5', 'x', '9223372036854775808'])
    expectStatus(await admin.get(`${path}?older_than_days=${wrong}`), 422);
  const asked = { action: 'delete-tags', project: 'pay', repository: 'a/b', count: 1 };
  const batch = (matching: object) =>
    sendJson(admin, 'POST', '/api/berth/v1/batches', { ...asked, matching, dry_run: true });
  assert.equal(jsonOf<{ total: number }>(await batch({ older_than_days: 40 })).total, 1);
  const named = { ...asked, count: 9, matching: { name: 'v*' }, dry_run: true };
  const estimate = await sendJson(admin, 'POST', '/api/berth/v1/batches', named);
  assert.deepEqual(jsonOf<{ names: string[] }>(estimate).names, ['v10', 'v2']);
  expectRefusal(await batch({ older_than_days: 41 }), 400, 'BAD_REQUEST');
  expectStatus(await batch({ older_than_days: 'x' }), 422);
  expectRefusal(await batch({ q: 'name=v2' }), 400, 'BAD_REQUEST');
  for (const matching of [{ older_than_days: 40 }, { name: 'v2' }]) {
    const artifacts = { ...asked, action: 'delete-artifacts', count: 9, matching, dry_run: true };
    expectRefusal(await sendJson(admin, 'POST', '/api/berth/v1/batches', artifacts), 400, 'BAD_REQUEST');
  }
});

test('listIndexes: an image that an index lists tells that index and its tags, to whoever may see it', async () => {
  const indexes = (reference: string) =>
    `/api/berth/v1/projects/pay/repositories/a%252Fb/artifacts/${reference}/indexes`;
  for (const each of [image, larger]) await admin.pushImage('pay/other', 'latest', each);
  await admin.pushManifest('pay/other', 'elsewhere', index);
  const answer = await admin.get(indexes(larger.manifest.digest));
  assert.deepEqual(jsonOf(answer), [{ digest: index.digest, tags: ['multi'], tag_count: 1 }]);
  assert.equal(answer.headers['x-total-count'], '1');
  assert.deepEqual(jsonOf(await admin.get(indexes('multi'))), []);
  assert.deepEqual(jsonOf(await admin.get(indexes(signature.manifest.digest))), []);
  expectStatus(await admin.get(indexes(`sha256:${'0'.repeat(64)}`)), 404);
  expectStatus(await server.client({ username: 'eve', password }).get(indexes('v10')), 403);
});
