// Started with the configuration of Docker's registry.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { hashSync } from 'bcryptjs';
import { digestOf, imageOf } from '../harness/image.ts';
import { ownCertificate } from '../harness/own-certificate.ts';
import { expectError, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { BerthServer, password } from '../harness/start-server.ts';
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
  for (const name of ['one', 'team/app', 'a/b/c/d', 'a__b', 'a--b/c--d', 'a.b/c__d', 'a__b/x', '0/0']) {
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

/** By the administrator's API: projects by name, and whether any repository of one is listed. */
async function projects(server: BerthServer): Promise<string[]> {
  const { body } = await server.client().get('/api/v2.0/projects?page_size=100');
  return (JSON.parse(body.toString()) as { name: string }[]).map(({ name }) => name);
}

test('a first push that is refused leaves no project behind, however far it came', async () => {
  await using server = await start(given(), { BERTH_ADMIN_PASSWORD: password });
  const nobody = server.client(null);
  const none = `sha256:${'0'.repeat(64)}`;
  const begin = async (name: string): Promise<string> => {
    const begun = await nobody.call('POST', `/v2/${name}/blobs/uploads/`, { body: '' });
    expectStatus(begun, 202);
    assert.ok((await projects(server)).includes(name.split('/')[0] ?? ''));
    return String(begun.headers.location);
  };
  const refused = async (method: string, path: string, body = ''): Promise<void> => {
    const { status } = await nobody.call(method, path, { body });
    assert.ok(status >= 400 && status < 500, `${method} ${path}: ${status}`);
  };
  const manifest = { 'Content-Type': 'application/vnd.oci.image.manifest.v1+json' };
  await refused('POST', '/v2/one/app/blobs/uploads/?digest=nonsense');
  await refused('POST', `/v2/one/app/blobs/uploads/?digest=${none}`, 'other bytes');
  await refused('POST', '/v2/one/app/blobs/uploads/?digest-algorithm=md5');
  await refused('GET', '/v2/one/app/blobs/uploads/00000000-0000-4000-8000-000000000000');
  await refused('DELETE', '/v2/one/app/blobs/uploads/00000000-0000-4000-8000-000000000000');
  for (const body of ['{', '{"schemaVersion":1}', image.manifest.bytes.toString()]) {
    const { status } = await nobody.call('PUT', '/v2/one/app/manifests/v1', { headers: manifest, body });
    assert.ok(status >= 400 && status < 500, String(status));
  }
  assert.deepEqual(await projects(server), ['library']);
  await refused('PUT', `${await begin('two/app')}?digest=${none}`, 'other bytes');
  assert.deepEqual(await projects(server), ['library']);
  const going = await begin('three/app');
  await refused('PUT', '/v2/three/app/manifests/v1', '{');
  assert.ok((await projects(server)).includes('three'), 'something else is under way in it');
  expectStatus(await nobody.call('PUT', `${going}?digest=${digestOf(Buffer.from('x'))}`, { body: 'x' }), 201);
  await refused('PUT', '/v2/three/app/manifests/v1', '{');
  assert.ok((await projects(server)).includes('three'), 'a client may put a better manifest');
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

function shakeHands(port: number, ca: string, version: 'TLSv1.2' | 'TLSv1.3'): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, ca, minVersion: version, maxVersion: version });
  return new Promise((resolve) => {
    const end = (what: string): void => {
      socket.destroy();
      resolve(what);
    };
    socket.once('error', ({ message }) => end(message)).once('secureConnect', () => end('connected'));
  });
}

test('minimumtls of the file or of a variable refuses TLS 1.2 and takes 1.3; suites that cannot be chosen are named', async () => {
  const { certificate, key } = await ownCertificate(temporaryFolder(), 'registry.test');
  const ca = readFileSync(certificate, 'utf8');
  const files = { REGISTRY_HTTP_TLS_CERTIFICATE: certificate, REGISTRY_HTTP_TLS_KEY: key };
  for (const [minimum, env] of [
    ['tls1.3', {}],
    ['tls1.2', { REGISTRY_HTTP_TLS_MINIMUMTLS: 'tls1.3' }],
  ] as const) {
    const tls = `    minimumtls: ${minimum}\n    ciphersuites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]`;
    const setting = given();
    writeFileSync(setting.config, `${readFileSync(setting.config, 'utf8')}\n  tls:\n${tls}\n`);
    await using server = await start(setting, { ...files, ...env });
    assert.equal(await shakeHands(server.port, ca, 'TLSv1.3'), 'connected');
    assert.match(await shakeHands(server.port, ca, 'TLSv1.2'), /protocol version/);
    await server.logged(({ msg }) => msg === 'http.tls.ciphersuites has no effect in Berth');
  }
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

test('the project of a first push is as public as the settings say, keeps their tags, and goes with a refused push', async () => {
  const set = { project_public_default: true, project_immutable_default: 'v*' };
  await using server = await start(given(), {
    BERTH_ADMIN_PASSWORD: password,
    CONFIG_OVERWRITE_JSON: JSON.stringify(set),
  });
  const nobody = server.client(null);
  const bad = await nobody.call('POST', '/v2/one/app/blobs/uploads/?digest=nonsense', { body: '' });
  expectStatus(bad, 400);
  assert.deepEqual(await projects(server), ['library']);
  await nobody.pushImage('team/app', 'v1', image);
  const { metadata } = JSON.parse((await server.client().get('/api/v2.0/projects/team')).body.toString()) as {
    metadata: { public: string };
  };
  assert.equal(metadata.public, 'true');
  const other = imageOf({ seed: 'another v1' });
  for (const blob of [...other.layers, other.config]) await nobody.pushBlob('team/app', blob);
  expectStatus(await nobody.putManifest('team/app', 'v1', other.manifest), 412);
  expectStatus(await nobody.putManifest('team/app', 'v2', other.manifest), 201);
});

test('the project of a first push has the storage limit that the settings give new projects', async () => {
  await using server = await start(given(), { CONFIG_OVERWRITE_JSON: '{"storage_per_project":1000}' });
  const nobody = server.client(null);
  await nobody.pushBlob('team/app', Buffer.alloc(900));
  const location = await nobody.startUpload('team/app');
  const answer = await nobody.finishUpload(location, digestOf(Buffer.alloc(901)), Buffer.alloc(901));
  expectError(answer, 403, 'DENIED');
});
