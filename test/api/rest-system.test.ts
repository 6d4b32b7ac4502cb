// Harbor's operations on the system, and what tells a client where it is.

import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['ordinary']);
const admin = server.client();
const anonymous = server.client(null);
const ordinary = server.client({ username: 'ordinary', password });

test('ping answers in plain text', async () => {
  const answer = await anonymous.get('/api/v2.0/ping');
  expectStatus(answer, 200);
  assert.equal(answer.body.toString(), 'Pong');
  assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
});

test('the version of the API is told to everybody', async () => {
  assert.deepEqual(jsonOf(await anonymous.get('/api/version')), { version: 'v2.0' });
});

test('the account that asks is told about itself', async () => {
  const current = await ordinary.get('/api/v2.0/users/current');
  const { creation_time, update_time, ...rest } = jsonOf<Record<string, unknown>>(current);
  assert.match(`${String(creation_time)} ${String(update_time)}`, /^\S+\.\d{3}Z \S+\.\d{3}Z$/);
  assert.deepEqual(rest, {
    user_id: 3,
    username: 'ordinary',
    sysadmin_flag: false,
    admin_role_in_auth: false,
  });
  const of = jsonOf<Record<string, unknown>>(await admin.get('/api/v2.0/users/current'));
  assert.deepEqual([of['user_id'], of['username'], of['sysadmin_flag']], [1, 'admin', true]);
  expectRefusal(await anonymous.get('/api/v2.0/users/current'), 401, 'UNAUTHORIZED');
});

test('who has signed in is told more of the system', async () => {
  const little = jsonOf<Record<string, unknown>>(await anonymous.get('/api/v2.0/systeminfo'));
  assert.deepEqual(little, {
    auth_mode: 'db_auth',
    primary_auth_mode: false,
    self_registration: false,
    banner_message: '',
    oidc_provider_name: '',
  });
  const more = jsonOf<Record<string, unknown>>(await ordinary.get('/api/v2.0/systeminfo'));
  // Clients read the release of Harbor in front; Berth's own version stands behind it.
  assert.match(String(more['harbor_version']), /^v\d+\.\d+\.\d+-berth-\d+\.\d+\.\d+/);
  assert.equal(more['registry_url'], `127.0.0.1:${server.port}`);
  assert.equal(more['read_only'], false);
  assert.equal(more['project_creation_restriction'], 'everyone');
});

test('a host that is none is not repeated', async () => {
  for (const Host of ['evil.example/path', 'a b', '<script>', 'x@y', '[::1']) {
    const answer = await ordinary.get('/api/v2.0/systeminfo', { Host });
    if (answer.status === 400) continue;
    assert.ok(!('registry_url' in jsonOf<object>(answer)), Host);
  }
});

test('no answer sets a cookie', async () => {
  for (const path of [
    '/api/version',
    '/api/v2.0/ping',
    '/api/v2.0/users/current',
    '/api/v2.0/projects',
    '/api/x',
  ])
    assert.equal((await admin.get(path)).headers['set-cookie'], undefined);
});

test('nothing is compressed, whatever the client takes', async () => {
  const plain = await admin.get('/api/openapi.json');
  for (const encoding of ['gzip', 'gzip, br, zstd', 'identity', '*']) {
    const answer = await admin.get('/api/openapi.json', { 'Accept-Encoding': encoding });
    assert.equal(answer.headers['content-encoding'], undefined);
    assert.ok(answer.body.equals(plain.body));
  }
});

interface Health {
  readonly status: string;
  readonly components: readonly { readonly name: string; readonly status: string; readonly error?: string }[];
}

test('health is 200 whatever it says, and says what is wrong', async () => {
  const health = async (): Promise<Health> => jsonOf<Health>(await anonymous.get('/api/v2.0/health'));
  const well = await health();
  assert.equal(well.status, 'healthy');
  const told = well.components.map(({ name }) => name);
  assert.deepEqual(told, ['core', 'database', 'jobservice', 'redis', 'registry', 'registryctl']);
  const marker = join(server.storage, 'berth-store.json');
  renameSync(marker, `${marker}.away`);
  // It reads the marker at once; by itself the server looks every half minute.
  const look = () => berth(['verify', 'storage', '--data', server.data], { cwd: server.folder });
  const ill = await look()
    .then(() =>
      waitUntil('a health that is bad', async () => {
        const now = await health();
        return now.status === 'unhealthy' ? now : undefined;
      }),
    )
    .finally(() => renameSync(`${marker}.away`, marker));
  const broken = ill.components.filter(({ status }) => status === 'unhealthy');
  assert.deepEqual(
    broken.map(({ name }) => name),
    ['registry', 'registryctl'],
  );
  assert.match(String(broken[0]?.error), /storage/);
  await look();
  await waitUntil('a health that is good again', async () => (await health()).status === 'healthy');
});
