// What receivers are told of tag retention, by hand and by schedule, and of what comes back from the trash.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { endedRun, makePolicy, retentionRule, runPolicy } from '../harness/retention.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type HookBody, WebhookReceiver } from '../harness/webhook-receiver.ts';

const host = 'registry.example';
const receiver = await WebhookReceiver.start();
const server = await BerthServer.start({
  env: { BERTH_EXTERNAL_URL: `https://${host}`, BERTH_OUTGOING_ADDRESSES: '127.0.0.1' },
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});
await addUsers(server, ['alice']);
const alice = server.client({ username: 'alice', password });

async function hook(project: string, kinds: readonly string[], formats: readonly string[]): Promise<void> {
  const made = await sendJson(alice, 'POST', `/api/v2.0/projects/${project}/webhook/policies`, {
    name: 'hook',
    targets: formats.map((format) => ({
      type: 'http',
      address: receiver.at(`/${project}/${format}`),
      payload_format: format,
    })),
    event_types: kinds,
    enabled: true,
  });
  expectStatus(made, 201);
}

async function push(client: RegistryClient, repository: string, ...tags: string[]): Promise<void> {
  for (const tag of tags)
    await client.pushImage(repository, tag, imageOf({ seed: `${repository}:${tag}`, layers: [500] }));
}

type RetentionBody = HookBody & {
  readonly event_data: { readonly retention?: Readonly<Record<string, unknown>> };
};

const latestTwo = retentionRule({ template: 'latestPushedK', n: 2 });
const shownRule = {
  template: 'latestPushedK',
  params: { latestPushedK: 2 },
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**', extras: '{"untagged":true}' }],
  scope_selectors: {
    repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**', extras: '' }],
  },
};

test('TAG_RETENTION: one message for each repository in which a run deleted something, none of a dry run', async () => {
  const project = await makeProject(alice, 'kept');
  await hook('kept', ['TAG_RETENTION'], ['Default', 'CloudEvents']);
  await push(alice, 'kept/app', 'v1', 'v2', 'v3', 'v4');
  await push(alice, 'kept/all', 'v1');
  const policy = await makePolicy(alice, project, [latestTwo]);
  await runPolicy(alice, policy, true);
  await runPolicy(alice, policy);
  await receiver.until('/kept/Default', 1);
  await receiver.until('/kept/CloudEvents', 1);
  const [body] = receiver.of('/kept/Default') as RetentionBody[];
  assert.ok(body !== undefined);
  assert.deepEqual(Object.keys(body), ['type', 'occur_at', 'operator', 'event_data']);
  assert.deepEqual([body.type, body.operator], ['TAG_RETENTION', 'alice']);
  const retention = {
    total: 4,
    retained: 2,
    harbor_hostname: host,
    project_name: 'kept',
    retention_policy_id: policy,
    retention_rule: [shownRule],
    result: 'SUCCESS',
    deleted_artifact: ['app:v2', 'app:v1'].map((name) => ({
      type: 'image',
      status: 'SUCCESS',
      name_tag: name,
      references: null,
    })),
  };
  const shown = { ...body.event_data.retention };
  const byName = (list: unknown): unknown[] =>
    (list as { name_tag: string }[]).toSorted((a, b) => (a.name_tag < b.name_tag ? 1 : -1));
  assert.deepEqual({ ...shown, deleted_artifact: byName(shown['deleted_artifact']) }, retention);
  const cloud = receiver.received.find(({ path }) => path === '/kept/CloudEvents');
  assert.equal(cloud?.headers['content-type'], 'application/cloudevents+json');
  const event = JSON.parse(cloud?.text ?? '') as Readonly<Record<string, unknown>>;
  assert.deepEqual(
    [event['type'], event['operator'], event['data']],
    ['harbor.tag_retention.finished', 'alice', body.event_data],
  );
  assert.match(String(event['source']), /^\/projects\/\d+\/webhook\/policies\/\d+$/);
  assert.equal(receiver.of('/kept/Default').length, 1);
});

test('a run by schedule is told of by harbor-jobservice, and one that waits for a review with its plan', async () => {
  const project = await makeProject(alice, 'timed');
  await hook('timed', ['TAG_RETENTION', 'TAG_RETENTION_REVIEW'], ['Default']);
  await push(alice, 'timed/app', 'v1', 'v2', 'v3');
  const trigger = { kind: 'Schedule', settings: { cron: '0 * * * * *' } };
  const policy = await makePolicy(alice, project, [latestTwo], { trigger });
  const at = '/timed/Default';
  await waitUntil('the run is held', () => receiver.of(at).length > 0, 150_000);
  const [held] = receiver.of(at);
  const details = held?.event_data.custom_attributes ?? {};
  assert.deepEqual([held?.type, held?.event_data.repository], ['TAG_RETENTION_REVIEW', undefined]);
  assert.deepEqual(
    [details['Project'], details['Policy'], details['Artifacts'], details['Tags']],
    ['timed', String(policy), '1', '1'],
  );
  assert.equal(details['Details'], 'it is the first run of the policy as it is now');
  await endedRun(alice, policy, Number(details['Execution']));
  const plan = `/api/berth/v1/projects/timed/retention/plans/${details['Plan']}/apply`;
  const { execution_id: run } = jsonOf<{ execution_id: number }>(await alice.call('POST', plan), 202);
  await endedRun(alice, policy, run);
  const kinds = (): string[] => receiver.of(at).map(({ type, operator }) => `${type} ${operator}`);
  await waitUntil('the reviewed run is told', () => kinds().includes('TAG_RETENTION alice'), 30_000);
  const admin = server.client();
  const settings = { retention_review: false };
  expectStatus(await sendJson(admin, 'PUT', '/api/v2.0/configurations', settings), 200);
  await push(alice, 'timed/app', 'v4');
  await waitUntil(
    'the run by schedule is told',
    () => kinds().includes('TAG_RETENTION harbor-jobservice'),
    150_000,
  );
});

interface Item {
  readonly id: number;
  readonly name: string;
}

test('TAG_RESTORED, ARTIFACT_RESTORED, REPOSITORY_RESTORED: what comes back from the trash', async () => {
  await makeProject(alice, 'back');
  await hook('back', ['TAG_RESTORED', 'ARTIFACT_RESTORED', 'REPOSITORY_RESTORED'], ['Default']);
  await push(alice, 'back/app', 'v1', 'v2');
  const of = '/api/v2.0/projects/back/repositories/app';
  const restore = async (deletion: string): Promise<Item> => {
    expectStatus(await alice.call('DELETE', deletion), 200);
    const [item] = jsonOf<Item[]>(await alice.get('/api/berth/v1/trash?page_size=1'));
    assert.ok(item !== undefined);
    expectStatus(await alice.call('POST', `/api/berth/v1/trash/${item.id}/restore`), 200);
    return item;
  };
  await restore(`${of}/artifacts/v1/tags/v1`);
  const artifact = await restore(`${of}/artifacts/v2`);
  await restore(of);
  const told = await receiver.until('/back/Default', 3);
  const seen = told.map(({ type, event_data: data }) =>
    [type, data.resources?.[0]?.resource_url, data.repository?.['repo_full_name']].join(' '),
  );
  assert.match(String(told[0]?.event_data.resources?.[0]?.digest), /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(seen, [
    `TAG_RESTORED ${host}/back/app:v1 back/app`,
    `ARTIFACT_RESTORED ${host}/back/app:v2 back/app`,
    'REPOSITORY_RESTORED  back/app',
  ]);
  assert.match(artifact.name, /^back\/app@sha256:/);
});
