// Messages of every type that Berth sends, decoded and verified by libraries that others wrote.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { clientTool } from '../../harness/client-tool.ts';
import { imageOf } from '../../harness/image.ts';
import { expectStatus } from '../../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../../harness/rest.ts';
import { makePolicy, retentionRule, runPolicy } from '../../harness/retention.ts';
import { runProgram } from '../../harness/run-program.ts';
import { BerthServer } from '../../harness/start-server.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { WebhookReceiver } from '../../harness/webhook-receiver.ts';

const cloudTypes: Readonly<Record<string, string>> = {
  PUSH_ARTIFACT: 'harbor.artifact.pushed',
  PULL_ARTIFACT: 'harbor.artifact.pulled',
  DELETE_ARTIFACT: 'harbor.artifact.deleted',
  QUOTA_EXCEED: 'harbor.quota.exceeded',
  QUOTA_WARNING: 'harbor.quota.warned',
  TAG_RETENTION: 'harbor.tag_retention.finished',
  TAG_MOVED: 'berth.tag.moved',
  TAG_DELETED: 'berth.tag.deleted',
  TAG_RESTORED: 'berth.tag.restored',
  ARTIFACT_RESTORED: 'berth.artifact.restored',
  REPOSITORY_RESTORED: 'berth.repository.restored',
  LABEL_ADDED: 'berth.label.added',
  LABEL_REMOVED: 'berth.label.removed',
  TAG_RETENTION_REVIEW: 'berth.tag_retention.held',
};
const kinds = Object.keys(cloudTypes);
const secret = `whsec_${Buffer.from('a secret of some length').toString('base64')}`;

const receiver = await WebhookReceiver.start();
const server = await BerthServer.start({ env: { BERTH_OUTGOING_ADDRESSES: '127.0.0.1' } });
after(async () => {
  await server[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});
const admin = server.client();
const repository = '/api/v2.0/projects/all/repositories/app';

async function restored(deletion: string): Promise<void> {
  expectStatus(await admin.call('DELETE', deletion), 200);
  const [item] = jsonOf<{ id: number }[]>(await admin.get('/api/berth/v1/trash?page_size=1'));
  expectStatus(await admin.call('POST', `/api/berth/v1/trash/${item?.id}/restore`), 200);
}

/** A run that is held comes by schedule only, once a minute at most: its event, as it leaves one. */
function plantHeldRun(projectId: number): void {
  const db = new DatabaseSync(join(server.data, 'berth.db'), { timeout: 10_000 });
  const data = { policy: 1, execution: 2, plan: 3, reason: 'why', dropped: 1, droppedTags: 1, freedBytes: 9 };
  db.prepare(
    `insert into event (type, at, actor, address, client, request_id, project_id, object, data)
      values ('retention.held', ?, 'system', '', '', '', ?, 'all', ?)`,
  ).run(Date.now(), projectId, JSON.stringify(data));
  db.close();
}

async function makeEverythingHappen(projectId: number): Promise<void> {
  for (const tag of ['v1', 'v2'])
    await admin.pushImage('all/app', tag, imageOf({ seed: tag, layers: [100] }));
  expectStatus(await admin.get('/v2/all/app/manifests/v1'), 200);
  const made = await sendJson(admin, 'POST', '/api/v2.0/labels', { name: 'good', scope: 'g' });
  const label = Number(String(made.headers.location).split('/').at(-1));
  expectStatus(await sendJson(admin, 'POST', `${repository}/artifacts/v1/labels`, { id: label }), 200);
  expectStatus(await admin.call('DELETE', `${repository}/artifacts/v1/labels/${label}`), 200);
  await restored(`${repository}/artifacts/v1/tags/v1`);
  await restored(`${repository}/artifacts/v2`);
  await restored(repository);
  await runPolicy(
    admin,
    await makePolicy(admin, projectId, [retentionRule({ template: 'latestPushedK', n: 1 })]),
  );
  plantHeldRun(projectId);
  const limit = { hard: { storage: 3000 } };
  expectStatus(await sendJson(admin, 'PUT', `/api/v2.0/quotas/${projectId}`, limit), 200);
  const big = imageOf({ seed: 'big', layers: [100_000] });
  await assert.rejects(admin.pushImage('all/app', 'big', big), /403 instead of 201/);
  const used = jsonOf<{ quota: { used: { storage: number } } }>(
    await admin.get('/api/v2.0/projects/all/summary'),
  );
  const near = { hard: { storage: used.quota.used.storage + 1 } };
  expectStatus(await sendJson(admin, 'PUT', `/api/v2.0/quotas/${projectId}`, near), 200);
  // What is there already takes no room.
  const listed = (await admin.get('/v2/all/app/tags/list')).body.toString();
  const [tag] = (JSON.parse(listed) as { tags: string[] }).tags;
  const there = imageOf({ seed: tag ?? '', layers: [100] });
  await admin.pushManifest('all/app', 'again', there.manifest);
}

interface Told {
  readonly path: string;
  readonly refusesAnother: boolean;
  readonly event?: Readonly<Record<string, unknown>>;
}

test('a message of each type is verified by Standard Webhooks, and decoded by a CloudEvents SDK', async () => {
  const projectId = await makeProject(admin, 'all');
  const made = await sendJson(admin, 'POST', '/api/v2.0/projects/all/webhook/policies', {
    name: 'hook',
    targets: ['Default', 'CloudEvents'].map((format) => ({
      type: 'http',
      address: receiver.at(`/${format}`),
      payload_format: format,
      secret,
    })),
    event_types: kinds,
    enabled: true,
  });
  expectStatus(made, 201);
  await makeEverythingHappen(projectId);
  const types = (path: string): ReadonlySet<unknown> =>
    new Set(
      receiver.received
        .filter((each) => each.path === path)
        .map(({ text }) => (JSON.parse(text) as { type: string }).type),
    );
  const missing = (): string[] => kinds.filter((kind) => !types('/Default').has(kind));
  await waitUntil('each type has come', () => missing().length === 0, 30_000).catch(() => undefined);
  assert.deepEqual(missing(), []);
  await waitUntil('each as a CloudEvent', () => types('/CloudEvents').size === kinds.length, 30_000);
  const input = receiver.received
    .map(({ path, headers, text }) => JSON.stringify({ path, headers, body: text, secret }))
    .join('\n');
  const driver = new URL('receiver-driver.py', import.meta.url).pathname;
  const ended = await runProgram(await clientTool('webhook-receiver'), [driver], { cwd: server.data, input });
  assert.equal(ended.code, 0, ended.text);
  const told = ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);
  assert.equal(told.length, receiver.received.length);
  assert.ok(told.every(({ refusesAnother }) => refusesAnother));
  const events = told.flatMap(({ event }) => (event === undefined ? [] : [event]));
  assert.deepEqual(new Set(events.map(({ type }) => type)), new Set(Object.values(cloudTypes)));
  const id = String(made.headers.location).split('/').at(-1);
  for (const { source, specversion, datacontenttype, time, operator, data } of events) {
    assert.deepEqual(
      [source, specversion, datacontenttype],
      [`/projects/${projectId}/webhook/policies/${id}`, '1.0', 'application/json'],
    );
    assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 600);
    assert.ok(typeof operator === 'string' && operator !== '');
    // What the other target got by default.
    const same = receiver
      .of('/Default')
      .find(({ event_data: other }) => JSON.stringify(other) === JSON.stringify(data));
    assert.ok(same !== undefined, JSON.stringify(data));
  }
  assert.equal(new Set(events.map((event) => event['id'])).size, events.length);
});
