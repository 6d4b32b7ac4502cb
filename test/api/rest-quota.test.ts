// Storage limits over Harbor's API, and what a push and a deletion make of them.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, createProject } from '../harness/accounts.ts';
import { imageOf, seededBytes } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice']);
const admin = server.client();
const alice = server.client({ username: 'alice', password });
const mib = 1024 * 1024;

interface Quota {
  readonly id: number;
  readonly ref: { readonly id: number; readonly name: string; readonly owner_name: string };
  readonly hard: { readonly storage: number };
  readonly used: { readonly storage: number };
}

const quotaOf = async (name: string): Promise<Quota> => {
  const all = jsonOf<Quota[]>(await admin.get('/api/v2.0/quotas/?page_size=0&reference=project'));
  return all.find(({ ref }) => ref.name === name) ?? assert.fail(`${name} has no quota`);
};
const setLimit = (id: number, storage: unknown, client: RegistryClient = admin): Promise<Answer> =>
  sendJson(client, 'PUT', `/api/v2.0/quotas/${id}`, { hard: { storage } });

test('listQuotas: by how much of the limit is used, those without a limit last', async () => {
  const wanted = ['share-full', 'share-near', 'share-far', 'share-free'];
  for (const [index, limit] of [1, 3000, 1_000_000, -1].entries()) {
    const name = wanted[index] ?? '';
    await makeProject(alice, name);
    await alice.pushImage(`${name}/a`, 'v1', imageOf({ seed: name, layers: [2000] }));
    expectStatus(await setLimit((await quotaOf(name)).id, limit), 200);
  }
  const order = async (sort: string): Promise<readonly string[]> =>
    jsonOf<Quota[]>(await admin.get(`/api/v2.0/quotas?page_size=0&sort=${sort}`))
      .map(({ ref: { name } }) => name)
      .filter((name) => wanted.includes(name));
  assert.deepEqual(await order('-used.share'), wanted);
  assert.deepEqual(await order('used.share'), wanted.toReversed());
});

test('getQuota, listQuotas: usage is distinct content, and a limit is read back as it was set', async () => {
  await makeProject(alice, 'counted');
  const image = imageOf({ seed: 'q', layers: [1000, 1000] });
  await alice.pushImage('counted/a', 'v1', image);
  await alice.pushImage('counted/b', 'v1', image);
  const quota = await quotaOf('counted');
  const bytes = [...image.layers, image.config, image.manifest.bytes].reduce(
    (sum, each) => sum + each.length,
    0,
  );
  assert.deepEqual(quota.used, { storage: bytes });
  assert.deepEqual(quota.hard, { storage: -1 });
  assert.deepEqual(quota.ref, { id: quota.id, name: 'counted', owner_name: 'alice' });
  assert.deepEqual(jsonOf(await admin.get(`/api/v2.0/quotas/${quota.id}`)), quota);
  assert.deepEqual(
    jsonOf<Quota[]>(await admin.get(`/api/v2.0/quotas?reference=project&reference_id=${quota.id}`)),
    [quota],
  );
  assert.deepEqual(jsonOf(await admin.get('/api/v2.0/quotas?reference=registry')), []);
  expectRefusal(await admin.get('/api/v2.0/quotas/999999'), 404, 'NOT_FOUND');
});

test('updateQuota: from 1 byte to 2^50, or -1; anything else changes nothing (H10)', async () => {
  await makeProject(alice, 'limits');
  const { id } = await quotaOf('limits');
  for (const storage of [4294967297, 2 ** 50, -1, 1]) {
    expectStatus(await setLimit(id, storage), 200);
    assert.equal((await quotaOf('limits')).hard.storage, storage);
  }
  const put = (body: string): Promise<Answer> =>
    admin.call('PUT', `/api/v2.0/quotas/${id}`, {
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(body),
    });
  for (const storage of ['1125899906842625', '9007199254740993', '0', '-2', '1.5', '"5"', 'null']) {
    const { status } = await put(`{"hard":{"storage":${storage}}}`);
    assert.ok(status === 400 || status === 422, `${storage}: ${status}`);
  }
  assert.equal((await put('{}')).status, 400);
  assert.equal((await quotaOf('limits')).hard.storage, 1);
  expectRefusal(await setLimit(999999, 5), 404, 'NOT_FOUND');
  expectRefusal(await setLimit(id, 5, alice), 403, 'FORBIDDEN');
  expectRefusal(await setLimit(id, 5, server.client(null)), 401, 'UNAUTHORIZED');
});

