// Started with the configuration of Docker's registry.

import assert from 'node:assert/strict';
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hashSync } from 'bcryptjs';
import { imageOf } from '../harness/image.ts';
import { expectError, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';

interface Given {
  readonly root: string;
  readonly config: string;
  readonly htpasswd: string;
}

/** @param more further lines of the file */
function given(more = ''): Given {
  const folder = temporaryFolder();
  const root = join(folder, 'registry');
  mkdirSync(root);
  const config = join(folder, 'config.yml');
  const lines = ['version: 0.1', 'log:', '  fields: {service: registry}', 'storage:', '  filesystem:'];
  writeFileSync(config, [...lines, `    rootdirectory: ${root}`, more, 'http:', '  addr: :5000'].join('\n'));
  return { root, config, htpasswd: join(folder, 'htpasswd') };
}

/** As the image is started: the data folder is where the configuration puts it, the admin's password nobody's business. */
function start({ root, config }: Given, env: Readonly<Record<string, string>> = {}): Promise<BerthServer> {
  const data = join(root, '.berth');
  return BerthServer.start({
    data,
    args: ['--config', config],
    env: { BERTH_ADMIN_PASSWORD: undefined, ...env },
  });
}

const image = imageOf({ seed: 'as before' });

test('without an auth section everybody pushes and pulls, projects come by themselves, and health says so', async () => {
  const setting = given();
  await using server = await start(setting);
  const nobody = server.client(null);
  expectStatus(await nobody.get('/v2/'), 200);
  for (const name of ['one', 'team/app', 'a/b/c/d']) {
    await nobody.pushImage(name, 'v1', image);
    await nobody.pullImage(name, 'v1', image);
    assert.deepEqual(await nobody.tags(name), ['v1']);
  }
  const deleted = await nobody.delete(`/v2/team/app/manifests/${image.manifest.digest}`);
  assert.ok(deleted.status === 401 || deleted.status === 403, String(deleted.status));
  const health = await nobody.get('/api/v2.0/health');
  assert.match(
    health.body.toString(),
    /"name":"access","status":"unhealthy","error":"everybody may push and pull/,
  );
  assert.equal(statSync(join(setting.root, '.berth')).mode & 0o777, 0o700);
  await server.logged(({ msg }) => String(msg).startsWith('plain HTTP is served on'));
  await server.logged(({ msg }) => msg === 'log.fields.service has no effect in Berth');
});

test('in an open registry what is not there yet is unknown, not forbidden: clients look before they push', async () => {
  await using server = await start(given());
  const nobody = server.client(null);
  expectStatus(await nobody.head(`/v2/fresh/app/blobs/${image.manifest.digest}`), 404);
  expectError(await nobody.get('/v2/fresh/app/manifests/v1'), 404, 'NAME_UNKNOWN');
  expectError(await nobody.get('/v2/fresh/app/tags/list'), 404, 'NAME_UNKNOWN');
});

test('deleting is for everybody where it was switched on', async () => {
  await using server = await start(given(), { REGISTRY_STORAGE_DELETE_ENABLED: 'true' });
  const nobody = server.client(null);
  await nobody.pushImage('team/app', 'v1', image);
  expectStatus(await nobody.delete(`/v2/team/app/manifests/${image.manifest.digest}`), 202);
});

test('what was open is closed again by the next start that does not ask for it', async () => {
  const setting = given();
  await using server = await start(setting);
  await server.client(null).pushImage('team/app', 'v1', image);
  await server.stop();
  const own = { storage: setting.root, data: join(setting.root, '.berth') };
  await using closed = await BerthServer.start(own);
  const nobody = closed.client(null);
  expectError(await nobody.get('/v2/'), 401, 'UNAUTHORIZED');
  expectError(await nobody.get('/v2/team/app/tags/list'), 401, 'UNAUTHORIZED');
  expectError(await nobody.call('POST', '/v2/team/app/blobs/uploads/', { body: '' }), 401, 'UNAUTHORIZED');
});

const right = 'Correct-Horse-5';

function put({ htpasswd }: Given, lines: readonly string[]): void {
  writeFileSync(`${htpasswd}.new`, `${lines.join('\n')}\n`);
  renameSync(`${htpasswd}.new`, htpasswd);
}

function htpasswdSetting(): Given {
  const setting = given();
  const auth = `auth:\n  htpasswd:\n    realm: basic-realm\n    path: ${setting.htpasswd}`;
  const other = given(auth);
  return { ...other, htpasswd: setting.htpasswd };
}

async function allowed(client: RegistryClient): Promise<boolean> {
  return (await client.get('/v2/')).status === 200;
}

test('names of a htpasswd file push and pull everywhere, others nothing; a change counts within seconds', async () => {
  const setting = htpasswdSetting();
  const long = 'x'.repeat(72);
  put(setting, [
    '# people',
    `alice:${hashSync(right, 4)}`,
    `bob:${hashSync(right, 5).replace('$2b$', '$2y$')}`,
    `admin:${hashSync(right, 4)}`,
    `long:${hashSync(long, 4)}`,
    'md5:$apr1$abc$def',
  ]);
  await using server = await start(setting);
  await server.logged(({ lines }) => JSON.stringify(lines) === '[6]');
  const as = (username: string, password = right): RegistryClient => server.client({ username, password });
  expectError(await server.client(null).get('/v2/'), 401, 'UNAUTHORIZED');
  const alice = as('alice');
  await alice.pushImage('fresh/app', 'v1', image);
  await as('bob').pullImage('fresh/app', 'v1', image);
  expectError(await server.client(null).get('/v2/fresh/app/tags/list'), 401, 'UNAUTHORIZED');
  expectError(await alice.delete(`/v2/fresh/app/manifests/${image.manifest.digest}`), 403, 'DENIED');
  assert.ok(await allowed(as('admin')));
  assert.ok(await allowed(as('long', long)));
  for (const [name, password] of [
    ['alice', 'wrong'],
    ['md5', right],
    ['nobody', right],
    ['long', `${long}y`],
  ] as const)
    assert.ok(!(await allowed(as(name, password))), name);
  put(setting, [`alice:${hashSync('Other-Horse-6', 4)}`, `admin:${hashSync(right, 4)}`]);
  await waitUntil('the new password', () => allowed(as('alice', 'Other-Horse-6')));
  assert.ok(!(await allowed(alice)));
  assert.ok(!(await allowed(as('bob'))));
});

test('with a htpasswd file nothing is public, not even what has a name of one component', async () => {
  const setting = htpasswdSetting();
  put(setting, [`alice:${hashSync(right, 4)}`]);
  await using server = await start(setting);
  const alice = server.client({ username: 'alice', password: right });
  await alice.pushImage('busybox', 'v1', image);
  await alice.pullImage('busybox', 'v1', image);
  const refused = await server.client(null).get('/v2/busybox/manifests/v1');
  // The words of Docker's registry, which people look for.
  assert.equal(expectError(refused, 401, 'UNAUTHORIZED').message, 'authentication required');
});

test('with a htpasswd file names and passwords are asked for, of whose token was refused another one', async () => {
  const setting = htpasswdSetting();
  put(setting, [`alice:${hashSync(right, 4)}`]);
  await using server = await start(setting, { REGISTRY_AUTH_HTPASSWD_REALM: 'Haus "Öl"' });
  const challengeOf = async (
    client: RegistryClient,
    path: string,
    authorization?: string,
  ): Promise<string> => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const answer = await client.get(path, headers);
    expectStatus(answer, 401);
    return String(answer.headers['www-authenticate']);
  };
  const basic = 'Basic realm="Haus \\"?l\\""';
  const nobody = server.client(null);
  for (const path of ['/v2/', '/v2/team/app/tags/list', '/v2/_catalog'])
    assert.equal(await challengeOf(nobody, path), basic, path);
  assert.equal(await challengeOf(server.client({ username: 'alice', password: 'wrong' }), '/v2/'), basic);
  assert.match(await challengeOf(nobody, '/v2/', 'Bearer x'), /^Bearer realm="[^"]+".*error="invalid_token"/);
  await server.stop();
  await using own = await BerthServer.start();
  assert.match(await challengeOf(own.client(null), '/v2/'), /^Bearer realm=/);
});

