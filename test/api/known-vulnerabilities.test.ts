// What other registries were broken by, tried here. The table of all of it: docs/design/hostile-input.md.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { digestOf, imageOf, types } from '../harness/image.ts';
import { expectError, expectStatus, piecesOf } from '../harness/registry-client.ts';
import { makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const nobody = server.client(null);
const image = imageOf({ seed: 'known' });
const [layer = Buffer.alloc(0)] = image.layers;
for (const name of ['closed', 'own', 'other']) await makeProject(admin, name);
await admin.pushImage('closed/app', 'v1', image);
await admin.pushImage('own/app', 'v1', image);
await addUsers(server, ['ann', 'eve']);
await grantRole(server, { username: 'ann', role: 'developer', place: 'own' });
await grantRole(server, { username: 'eve', role: 'developer', place: 'own' });
const ann = server.client({ username: 'ann', password });
const eve = server.client({ username: 'eve', password });

test('CVE-2019-16097: a body that makes its sender an administrator does not', async () => {
  const more = {
    sysadmin_flag: true,
    has_admin_role: true,
    admin_role_in_auth: true,
    owner_id: 1,
    role_id: 1,
  };
  for (const [method, path] of [
    ['POST', '/api/v2.0/users'],
    ['PUT', '/api/v2.0/users/current'],
    ['PUT', '/api/v2.0/users/1/sysadmin'],
    ['PUT', '/api/v2.0/projects/own'],
  ] as const)
    assert.ok((await sendJson(ann, method, path, { username: 'ann', ...more })).status >= 400, path);
  const told = await ann.get('/api/v2.0/users/current');
  assert.equal((JSON.parse(told.body.toString()) as { sysadmin_flag?: boolean }).sysadmin_flag, false);
});

test('CVE-2020-29662: an address that is written otherwise opens nothing that is closed', async () => {
  for (const path of [
    '/v2/_catalog',
    '/service/../v2/_catalog',
    '//v2/_catalog',
    '/v2//_catalog',
    '/V2/_catalog',
    '/v2/./_catalog',
    '/v2/%5fcatalog',
    '/v2/_catalog/',
    '/v2/_catalog;x',
    '/livez/../v2/_catalog',
    '/v2/_catalog%20',
  ]) {
    const answer = await nobody.get(path);
    assert.ok([400, 401, 404].includes(answer.status), `${path}: ${answer.status}`);
    assert.doesNotMatch(answer.body.toString(), /closed|"repositories"/);
  }
});

test('CVE-2026-27771: nobody in particular reads nothing of a private project, on no path', async () => {
  const token = await nobody.get('/service/token?service=harbor-registry&scope=repository:closed/app:pull');
  const bearer = {
    Authorization: `Bearer ${(JSON.parse(token.body.toString()) as { token: string }).token}`,
  };
  for (const path of [
    'manifests/v1',
    `manifests/${image.manifest.digest}`,
    `blobs/${digestOf(layer)}`,
    'tags/list',
    `referrers/${image.manifest.digest}`,
  ])
    for (const headers of [{}, bearer]) {
      const address = `/v2/closed/app/${path}`;
      for (const method of ['GET', 'HEAD'])
        expectStatus(await nobody.call(method, address, { headers }), 401);
    }
});

test('CVE-2026-35172: what was deleted from one repository is not there because another one asked for it', async () => {
  await admin.pushImage('own/gone', 'v1', image);
  await admin.pushImage('other/stays', 'v1', image);
  const blob = digestOf(layer);
  expectStatus(await admin.get(`/v2/own/gone/blobs/${blob}`), 200);
  expectStatus(await admin.delete(`/v2/own/gone/manifests/${image.manifest.digest}`), 202);
  expectStatus(await admin.head(`/v2/other/stays/blobs/${blob}`), 200);
  expectStatus(await admin.get(`/v2/other/stays/manifests/${image.manifest.digest}`), 200);
  for (const path of [`blobs/${blob}`, `manifests/${image.manifest.digest}`, 'manifests/v1'])
    for (const method of ['GET', 'HEAD']) expectStatus(await admin.call(method, `/v2/own/gone/${path}`), 404);
});

test('CVE-2024-39897: a blob of a private project is neither read nor mounted by its digest', async () => {
  const secret = Buffer.from('content of the private project only');
  const digest = await admin.pushBlob('closed/app', secret);
  for (const method of ['GET', 'HEAD'])
    expectStatus(await ann.call(method, `/v2/own/app/blobs/${digest}`), 404);
  for (const from of ['&from=closed/app', ''])
    expectStatus(
      await ann.call('POST', `/v2/own/app/blobs/uploads/?mount=${digest}${from}`, { body: '' }),
      202,
    );
  expectStatus(await ann.get(`/v2/own/app/blobs/${digest}`), 404);
});

test('CVE-2026-32589: an upload belongs to who began it, there, for every method', async () => {
  const location = await ann.startUpload('own/app');
  expectStatus(await ann.patch(location, 'abc'), 202);
  const digest = digestOf(Buffer.from('abc'));
  const elsewhere = location.replace('/own/app/', '/own/elsewhere/');
  for (const [client, address] of [
    [eve, location],
    [admin, location],
    [ann, elsewhere],
  ] as const) {
    expectStatus(await client.get(address), 404);
    expectStatus(await client.patch(address, 'x'), 404);
    expectStatus(await client.finishUpload(address, digest), 404);
    expectStatus(await client.delete(address), 404);
  }
  expectStatus(await ann.finishUpload(location, digest), 201);
});

test('an upload that was cancelled or finished takes no more', async () => {
  const cancelled = await ann.startUpload('own/app');
  expectStatus(await ann.delete(cancelled), 204);
  const digest = digestOf(Buffer.from('abc'));
  expectStatus(await ann.patch(cancelled, 'abc'), 404);
  expectStatus(await ann.finishUpload(cancelled, digest, 'abc'), 404);
  const finished = await ann.startUpload('own/app');
  expectStatus(await ann.finishUpload(finished, digest, 'abc'), 201);
  expectStatus(await ann.patch(finished, 'more'), 404);
});

test('a range of 2^64 bytes is none, wherever it stands', async () => {
  const location = await ann.startUpload('own/app');
  for (const range of [
    '0-18446744073709551616',
    '18446744073709551615-18446744073709551616',
    '18446744073709551616-0',
  ])
    expectError(await ann.patch(location, 'x', { 'Content-Range': range }), 400, 'BLOB_UPLOAD_INVALID');
  const blob = `/v2/own/app/blobs/${digestOf(layer)}`;
  for (const range of ['bytes=18446744073709551616-', 'bytes=18446744073709551615-18446744073709551616'])
    expectStatus(await ann.get(blob, { Range: range }), 416);
});

test('a digest that is told twice is verified by one that the bytes have', async () => {
  const bytes = Buffer.from('told twice');
  const right = digestOf(bytes);
  const wrong = digestOf(Buffer.from('something else'));
  for (const [first, second] of [
    [wrong, right],
    [right, wrong],
  ] as const) {
    const location = await ann.startUpload('own/twice');
    const answer = await ann.call('PUT', `${location}?digest=${first}&digest=${second}`, { body: bytes });
    assert.ok(answer.status === 201 || answer.status === 400, String(answer.status));
    expectStatus(await ann.get(`/v2/own/twice/blobs/${wrong}`), 404);
  }
  const sha512 = `sha512:${createHash('sha512').update('x').digest('hex')}`;
  const location = await ann.startUpload('own/twice');
  expectStatus(await ann.call('PUT', `${location}?digest=${sha512}`, { body: bytes }), 400);
  expectStatus(await ann.get(`/v2/own/twice/blobs/${sha512}`), 404);
});

test('keys that stand twice, or that name what every object has, are data', async () => {
  const text = image.manifest.bytes.toString();
  const headers = { 'Content-Type': image.manifest.mediaType };
  const odd = text.replace(/\}$/, ',"annotations":{"__proto__":"a","constructor":"b","toString":"c"}}');
  assert.notEqual(odd, text);
  expectStatus(await ann.call('PUT', '/v2/own/app/manifests/odd', { headers, body: odd }), 201);
  assert.equal((await ann.get('/v2/own/app/manifests/odd')).body.toString(), odd);
  const empty = digestOf(Buffer.from('{}'));
  const twice = text.replace(
    /\}$/,
    `,"config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"${empty}","size":2}}`,
  );
  const answer = await ann.call('PUT', '/v2/own/app/manifests/twice', { headers, body: twice });
  // The last one counts, as clients read it, or it is refused; what is served is what was sent.
  assert.ok([201, 400, 404].includes(answer.status), String(answer.status));
  if (answer.status === 201)
    assert.equal((await ann.get('/v2/own/app/manifests/twice')).body.toString(), twice);
});

