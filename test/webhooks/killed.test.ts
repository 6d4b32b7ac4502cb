// The server is killed again and again while it is pushed to and tells of it: no event that was committed is lost on its
// way. Without a kill none is told twice, also over servers that stop and start.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { imageOf, SeededChance } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { WebhookReceiver } from '../harness/webhook-receiver.ts';

const rounds = Number(process.env['BERTH_WEBHOOK_KILLS'] ?? '20');
const pushersAtOnce = 4;
const repositories = 5;

const receiver = await WebhookReceiver.start();
const server = await BerthServer.start({ env: { BERTH_OUTGOING_ADDRESSES: '127.0.0.1' } });
after(async () => {
  await server[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});
const image = imageOf({ seed: 'killed', layers: [100] });

async function prepare(project: string): Promise<void> {
  const admin = server.client();
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

/** Sets one new tag after the other, until the server is gone or the signal fires. */
async function pushTags(project: string, prefix: string, stop: AbortSignal): Promise<void> {
  const client = server.client();
  for (let no = 0; !stop.aborted; no += 1) {
    try {
      await client.pushManifest(`${project}/r${no % repositories}`, `${prefix}-${no}`, image.manifest);
    } catch (error) {
      if (stop.aborted) return;
      throw error;
    }
  }
}

/** What was pushed, as the database has it: committed, acknowledged or not. */
function committed(project: string): string[] {
  const db = new DatabaseSync(join(server.data, 'berth.db'), { readOnly: true });
  try {
    const rows = db
      .prepare(
        `select object, data from event where type = 'artifact.pushed' and data not like '%"first"%'
          and object like '${project}/%'`,
      )
      .all() as { object: string; data: string }[];
    return rows.map(
      ({ object, data }) => `${object.split('@')[0]}:${(JSON.parse(data) as { tag: string }).tag}`,
    );
  } finally {
    db.close();
  }
}

function told(project: string): string[] {
  return receiver
    .of(`/${project}`)
    .flatMap(({ event_data: { resources = [] } }) =>
      resources.map(({ resource_url: url }) => url.replace(/^[^/]*\//, '')),
    );
}

test(`nothing that was committed is lost by ${rounds} kills (kill -9) between commit and delivery`, async (t) => {
  await prepare('killed');
  const chance = new SeededChance(process.env['BERTH_WEBHOOK_SEED'] ?? 'webhooks');
  for (let round = 0; round < rounds; round += 1) {
    const stop = new AbortController();
    const pushers = Array.from({ length: pushersAtOnce }, (_, no) =>
      pushTags('killed', `t${round}-${no}`, stop.signal),
    );
    await delay(50 + chance.below(500));
    stop.abort();
    await server.kill();
    await Promise.all(pushers);
    await server.restart();
  }
  const all = committed('killed');
  assert.ok(all.length >= rounds, `${all.length} pushes`);
  const missing = (): string[] => {
    const seen = new Set(told('killed'));
    return all.filter((each) => !seen.has(each));
  };
  await waitUntil(`${all.length} events are told`, () => missing().length === 0, 60_000).catch(
    () => undefined,
  );
  assert.deepEqual(missing(), []);
  t.diagnostic(`${all.length} events, ${told('killed').length - all.length} told once more, ${rounds} kills`);
});

test('servers that stop and start tell nobody twice, and each repository in its order', async () => {
  await prepare('stopped');
  for (let round = 0; round < 3; round += 1) {
    const stop = new AbortController();
    const pushers = Array.from({ length: pushersAtOnce }, (_, no) =>
      pushTags('stopped', `t${round}-${no}`, stop.signal),
    );
    await delay(500);
    stop.abort();
    await Promise.all(pushers);
    assert.equal((await server.stop()).code, 0);
    await server.restart();
  }
  const all = committed('stopped');
  await waitUntil(`${all.length} events are told`, () => told('stopped').length >= all.length, 60_000);
  const seen = told('stopped');
  assert.equal(seen.length, all.length);
  for (let no = 0; no < repositories; no += 1) {
    const own = (list: readonly string[]): string[] =>
      list.filter((each) => each.startsWith(`stopped/r${no}:`));
    assert.deepEqual(own(seen), own(all));
  }
});
