// What projects, repositories and tags take up: who sees it, and that it is what goes.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { changedSource } from '../harness/changed-source.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start({
  env: changedSource([
    {
      module: 'content/figures/create-storage-count',
      find: 'const everyMs = 10_000;',
      replace: 'const everyMs = 500;',
    },
  ]),
});
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
await makeProject(admin, 'pay');
await makeProject(admin, 'shop');
await addUsers(server, ['dev', 'eve']);
await grantRole(server, { username: 'dev', role: 'developer', place: 'pay' });
const [dev, eve] = ['dev', 'eve'].map((username) => server.client({ username, password })) as [
  RegistryClient,
  RegistryClient,
];

interface Figures {
  readonly project: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly logical: number;
  readonly unique: number;
  readonly shared: number;
  readonly trash?: number;
  readonly untagged?: number;
  readonly as_of: string;
}

const path = '/api/berth/v1/storage/usage';
const listOf = async (client: RegistryClient, query = ''): Promise<Figures[]> =>
  jsonOf<Figures[]>(await client.get(`${path}${query}`));

interface Total {
  readonly stored: number;
  readonly live: number;
  readonly trash: number;
  readonly unreferenced: number;
  readonly as_of?: string;
}

const totalOf = async (): Promise<Total> => jsonOf<Total>(await admin.get(`${path}/total`));

/** The next count that began after now is over. */
async function counted(): Promise<void> {
  const since = Date.now();
  await waitUntil('a new count', async () => Date.parse((await totalOf()).as_of ?? '') >= since, 120_000);
}

const base = imageOf({ seed: 'base', layers: [5000, 3000] });
await admin.pushImage('pay/app', 'v1', base);
await admin.pushImage('pay/app', 'v2', imageOf({ seed: 'second', layers: [7000] }));
await admin.pushImage('pay/other', 'v1', imageOf({ seed: 'third', layers: [900] }));
await admin.pushImage('shop/app', 'v1', base);
await counted();

test('listStorageUsage: what two projects have is shared, and goes with neither', async () => {
  const [pay, shop] = await listOf(admin, '?sort=name&page_size=100').then((rows) =>
    ['pay', 'shop'].map((name) => rows.find(({ project }) => project === name)),
  );
  assert.ok(pay !== undefined && shop !== undefined);
  assert.deepEqual([shop.unique, shop.shared], [0, shop.logical]);
  assert.deepEqual([pay.shared, pay.unique], [shop.logical, pay.logical - shop.logical]);
  const usage = jsonOf<{ quota: { used: { storage: number } } }>(
    await admin.get('/api/v2.0/projects/pay/summary'),
  );
  assert.equal(pay.logical, usage.quota.used.storage);
  const total = await totalOf();
  assert.deepEqual([total.live, total.trash], [pay.logical, 0]);
});

test('listStorageUsage: who does not see a project sees nothing of it', async () => {
  assert.deepEqual(
    (await listOf(dev)).map(({ project }) => project),
    ['pay'],
  );
  for (const by of ['project', 'repository', 'tag']) assert.deepEqual(await listOf(eve, `?by=${by}`), []);
  assert.deepEqual(await listOf(eve, '?by=tag&repository=pay%2Fapp'), []);
  expectRefusal(await dev.get(`${path}/total`), 403, 'FORBIDDEN');
  expectStatus(await server.client(null).get(path), 401);
});

test('listStorageUsage: pages, filters and sorts change the result', async () => {
  const first = await dev.get(`${path}?by=tag&page_size=2&sort=-logical`);
  assert.equal(first.headers['x-total-count'], '3');
  const pages = [
    ...jsonOf<Figures[]>(first),
    ...(await listOf(dev, '?by=tag&page_size=2&page=2&sort=-logical')),
  ];
  assert.equal(pages.length, 3);
  assert.deepEqual(
    pages.map(({ logical }) => logical),
    pages.map(({ logical }) => logical).toSorted((a, b) => b - a),
  );
  const ofRepository = await listOf(dev, '?by=tag&repository=pay%2Fapp&sort=name');
  assert.deepEqual(
    ofRepository.map(({ repository, tag }) => [repository, tag]),
    [
      ['pay/app', 'v1'],
      ['pay/app', 'v2'],
    ],
  );
  const repositories = await listOf(admin, '?by=repository&project=pay&sort=-unique');
  assert.deepEqual(
    repositories.map(({ repository }) => repository),
    ['pay/app', 'pay/other'],
  );
});

test('listStorageUsage: what it does not know is refused, with what it takes', async () => {
  for (const query of ['?by=blob', '?sort=size', '?format=xml', '?by=project&repository=pay%2Fapp'])
    assert.ok([400, 422].includes((await admin.get(`${path}${query}`)).status), query);
});

test('listStorageUsage: as CSV with all rows', async () => {
  const answer = await admin.get(`${path}?by=repository&project=pay&sort=name&format=csv`);
  expectStatus(answer, 200);
  assert.match(answer.headers['content-type'] ?? '', /^text\/csv/);
  const [header, ...lines] = answer.body.toString().trimEnd().split('\r\n');
  assert.equal(header, 'project,repository,logical,unique,shared,trash,untagged,as_of');
  assert.deepEqual(
    lines.map((line) => line.split(',').slice(0, 2).join(' ')),
    ['pay pay/app', 'pay pay/other'],
  );
});