test('GHSA-qq97-vm5h-rrhg: a manifest that could be read as two things is refused', async () => {
  const text = image.manifest.bytes.toString();
  for (const body of [text.replace(/\}$/, ',"manifests":[]}'), text.replace(/\}$/, ',"fsLayers":[]}')])
    for (const type of [types.ociManifest, types.ociIndex])
      expectStatus(
        await ann.call('PUT', '/v2/own/app/manifests/two', { headers: { 'Content-Type': type }, body }),
        400,
      );
});

test('CVE-2017-11468: a manifest that never ends is refused while it comes', async () => {
  const endless = function* (): Generator<Buffer> {
    for (let at = 0; at < 1024; at += 1) yield Buffer.alloc(64 * 1024, 32);
  };
  const answer = await ann.call('PUT', '/v2/own/app/manifests/endless', {
    headers: { 'Content-Type': types.ociManifest },
    body: endless(),
  });
  expectStatus(answer, 413);
  expectStatus(
    await ann.call('PUT', '/v2/own/app/manifests/endless', {
      body: piecesOf(Buffer.alloc(5 << 20, 32), 1000),
    }),
    413,
  );
});

test('no answer lets another site read it with the rights of the caller', async () => {
  const origin = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'GET' };
  for (const path of [
    '/v2/',
    '/v2/_catalog',
    '/service/token?service=harbor-registry',
    '/api/v2.0/projects',
    '/api/v2.0/users/current',
    '/livez',
  ])
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await admin.call(method, path, { headers: origin });
      const names = Object.keys(headers).filter((name) => name.startsWith('access-control-'));
      assert.deepEqual(names, [], path);
      assert.equal(headers['set-cookie'], undefined);
    }
});

test('nothing of it was our failure', () => {
  assert.deepEqual(
    server.log.filter(({ status }) => Number(status) >= 500),
    [],
  );
});
