// Harbor's address by which the first administrator makes room for a person who is called admin elsewhere.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, createProject } from '../harness/accounts.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, projects } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['other']);
const path = '/api/internal/renameadmin';
const newName = 'admin@harbor.local';

async function nameOf(client: RegistryClient): Promise<string> {
  return jsonOf<{ username: string }>(await client.get('/api/v2.0/users/current')).username;
}

test('renameAdmin: nobody but the first administrator, also no other administrator, renames it', async () => {
  const admin = server.client();
  const other = server.client({ username: 'other', password });
  const [found] = jsonOf<{ user_id: number }[]>(await admin.get('/api/v2.0/users/search?username=other'));
  const flag = { headers: { 'Content-Type': 'application/json' }, body: '{"sysadmin_flag":true}' };
  expectStatus(await admin.call('PUT', `/api/v2.0/users/${found?.user_id}/sysadmin`, flag), 200);
  expectRefusal(await other.call('POST', path), 403, 'FORBIDDEN');
  expectRefusal(await server.client(null).call('POST', path), 401, 'UNAUTHORIZED');
  assert.equal(await nameOf(admin), 'admin');
});

test('renameAdmin: the account goes on under the new name, and a start makes no second one', async () => {
  const form = `principal=admin&password=${encodeURIComponent(password)}`;
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const signedIn = await server.client(null).call('POST', '/c/login', { headers: type, body: form });
  expectStatus(signedIn, 200);
  const cookie = (signedIn.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
  expectStatus(await server.client().call('POST', path), 200);
  expectStatus(await server.client(null).get('/api/v2.0/users/current', { Cookie: cookie }), 401);
  await server.stop();
  await server.restart();
  const renamed = server.client({ username: newName, password });
  assert.equal(await nameOf(renamed), newName);
  expectStatus(await renamed.call('POST', path), 200);
  await createProject(server, 'made-later');
  const { owner_name: owner } = jsonOf<{ owner_name: string }>(await renamed.get(`${projects}/made-later`));
  assert.equal(owner, newName);
  await addUsers(server, ['admin']);
  assert.equal(await nameOf(server.client({ username: 'admin', password })), 'admin');
});
