// Images that run in clusters: retention leaves them alone, and deletes nothing once a list has ended.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { childOf, imageOf, indexOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { retentionRule } from '../harness/retention.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['eve']);
const admin = server.client();
const eve = server.client({ username: 'eve', password });
const path = '/api/berth/v1/in-use';
const put = (cluster: string, images: readonly string[], more: object = {}, client = admin) =>
  sendJson(client, 'PUT', `${path}/${cluster}`, { images, ...more });

async function decided(project: string): Promise<Record<string, string>> {
  const body = { policy: { rules: [retentionRule({ template: 'latestPushedK', n: 0 })] } };
  const { decisions } = jsonOf<{ decisions: { tags: string[]; keep: boolean; reason: string }[] }>(
    await sendJson(admin, 'POST', `/api/berth/v1/projects/${project}/retention/preview`, body),
  );
  return Object.fromEntries(decisions.map(({ tags, keep, reason }) => [tags.join(), keep ? reason : 'goes']));
}

test('what a cluster names by tag or by digest stays, and the index of what it runs', async () => {
  await makeProject(admin, 'used');
  const [byDigest, child] = [imageOf({ seed: 'by digest' }), imageOf({ seed: 'child' })];
  await admin.pushImage('used/app', 'v1', imageOf({ seed: 'v1' }));
  await admin.pushImage('used/app', 'v2', byDigest);
  await admin.pushImage('used/app', 'v3', imageOf({ seed: 'v3' }));
  await admin.pushImage('used/multi', child.manifest.digest, child);
  const index = indexOf([childOf(child.manifest)]);
  const headers = { 'content-type': index.mediaType };
  expectStatus(await admin.call('PUT', '/v2/used/multi/manifests/all', { headers, body: index.bytes }), 201);
  const images = [
    'registry.example:5000/used/app:v1',
    `docker-pullable://registry.example/used/app@${byDigest.manifest.digest}`,
    `used/multi@${child.manifest.digest}`,
  ];
  expectStatus(await put('prod', images), 200);
  assert.deepEqual(await decided('used'), {
    v1: 'in use in the cluster prod',
    v2: 'in use in the cluster prod',
    v3: 'goes',
    all: 'in use in the cluster prod',
  });
  expectStatus(await put('prod', ['used/app:v3']), 200);
  assert.deepEqual((await decided('used'))['v1'], 'goes');
  expectStatus(await admin.delete(`${path}/prod`), 200);
  expectRefusal(await admin.delete(`${path}/prod`), 404, 'NOT_FOUND');
  assert.deepEqual(Object.values(await decided('used')), ['goes', 'goes', 'goes', 'goes']);
});

test('berth inuse import, list and remove', async () => {
  const run = (args: readonly string[], input = '') => berth([...args, '--data', server.data], { input });
  const imported = await run(
    ['inuse', 'import', 'lab', '--hours', '3'],
    '# of the lab\nused/app:v1\n\nused/app:v2\n',
  );
  assert.match(imported.stderr, /^lab runs 2 images; the list holds until /m);
  assert.match((await run(['inuse', 'list'])).stdout, /^lab\t2\tfalse\t/m);
  assert.notEqual((await run(['inuse', 'import', 'lab', '--hours', '0'])).code, 0);
  assert.equal((await run(['inuse', 'remove', 'lab', '--yes'])).code, 0);
  assert.doesNotMatch((await run(['inuse', 'list'])).stdout, /lab/);
});

test('a robot may hold the right to this alone; a list is named, and what is no image changes nothing', async () => {
  const body = {
    name: 'cluster',
    level: 'system',
    duration: -1,
    permissions: [{ kind: 'system', namespace: '/', access: [{ resource: 'in-use', action: 'update' }] }],
  };
  const { name, secret } = jsonOf<{ name: string; secret: string }>(
    await sendJson(admin, 'POST', '/api/v2.0/robots', body),
    201,
  );
  const robot = server.client({ username: name, password: secret });
  expectStatus(await put('edge', ['used/app:v1'], { expires_in_hours: 2 }, robot), 200);
  expectRefusal(await robot.get(path), 403, 'FORBIDDEN');
  expectRefusal(await robot.delete(`${path}/edge`), 403, 'FORBIDDEN');
  expectRefusal(await robot.get('/api/v2.0/users'), 403, 'FORBIDDEN');
  expectRefusal(await put('edge', [], {}, eve), 403, 'FORBIDDEN');
  for (const [images, more] of [
    [['used/app:v1', 'not an image'], {}],
    [['used/app@sha256:12'], {}],
    [['used/app:v1'], { expires_in_hours: 0 }],
  ] as const)
    expectRefusal(await put('edge', images, more), 400, 'BAD_REQUEST');
  const [list] = jsonOf<
    { cluster: string; images: number; expired: boolean; expires_at: string; updated_at: string }[]
  >(await admin.get(path));
  assert.deepEqual([list?.cluster, list?.images, list?.expired], ['edge', 1, false]);
  assert.equal(Date.parse(list?.expires_at ?? '') - Date.parse(list?.updated_at ?? ''), 2 * 60 * 60 * 1000);
});