test('berth storage usage: projects, repositories, tags, and what is wrong', async () => {
  const run = (...words: string[]) => berth(['storage', 'usage', ...words, '--data', server.data]);
  const projects = await run();
  assert.equal(projects.code, 0, projects.stderr);
  assert.match(projects.stdout, /PROJECT\s+LOGICAL\s+UNIQUE\s+SHARED\s+TRASH/);
  assert.match(projects.stderr, /are stored: .* in use/);
  assert.match((await run('--project', 'pay', '--sort', 'name')).stdout, /pay\/app[\s\S]*pay\/other/);
  assert.match((await run('--repository', 'pay/app', '--csv')).stdout, /^project,repository,tag,logical/);
  assert.equal((await run('--sort', 'size')).code, 2);
  assert.equal((await run('--project', 'pay', '--repository', 'pay/app')).code, 2);
});

test('getReclaimableStorage: untagged artifacts, the largest tags, and the trash by the day', async () => {
  await admin.pushImage('pay/old', 'v1', imageOf({ seed: 'untagged', layers: [4000] }));
  await admin.pushImage('pay/old', 'v1', imageOf({ seed: 'newer', layers: [10] }));
  await admin.pushImage('pay/old', 'gone', imageOf({ seed: 'gone', layers: [6000] }));
  await counted();
  const [gone] = await listOf(admin, '?by=tag&repository=pay%2Fold&sort=name');
  expectStatus(await admin.call('DELETE', '/api/v2.0/projects/pay/repositories/old/artifacts/gone'), 200);
  await counted();
  const [old] = await listOf(admin, '?by=repository&project=pay&sort=name').then((rows) =>
    rows.filter(({ repository }) => repository === 'pay/old'),
  );
  const found = jsonOf<{
    trash: { bytes: number; by_date: { date: string; bytes: number }[] };
    untagged: { bytes: number; repositories: { repository: string; bytes: number }[] };
    tags: { repository: string; tag: string; bytes: number }[];
  }>(await admin.get('/api/berth/v1/storage/reclaim'));
  const [item] = jsonOf<{ id: number; purge_at: string }[]>(
    await admin.get('/api/berth/v1/trash?page_size=1'),
  );
  assert.deepEqual(found.trash, {
    bytes: gone?.unique,
    by_date: [{ date: item?.purge_at.slice(0, 10), bytes: gone?.unique }],
  });
  assert.ok((old?.untagged ?? 0) > 4000);
  assert.deepEqual(found.untagged.repositories[0], { repository: 'pay/old', bytes: old?.untagged });
  assert.equal(found.tags[0]?.repository, 'pay/app');
  assert.equal(found.tags[0]?.tag, 'v2');
  const shown = await berth(['storage', 'reclaim', '--data', server.data]);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /Emptying the trash frees 6\.\d KiB[\s\S]*pay\/old\t[\s\S]*pay\/app:v2\t/);
  expectRefusal(await dev.get('/api/berth/v1/storage/reclaim'), 403, 'FORBIDDEN');
  expectStatus(await admin.call('DELETE', `/api/berth/v1/trash/${item?.id}`), 200);
  await counted();
});

test('getStorageForecast, getProjectStorageForecast: with figures of a day there is not enough data', async () => {
  const forecast = async (client: RegistryClient, of: string) =>
    jsonOf<{ state: string; days: number; free?: number }>(await client.get(`/api/berth/v1/${of}`));
  const everything = await forecast(admin, 'storage/forecast');
  assert.equal(everything.state, 'not-enough-data');
  assert.ok((everything.free ?? 0) > 0);
  assert.equal((await forecast(dev, 'projects/pay/storage/forecast')).free, undefined);
  expectRefusal(await dev.get('/api/berth/v1/storage/forecast'), 403, 'FORBIDDEN');
  expectRefusal(await eve.get('/api/berth/v1/projects/pay/storage/forecast'), 403, 'FORBIDDEN');
  expectStatus(await admin.get('/api/berth/v1/projects/none/storage/forecast'), 404);
  const shown = await berth(['storage', 'forecast', '-p', 'pay', '--data', server.data]);
  assert.match(shown.stdout, /Not enough data: there are figures of [12] days, and it takes 7\./);
});

test('listStorageUsage: what is said before a tag goes is what its purge frees', async () => {
  const [row] = await listOf(dev, '?by=tag&repository=pay%2Fapp&sort=-name');
  assert.equal(row?.tag, 'v2');
  expectStatus(await admin.call('DELETE', '/api/v2.0/projects/pay/repositories/app/artifacts/v2'), 200);
  const before = (await totalOf()).trash;
  await counted();
  assert.equal((await totalOf()).trash - before, row.unique);
  const [item] = jsonOf<{ id: number }[]>(await admin.get('/api/berth/v1/trash?page_size=1'));
  const purged = await admin.call('DELETE', `/api/berth/v1/trash/${item?.id}`);
  assert.equal(jsonOf<{ size: number }>(purged).size, row.unique);
});
