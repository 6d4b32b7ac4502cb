// Targets that are dead, slow, or answer something strange, of a started server.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { freePorts } from '../harness/free-ports.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { WebhookReceiver } from '../harness/webhook-receiver.ts';

const events = Number(process.env['BERTH_WEBHOOK_EVENTS'] ?? '10000');
const repositories = 50;

const receiver = await WebhookReceiver.start();
const server = await BerthServer.start({ env: { BERTH_OUTGOING_ADDRESSES: '127.0.0.1' } });
after(async () => {
  await receiver[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
const admin = server.client();

async function hook(project: string, name: string, address: string): Promise<void> {
  const made = await sendJson(admin, 'POST', `/api/v2.0/projects/${project}/webhook/policies`, {
    name,
    targets: [{ type: 'http', address }],
    event_types: ['TAG_MOVED'],
    enabled: true,
  });
  expectStatus(made, 201);
}

/** As many events as that many changes of tags would leave, all at once. */
function plant(projectId: number, project: string): void {
  const db = new DatabaseSync(join(server.data, 'berth.db'), { timeout: 10_000 });
  db.exec(`with recursive number (n) as (select 1 union all select n + 1 from number where n < ${events})
    insert into event (type, at, actor, address, client, request_id, project_id, object, data)
    select 'tag.moved', ${Date.now()}, 'user:1', '', '', '', ${projectId}, '${project}/r' || (n % ${repositories}) || ':t' || n,
      '{"digest":"sha256:00","previous":null}' from number`);
  db.close();
}

test(`of ${events} events a good target has its own within seconds, beside a dead and a slow one`, async (t) => {
  const id = await makeProject(admin, 'busy');
  const [deadPort = 0] = await freePorts(1);
  let slow = 0;
  receiver.answer = (response, { path }) => {
    if (path === '/slow') {
      slow += 1;
      setTimeout(() => response.end(), 4_000).unref();
    } else response.end();
  };
  await hook('busy', 'dead', `http://127.0.0.1:${deadPort}/`);
  await hook('busy', 'slow', receiver.at('/slow'));
  await hook('busy', 'good', receiver.at('/good'));
  const begun = performance.now();
  plant(id, 'busy');
  const count = (): number => receiver.received.filter(({ path }) => path === '/good').length;
  await waitUntil('the first', () => count() > 0, 30_000);
  const first = performance.now() - begun;
  await waitUntil('all of them', () => count() >= events, 240_000);
  const all = performance.now() - begun;
  assert.equal(
    new Set(receiver.of('/good').map(({ event_data: { resources = [] } }) => resources[0]?.tag)).size,
    events,
  );
  assert.equal(count(), events);
  // The slow one has its own four at a time, whatever the good one gets.
  assert.ok(slow < events / 10, `${slow}`);
  t.diagnostic(
    `the first after ${Math.round(first)} ms, all ${events} after ${Math.round(all)} ms; the slow one had ${slow}`,
  );
});
