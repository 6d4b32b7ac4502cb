// What accounts push and pull by the month, and what it costs.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { digestOf, imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
await makeProject(admin, 'pay');
await makeProject(admin, 'shop');
await addUsers(server, ['dev', 'chief']);
await grantRole(server, { username: 'dev', role: 'developer', place: 'pay' });
await grantRole(server, { username: 'chief', role: 'projectAdmin', place: 'pay' });
const [dev, chief] = ['dev', 'chief'].map((username) => server.client({ username, password })) as [
  RegistryClient,
  RegistryClient,
];

interface MonthRow {
  readonly month: string;
  readonly project: string;
  readonly account?: string;
  readonly pushed: number;
  readonly pulled: number;
  readonly cost: string;
  readonly currency?: string;
}

const path = '/api/berth/v1/storage/cost';
const listOf = async (client: RegistryClient, query = ''): Promise<MonthRow[]> =>
  jsonOf<MonthRow[]>(await client.get(`${path}${query}`));
const rowOf = (rows: readonly MonthRow[], account: string) => rows.find((row) => row.account === account);
const month = new Date().toISOString().slice(0, 7);

const image = imageOf({ seed: 'cost', layers: [200_000, 3000] });
const blobBytes = [image.config, ...image.layers].reduce((sum, { length }) => sum + length, 0);
const bytes = blobBytes + image.manifest.bytes.length;

test('listStorageCost: each byte of content counts once, for who moved it', async () => {
  await dev.pushImage('pay/app', 'v1', image);
  await admin.pushImage('shop/app', 'v1', imageOf({ seed: 'other' }));
  const pull = async (client: RegistryClient, target: string, headers = {}): Promise<void> => {
    const answer = await client.get(`/v2/pay/app/${target}`, headers);
    assert.ok([200, 206].includes(answer.status), target);
  };
  await pull(chief, 'manifests/v1');
  for (const blob of [image.config, ...image.layers]) await pull(chief, `blobs/${digestOf(blob)}`);
  await pull(chief, `blobs/${digestOf(image.layers[0] ?? Buffer.of())}`, { Range: 'bytes=0-99' });
  const rows = await waitUntil(
    'the counts of this second',
    async () => {
      const found = await listOf(admin, '?project=pay&sort=account');
      return rowOf(found, 'chief')?.pulled === bytes + 100 ? found : undefined;
    },
    60_000,
  );
  assert.deepEqual(
    [rowOf(rows, 'dev')?.pushed, rowOf(rows, 'dev')?.pulled, rowOf(rows, 'chief')?.pushed],
    [bytes, 0, 0],
  );
  assert.ok(rows.every((row) => row.month === month && row.project === 'pay'));
});

test('listStorageCost: who may not read the log of a project sees none of it', async () => {
  assert.deepEqual([...new Set((await listOf(chief)).map(({ project }) => project))], ['pay']);
  assert.deepEqual(await listOf(server.client({ username: 'dev', password }), '?project=shop'), []);
  expectStatus(await server.client(null).get(path), 401);
});

test('listStorageCost: pages, sorts, another month, and what is no month', async () => {
  const first = await admin.get(`${path}?page_size=1&sort=-pushed`);
  const [most] = jsonOf<MonthRow[]>(first);
  assert.equal(most?.account, 'dev');
  assert.ok(Number(first.headers['x-total-count']) >= 3);
  assert.notDeepEqual(await listOf(admin, '?page_size=1&page=2&sort=-pushed'), [most]);
  assert.deepEqual(await listOf(admin, '?month=2020-02'), []);
  for (const wrong of ['2026-13', '2026', '2026-00', 'now'])
    expectRefusal(await admin.get(`${path}?month=${wrong}`), 400, 'BAD_REQUEST');
});

test('listStorageCost: prices are settings, and the CSV has them', async () => {
  const prices = { storage_price_pulled: '1024', storage_currency: 'EUR' };
  expectStatus(await sendJson(admin, 'PUT', '/api/v2.0/configurations', prices), 200);
  for (const wrong of ['-1', '1e3', '0.1234567', 'free'])
    expectStatus(
      await sendJson(admin, 'PUT', '/api/v2.0/configurations', { storage_price_pulled: wrong }),
      400,
    );
  const row = rowOf(await listOf(admin, '?project=pay'), 'chief');
  const millionths = (BigInt(bytes + 100) * 1_024_000_000n * 2n + 2n ** 30n) / 2n ** 31n;
  assert.deepEqual([row?.cost, row?.currency], [`0.${String(millionths).padStart(6, '0')}`, 'EUR']);
  const csv = (await admin.get(`${path}?project=pay&sort=account&format=csv`)).body.toString();
  assert.match(csv, /^month,project,project_id,account,pushed,pulled,stored_kib_hours,cost,currency\r\n/);
  assert.match(csv, new RegExp(`${month},pay,\\d+,chief,0,${bytes + 100},0,0\\.\\d{6},EUR\r\n`));
});

test('berth storage cost: a table, CSV, and what is no month', async () => {
  const run = (...words: string[]) => berth(['storage', 'cost', ...words, '--data', server.data]);
  const table = await run('--month', month);
  assert.equal(table.code, 0, table.stderr);
  assert.match(table.stdout, /pay\tdev\t/);
  assert.match((await run('--csv', '-p', 'pay')).stdout, /^month,project/);
  assert.equal((await run('--month', 'may')).code, 2);
});
