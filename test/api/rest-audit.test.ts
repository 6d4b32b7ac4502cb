// The audit log over Harbor's API: what clients did is read back from it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

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
  // One row for a push, as with Harbor: its tag is a part of it.
  const wanted = ['bob create artifact shop/app:v1'];
  for (const path of ['auditlog-exts', 'audit-logs', 'projects/shop/auditlog-exts', 'projects/shop/logs'])
    assert.deepEqual(await log(alice, `${path}?q=username%3Dbob,operation%3Dcreate`), wanted, path);
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
    '/api/v2.0/auditlog-exts?q=resource%3D~shop,operation%3Dcreate,resource_type%3Dartifact',
  );
  assert.equal(less.headers['x-total-count'], '1');
  assert.ok(counted > 1);
});

test('countAuditEvents: as many as the list has, of what the asker may see', async () => {
  const count = async (client: RegistryClient, query: string): Promise<unknown> =>
    jsonOf(await client.get(`/api/berth/v1/audit/count?${query}`));
  const query = 'object=~shop&type=artifact.pushed';
  const list = jsonOf<{ items: unknown[] }>(await alice.get(`/api/berth/v1/audit?${query}`));
  assert.ok(list.items.length > 0);
  assert.deepEqual(await count(alice, query), { total: list.items.length, more: false });
  assert.deepEqual(await count(bob, query), { total: 0, more: false }, 'a developer reads no log');
  assert.deepEqual(await count(admin, 'object=nothing-of-this-name'), { total: 0, more: false });
  expectStatus(await admin.get('/api/berth/v1/audit/count?type=none.such'), 400);
});

const manifest = (reference: string): string => `/v2/shop/app/manifests/${reference}`;

test('a pull is a row within a second or two, with its number; HEAD is none, and a setting leaves pulls out', async () => {
  const image = imageOf({ seed: 'pulled' });
  await bob.pushImage('shop/app', 'pulled', image);
  expectStatus(await bob.head(manifest('pulled')), 200);
  for (let no = 0; no < 3; no += 1) expectStatus(await bob.get(manifest('pulled')), 200);
  const pulls = async (query = ''): Promise<number> => {
    const path = `/api/berth/v1/audit?type=pull_artifact&project=shop${query}`;
    const { items } = jsonOf<{ items: { after: { count: string; tag?: string } }[] }>(await alice.get(path));
    return items.reduce((sum, { after: { count } }) => sum + Number(count), 0);
  };
  await waitUntil('three pulls', async () => (await pulls('&actor=bob')) === 3);
  const object = `object=shop/app@${image.manifest.digest}`;
  assert.equal(await pulls(`&${object}`), 3);
  assert.deepEqual(
    [...new Set(await log(alice, 'auditlog-exts?q=operation%3Dpull'))],
    ['bob pull artifact shop/app:pulled'],
  );
  const settings = '/api/v2.0/configurations';
  expectStatus(await sendJson(admin, 'PUT', settings, { pull_audit_log_disable: true }), 200);
  expectStatus(await bob.get(manifest('pulled')), 200);
  expectStatus(await sendJson(admin, 'PUT', settings, { pull_audit_log_disable: false }), 200);
  expectStatus(await bob.get(manifest(image.manifest.digest)), 200);
  // What was pulled before would have been written with it.
  await waitUntil('the pull by digest', async () => (await pulls()) === 4);
});

test('disabled_audit_log_event_types: what is named leaves no row that anybody sees', async () => {
  const settings = '/api/v2.0/configurations';
  const names = { disabled_audit_log_event_types: 'create_label' };
  expectStatus(await sendJson(admin, 'PUT', settings, names), 200);
  let made = 0;
  const rows = (): Promise<string[]> =>
    log(admin, 'auditlog-exts?q=resource_type%3Dlabel,operation%3Dcreate&page_size=0');
  await waitUntil('a label without a row', async () => {
    made += 1;
    const label = { name: `label-${made}`, scope: 'g' };
    expectStatus(await sendJson(admin, 'POST', '/api/v2.0/labels', label), 201);
    return !(await rows()).includes(`admin create label label-${made}`);
  });
  expectStatus(await sendJson(admin, 'PUT', settings, { disabled_audit_log_event_types: '' }), 200);
  const hidden = made;
  await waitUntil('a label with a row', async () => {
    made += 1;
    const label = { name: `label-${made}`, scope: 'g' };
    expectStatus(await sendJson(admin, 'POST', '/api/v2.0/labels', label), 201);
    return (await rows()).includes(`admin create label label-${made}`);
  });
  assert.ok(!(await rows()).includes(`admin create label label-${hidden}`));
});
