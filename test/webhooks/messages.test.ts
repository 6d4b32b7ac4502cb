// What receivers of webhooks get, of a started server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { childOf, imageOf, indexOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { type HookBody, WebhookReceiver } from '../harness/webhook-receiver.ts';

const host = 'registry.example';
let server: BerthServer;
let receiver: WebhookReceiver;
let alice: RegistryClient;
before(async () => {
  receiver = await WebhookReceiver.start();
  server = await BerthServer.start({
    env: { BERTH_EXTERNAL_URL: `https://${host}`, BERTH_OUTGOING_ADDRESSES: '127.0.0.1' },
  });
  await addUsers(server, ['alice']);
  alice = server.client({ username: 'alice', password });
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const api = '/api/v2.0/projects';

async function hook(project: string, kinds: readonly string[], more: object = {}): Promise<string> {
  await makeProject(alice, project);
  const body = {
    name: 'hook',
    targets: [{ type: 'http', address: receiver.at(`/${project}`), ...more }],
    event_types: kinds,
    enabled: true,
  };
  const made = await sendJson(alice, 'POST', `${api}/${project}/webhook/policies`, body);
  expectStatus(made, 201);
  return String(made.headers.location);
}

interface Told {
  readonly type: string;
  readonly operator: string;
  readonly tag: string | undefined;
  readonly url: string | undefined;
}

function told({ type, operator, event_data: { resources = [] } }: HookBody): Told {
  return { type, operator, tag: resources[0]?.tag, url: resources[0]?.resource_url };
}

test('H13: tag and address of a push and a pull, by tag and by digest, of people and robots', async () => {
  await hook('p1', ['PUSH_ARTIFACT', 'PULL_ARTIFACT', 'DELETE_ARTIFACT']);
  const image = imageOf({ seed: 'h13', layers: [100] });
  const { digest } = image.manifest;
  await alice.pushImage('p1/app', 'v1', image);
  const [push] = await receiver.until('/p1', 1);
  assert.ok(push !== undefined);
  assert.deepEqual(told(push), {
    type: 'PUSH_ARTIFACT',
    operator: 'alice',
    tag: 'v1',
    url: `${host}/p1/app:v1`,
  });
  assert.deepEqual(Object.keys(push), ['type', 'occur_at', 'operator', 'event_data']);
  const { date_created: date, ...repository } = push.event_data.repository ?? {};
  assert.ok(Number.isInteger(date) && Math.abs(Number(date) - Date.now() / 1000) < 3600);
  assert.deepEqual(repository, {
    name: 'app',
    namespace: 'p1',
    repo_full_name: 'p1/app',
    repo_type: 'private',
  });
  assert.equal(push.event_data.resources?.[0]?.digest, digest);
  const { secret, name } = jsonOf<{ secret: string; name: string }>(
    await sendJson(alice, 'POST', '/api/v2.0/robots', {
      name: 'ci',
      level: 'project',
      duration: 30,
      permissions: [
        {
          kind: 'project',
          namespace: 'p1',
          access: [
            { resource: 'repository', action: 'pull' },
            { resource: 'repository', action: 'push' },
          ],
        },
      ],
    }),
    201,
  );
  const robot = server.client({ username: name, password: secret });
  await robot.pushImage('p1/app', 'v2', image);
  await receiver.until('/p1', 2);
  expectStatus(await alice.get('/v2/p1/app/manifests/v1'), 200);
  await receiver.until('/p1', 3);
  await robot.call('HEAD', '/v2/p1/app/manifests/v2');
  expectStatus(await robot.get(`/v2/p1/app/manifests/${digest}`), 200);
  const seen = (await receiver.until('/p1', 4)).map(told);
  assert.deepEqual(seen.slice(1, 3), [
    { type: 'PUSH_ARTIFACT', operator: name, tag: 'v2', url: `${host}/p1/app:v2` },
    { type: 'PULL_ARTIFACT', operator: 'alice', tag: 'v1', url: `${host}/p1/app:v1` },
  ]);
  assert.equal(seen[3]?.operator, name);
  assert.ok(['v1', 'v2'].includes(seen[3]?.tag ?? ''));
  assert.equal(seen[3]?.url, `${host}/p1/app:${seen[3]?.tag}`);
  expectStatus(await alice.call('DELETE', `${api}/p1/repositories/app/artifacts/${digest}`), 200);
  const deleted = (await receiver.until('/p1', 5)).slice(4).map(told);
  assert.deepEqual(deleted, [
    { type: 'DELETE_ARTIFACT', operator: 'alice', tag: 'v1', url: `${host}/p1/app:v1` },
  ]);
});

test('H13: what has no tag is told by its digest, children of an index too; deleting the index is one event', async () => {
  await hook('p2', ['PUSH_ARTIFACT', 'PULL_ARTIFACT', 'DELETE_ARTIFACT']);
  const image = imageOf({ seed: 'child', layers: [100] });
  const { digest } = image.manifest;
  await alice.pushImage('p2/app', digest, image);
  expectStatus(await alice.get(`/v2/p2/app/manifests/${digest}`), 200);
  const index = indexOf([childOf(image.manifest)]);
  const before = (await receiver.until('/p2', 2)).map(told);
  const byDigest = { tag: digest, url: `${host}/p2/app@${digest}` };
  assert.deepEqual(before, [
    { type: 'PUSH_ARTIFACT', operator: 'alice', ...byDigest },
    { type: 'PULL_ARTIFACT', operator: 'alice', ...byDigest },
  ]);
  await alice.pushManifest('p2/app', 'multi', index);
  await receiver.until('/p2', 3);
  expectStatus(await alice.call('DELETE', `${api}/p2/repositories/app/artifacts/multi`), 200);
  await alice.pushImage('p2/other', 'last', image);
  const rest = (await receiver.until('/p2', 5))
    .slice(2)
    .map(({ type, event_data: { resources = [] } }) => `${type} ${resources[0]?.resource_url}`);
  // Of two repositories no order is promised.
  assert.deepEqual(
    new Set(rest),
    new Set([
      `PUSH_ARTIFACT ${host}/p2/app:multi`,
      `DELETE_ARTIFACT ${host}/p2/app:multi`,
      `PUSH_ARTIFACT ${host}/p2/other:last`,
    ]),
  );
  assert.equal(receiver.of('/p2').length, 5);
});
