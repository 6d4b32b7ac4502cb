// The server is killed again and again while it is pushed to and tells of it: no event that was committed is lost on its
// way. Without a kill none is told twice, also over servers that stop and start.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { imageOf, SeededChance } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
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

/** Without a sign-in each time: one that a kill cuts off counts as failed. */
async function tokenFor(project: string): Promise<string> {
  const scopes = Array.from(
    { length: repositories },
    (_, no) => `scope=repository:${project}/r${no}:pull,push`,
  );
  const answer = await server.client().get(`/service/token?service=harbor-registry&${scopes.join('&')}`);
  return jsonOf<{ token: string }>(answer).token;
}

/** Sets one new tag after the other, until the server is gone or the signal fires. */
async function pushTags(of: {
  project: string;
  token: string;
  prefix: string;
  stop: AbortSignal;
}): Promise<void> {
  const client = server.client(null);
  for (let no = 0; !of.stop.aborted; no += 1) {
    try {
      const path = `/v2/${of.project}/r${no % repositories}/manifests/${of.prefix}-${no}`;
      const headers = { Authorization: `Bearer ${of.token}`, 'Content-Type': image.manifest.mediaType };
      expectStatus(await client.call('PUT', path, { headers, body: image.manifest.bytes }), 201);
    } catch (error) {
      if (of.stop.aborted) return;
      throw error;
    }
  }
}

/** Pushes for a while, and ends the server then. */
async function pushUntil(
  of: { project: string; token: string; round: number; ms: number },
  end: () => Promise<unknown>,
): Promise<void> {
  const stop = new AbortController();
  const pushers = Array.from({ length: pushersAtOnce }, (_, no) =>
    pushTags({ ...of, prefix: `t${of.round}-${no}`, stop: stop.signal }),
  );
  const ended = delay(of.ms).then(() => {
    stop.abort();
    return end();
  });
  await Promise.all([...pushers, ended]);
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
  const token = await tokenFor('killed');
  const chance = new SeededChance(process.env['BERTH_WEBHOOK_SEED'] ?? 'webhooks');
  for (let round = 0; round < rounds; round += 1) {
    const ms = 50 + chance.below(500);
    await pushUntil({ project: 'killed', token, round, ms }, () => server.kill());
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
  const token = await tokenFor('stopped');
  for (let round = 0; round < 3; round += 1) {
    await pushUntil({ project: 'stopped', token, round, ms: 500 }, () => Promise.resolve());
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
