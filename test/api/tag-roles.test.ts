// A role for some tags, over the wire: no way of writing the request reaches more than those tags.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { expectError, expectStatus } from '../harness/registry-client.ts';
import { makeProject } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const repository = 'guarded/app';
const image = imageOf({ seed: 'guarded' });
const { digest } = image.manifest;
await makeProject(admin, 'guarded');
await admin.pushImage(repository, 'prod', image);
await admin.pushManifest(repository, 'v1', image.manifest);
await addUsers(server, ['keeper']);
const granted = ['access', 'grant', 'keeper', 'maintainer', 'guarded', '--tags', 'v*', '--data', server.data];
assert.equal((await berth(granted)).code, 0);
const keeper = server.client({ username: 'keeper', password });

const refused: readonly (readonly [method: string, path: string])[] = [
  ['DELETE', `manifests/${digest}`],
  ['DELETE', `manifests/${digest}?tag=v1`],
  ['DELETE', `manifests/${digest}?tag=v1&tag=v2`],
  ['DELETE', `manifests/${encodeURIComponent(digest)}?tag=v1`],
  ['DELETE', 'manifests/prod'],
  ['DELETE', 'manifests/prod?tag=v1'],
  ['DELETE', 'manifests/%70rod?tag=v1'],
  ['DELETE', `blobs/${image.manifest.digest}`],
  ['PUT', 'manifests/prod'],
  ['PUT', 'manifests/prod?tag=v1'],
  ['PUT', 'manifests/latest'],
  ['PUT', `manifests/${digest}?tag=v1&tag=latest`],
  ['PUT', `manifests/${digest}?tag=prod`],
  ['PUT', `manifests/${digest}?%74ag=prod`],
  ['GET', 'manifests/prod'],
  ['HEAD', 'manifests/prod?tag=v1'],
];

for (const [method, path] of refused) {
  test(`is more than the role for tags v* confers: ${method} ${path.replace(digest, 'digest')}`, async () => {
    const sent = { headers: { 'Content-Type': image.manifest.mediaType }, body: image.manifest.bytes };
    const answer = await keeper.call(method, `/v2/${repository}/${path}`, method === 'PUT' ? sent : {});
    if (method === 'HEAD') expectStatus(answer, 403);
    else expectError(answer, 403, 'DENIED');
    assert.deepEqual(await admin.tags(repository), ['prod', 'v1']);
  });
}

test('what the role confers is done', async () => {
  const headers = { 'Content-Type': image.manifest.mediaType };
  const path = `/v2/${repository}/manifests/${digest}?tag=v2&tag=v3`;
  expectStatus(await keeper.call('PUT', path, { headers, body: image.manifest.bytes }), 201);
  expectStatus(await keeper.delete(`/v2/${repository}/manifests/v2`), 202);
  assert.deepEqual(await admin.tags(repository), ['prod', 'v1', 'v3']);
});

test('nothing was our failure', () => {
  assert.deepEqual(
    server.log.filter(({ status }) => Number(status) >= 500),
    [],
  );
});
