// The audit log over Harbor's API: what clients did is read back from it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'bob']);
const admin = server.client();
const alice = server.client({ username: 'alice', password });
const bob = server.client({ username: 'bob', password });
await makeProject(alice, 'shop');
await grantRole(server, { username: 'bob', role: 'developer', place: 'shop' });

interface Row {
  readonly username: string;
  readonly resource: string;
  readonly operation: string;
  readonly resource_type: string;
}

const log = async (client: RegistryClient, path: string): Promise<string[]> =>
  jsonOf<Row[]>(await client.get(`/api/v2.0/${path}`)).map(
    ({ username, operation, resource_type: type, resource }) =>
      `${username} ${operation} ${type} ${resource}`,
  );

test('listAuditLogExts, listAuditLogs: what a client pushed and deleted is read back, by whom', async () => {
  await bob.pushImage('shop/app', 'v1', imageOf({ seed: 'audit' }));
  const wanted = ['bob create artifact shop/app:v1', 'bob create tag shop/app:v1'];
  for (const path of ['auditlog-exts', 'audit-logs', 'projects/shop/auditlog-exts', 'projects/shop/logs'])
    assert.deepEqual((await log(alice, `${path}?q=username%3Dbob`)).toSorted(), wanted, path);
  assert.deepEqual(await log(bob, 'auditlog-exts'), [], 'a developer reads no log');
  expectStatus(await bob.get('/api/v2.0/projects/shop/auditlog-exts'), 403);
  assert.ok((await log(admin, 'auditlog-exts?q=resource_type%3Duser')).includes('system create user alice'));
});

test('listAuditLogExts: a page has neighbours, and a filter changes their number', async () => {
  const first = await admin.get('/api/v2.0/auditlog-exts?page_size=2&q=resource%3D~shop');
  assert.match(String(first.headers['link']), /rel="next"/);
  const second = await admin.get('/api/v2.0/auditlog-exts?page_size=2&page=2&q=resource%3D~shop');
  assert.notDeepEqual(jsonOf(first), jsonOf(second));
  const counted = Number(first.headers['x-total-count']);
  const less = await admin.get(
    '/api/v2.0/auditlog-exts?q=resource%3D~shop,operation%3Dcreate,resource_type%3Dtag',
  );
  assert.equal(less.headers['x-total-count'], '1');
  assert.ok(counted > 1);
});