test('listQuotas: sorted by usage or limit, in pages', async () => {
  await makeProject(alice, 'small');
  await makeProject(alice, 'large');
  await alice.pushBlob('small/x', seededBytes('small', 10));
  await alice.pushBlob('large/x', seededBytes('large', mib));
  const names = async (query: string): Promise<string[]> =>
    jsonOf<Quota[]>(await admin.get(`/api/v2.0/quotas?${query}`)).map(({ ref }) => ref.name);
  assert.equal((await names('sort=-used.storage&page_size=1'))[0], 'large');
  const rising = await names('sort=used.storage');
  assert.ok(rising.indexOf('small') < rising.indexOf('large'));
  expectStatus(await setLimit((await quotaOf('small')).id, 2 ** 50), 200);
  assert.equal((await names('sort=-hard.storage&page_size=1'))[0], 'small');
  assert.notDeepEqual(await names('page_size=1&page=1'), await names('page_size=1&page=2'));
  assert.deepEqual(await names('page=99&page_size=100'), []);
});

test('updateQuota: above the limit everything but growth works (H09)', async () => {
  await makeProject(alice, 'p1');
  await alice.pushImage('p1/small', 'v1', imageOf({ seed: 'one', layers: [mib] }));
  await alice.pushImage('p1/large', 'v1', imageOf({ seed: 'ten', layers: [10 * mib] }));
  const { id, used } = await quotaOf('p1');
  expectStatus(await setLimit(id, 5 * mib), 200);
  const tag = await alice.get('/v2/p1/large/manifests/v1');
  expectStatus(await alice.call('DELETE', '/v2/p1/small/manifests/v1'), 202);
  const small = imageOf({ seed: 'one', layers: [mib] });
  expectStatus(await alice.call('DELETE', `/v2/p1/small/manifests/${small.manifest.digest}`), 202);
  assert.ok((await quotaOf('p1')).used.storage < used.storage - mib + 1);
  // A tag adds nothing.
  const again = await alice.call('PUT', '/v2/p1/large/manifests/v2', {
    headers: { 'content-type': String(tag.headers['content-type']) },
    body: tag.body,
  });
  expectStatus(again, 201);
  const refused = await alice.call('POST', '/v2/p1/new/blobs/uploads/', {});
  expectStatus(refused, 202);
  const kib = seededBytes('kib', 1024);
  await assert.rejects(
    alice.pushBlob('p1/new', kib),
    /10\.0 MiB are used, 1\.0 KiB more are wanted, the limit is 5\.0 MiB/,
  );
  const large = imageOf({ seed: 'ten', layers: [10 * mib] });
  expectStatus(await alice.call('DELETE', `/v2/p1/large/manifests/${large.manifest.digest}`), 202);
  await alice.pushBlob('p1/new', kib);
});

test('quota_per_project_enable: without it no limit counts', async () => {
  await makeProject(alice, 'free');
  expectStatus(await setLimit((await quotaOf('free')).id, 100), 200);
  const content = seededBytes('free', 2000);
  await assert.rejects(alice.pushBlob('free/x', content));
  expectStatus(
    await sendJson(admin, 'PUT', '/api/v2.0/configurations', { quota_per_project_enable: false }),
    200,
  );
  await alice.pushBlob('free/x', content);
  expectStatus(
    await sendJson(admin, 'PUT', '/api/v2.0/configurations', { quota_per_project_enable: true }),
    200,
  );
  await assert.rejects(alice.pushBlob('free/y', seededBytes('more', 2000)));
});

test('syncQuota: usages are counted anew, by administrators of the system only', async () => {
  const before = await quotaOf('counted');
  expectStatus(await alice.call('POST', '/api/internal/syncquota'), 403);
  expectStatus(await admin.call('POST', '/api/internal/syncquota'), 200);
  assert.deepEqual(await quotaOf('counted'), before);
});

test('updateConfigurations: storage_per_project is the limit of projects that the command line makes, too', async () => {
  const settings = '/api/v2.0/configurations';
  expectStatus(await sendJson(admin, 'PUT', settings, { storage_per_project: 5 * mib }), 200);
  await createProject(server, 'by-hand');
  expectStatus(await sendJson(admin, 'PUT', settings, { storage_per_project: -1 }), 200);
  assert.equal((await quotaOf('by-hand')).hard.storage, 5 * mib);
});

test('updateQuota: limits do not count where the start says that there are none', async () => {
  const env = { CONFIG_OVERWRITE_JSON: '{"quota_per_project_enable":false}' };
  await using free = await BerthServer.start({ env });
  const client = free.client();
  const id = await makeProject(client, 'tight');
  expectStatus(await setLimit(id, 1, client), 200);
  await client.pushBlob('tight/app', seededBytes('free', 1000));
});
