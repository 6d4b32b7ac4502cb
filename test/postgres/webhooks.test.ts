// Webhooks with two instances: one of them sends, each message once and each repository in its order, and the other one goes
// on where the first was killed.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import type { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { WebhookReceiver } from '../harness/webhook-receiver.ts';
import { SharedDatabase } from './two-servers.ts';

const repositories = 5;
/** What a target is sent at once. */
const atOnce = 8;
/** A lease of 30 s has to run out, on a busy machine. */
const patienceMs = 120_000;

const receiver = await WebhookReceiver.start();
const database = await SharedDatabase.create();
after(async () => {
  await database[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});
const env = { BERTH_OUTGOING_ADDRESSES: '127.0.0.1' };
/** The one that sends, since there is no other yet. */
const one = await database.start('one', { env });
await waitUntil(
  'it sends',
  async () => {
    const held = `select 1 from periodic_job where name = 'deliveries' and lease_holder is not null`;
    return (await database.query(held)).length === 1;
  },
  patienceMs,
);
const two = await database.start('two', { env });
const image = imageOf({ seed: 'both', layers: [100] });

async function prepare(project: string): Promise<void> {
  const admin = two.client();
  await makeProject(admin, project);
  for (let no = 0; no < repositories; no += 1) await admin.pushImage(`${project}/r${no}`, 'first', image);
  const made = await sendJson(admin, 'POST', `/api/v2.0/projects/${project}/webhook/policies`, {
    name: 'hook',
    targets: [{ type: 'http', address: receiver.at(`/${project}`) }],
    event_types: ['PUSH_ARTIFACT'],
    enabled: true,
  });
  expectStatus(made, 201);
}

/** With a token, so that a push is one call and no sign-in. */
async function pusherOf(server: BerthServer, project: string): Promise<(path: string) => Promise<number>> {
  const scopes = Array.from(
    { length: repositories },
    (_, no) => `scope=repository:${project}/r${no}:pull,push`,
  );
  const answer = await server.client().get(`/service/token?service=harbor-registry&${scopes.join('&')}`);
  const { token } = jsonOf<{ token: string }>(answer);
  const client: RegistryClient = server.client(null);
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': image.manifest.mediaType };
  return async (path) => (await client.call('PUT', path, { headers, body: image.manifest.bytes })).status;
}

const pathOf = (project: string, no: number, prefix: string): string =>
  `/v2/${project}/r${no % repositories}/manifests/${prefix}-${no}`;

/** What was pushed, in the order of the events. */
async function committed(project: string): Promise<string[]> {
  const rows = await database.query<{ object: string; data: string }>(
    `select object, data from event where type = 'artifact.pushed' and object like $1
      and data not like '%"first"%' order by id`,
    [`${project}/%`],
  );
  return rows.map(
    ({ object, data }) => `${object.split('@')[0]}:${(JSON.parse(data) as { tag: string }).tag}`,
  );
}

interface Message {
  readonly image: string;
  readonly id: string;
}

function told(project: string): Message[] {
  return receiver.received
    .filter(({ path }) => path === `/${project}`)
    .map(({ text, headers }) => {
      const [resource] = (JSON.parse(text) as { event_data: { resources: { resource_url: string }[] } })
        .event_data.resources;
      return {
        image: resource?.resource_url.replace(/^[^/]*\//, '') ?? '',
        id: String(headers['webhook-id']),
      };
    });
}

function expectInOrder(project: string, seen: readonly string[], all: readonly string[]): void {
  for (let no = 0; no < repositories; no += 1) {
    const own = (list: readonly string[]): string[] =>
      list.filter((each) => each.startsWith(`${project}/r${no}:`));
    assert.deepEqual(own(seen), own(all));
  }
}

test('two instances that are pushed to tell each event once, in the order of its repository', async () => {
  await prepare('calm');
  const [left, right] = [await pusherOf(one, 'calm'), await pusherOf(two, 'calm')];
  const count = 100;
  for (let no = 0; no < count; no += 2) {
    const statuses = await Promise.all([left(pathOf('calm', no, 'a')), right(pathOf('calm', no + 1, 'b'))]);
    assert.deepEqual(statuses, [201, 201]);
  }
  const all = await committed('calm');
  assert.equal(all.length, count);
  await waitUntil('all are told', () => told('calm').length >= count, patienceMs);
  const seen = told('calm');
  assert.equal(new Set(seen.map(({ id }) => id)).size, count);
  assert.equal(seen.length, count);
  expectInOrder(
    'calm',
    seen.map((each) => each.image),
    all,
  );
});

test('the one that sends is killed in the middle: the other one tells the rest, and little again', async (t) => {
  await prepare('killed');
  const [left, right] = [await pusherOf(one, 'killed'), await pusherOf(two, 'killed')];
  for (let no = 0; no < 60; no += 1) assert.equal(await left(pathOf('killed', no, 'a')), 201);
  await waitUntil('some are told', () => told('killed').length >= 10, patienceMs);
  const more = Promise.all(Array.from({ length: 60 }, (_, no) => right(pathOf('killed', no, 'b'))));
  await one.kill();
  const killedAt = performance.now();
  assert.deepEqual(new Set(await more), new Set([201]));
  const all = await committed('killed');
  assert.equal(all.length, 120);
  const missing = (): string[] => {
    const seen = new Set(told('killed').map((each) => each.image));
    return all.filter((each) => !seen.has(each));
  };
  await waitUntil('the rest is told', () => missing().length === 0, patienceMs);
  const seen = told('killed');
  const again = seen.length - new Set(seen.map((each) => each.image)).size;
  t.diagnostic(`the rest after ${Math.round(performance.now() - killedAt)} ms, ${again} told once more`);
  assert.ok(again <= atOnce, `${again} told once more`);
  assert.equal(new Set(seen.map(({ id }) => id)).size, all.length, 'by the same id');
  const first = seen.filter((each, index) => seen.findIndex(({ id }) => id === each.id) === index);
  expectInOrder(
    'killed',
    first.map((each) => each.image),
    all,
  );
});