test('a token from before a project is good for the push that makes it', async () => {
  const setting = htpasswdSetting();
  put(setting, [`alice:${hashSync(right, 4)}`]);
  await using server = await start(setting);
  const scope = 'repository:later/app:pull,push';
  const basic = `Basic ${Buffer.from(`alice:${right}`).toString('base64')}`;
  const given = await server
    .client(null)
    .get(`/service/token?service=harbor-registry&scope=${scope}`, { Authorization: basic });
  const { token } = JSON.parse(given.body.toString()) as { token: string };
  const headers = { Authorization: `Bearer ${token}` };
  const client = server.client(null);
  expectStatus(await client.call('POST', '/v2/later/app/blobs/uploads/', { headers, body: '' }), 202);
  expectStatus(await client.call('POST', '/v2/later/app/blobs/uploads/', { headers, body: '' }), 202);
  const other = await client.call('POST', '/v2/other/app/blobs/uploads/', { headers, body: '' });
  expectError(other, 401, 'UNAUTHORIZED');
  expectStatus(
    await server.client({ username: 'alice', password: right }).get('/v2/other/app/tags/list'),
    404,
  );
});

test('a file of passwords that is not there lets nobody in, and counts when it comes', async () => {
  const setting = htpasswdSetting();
  await using server = await start(setting);
  await server.logged(({ msg }) => msg === 'the file of passwords was not taken over');
  const alice = server.client({ username: 'alice', password: right });
  assert.ok(!(await allowed(alice)));
  put(setting, [`alice:${hashSync(right, 4)}`]);
  await waitUntil('the account', () => allowed(alice));
});
