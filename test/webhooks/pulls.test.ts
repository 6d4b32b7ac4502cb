// What it costs to pull where a webhook asks for pulls, in the processor's time of one server.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { WebhookReceiver } from '../harness/webhook-receiver.ts';

const rounds = 4;
/** Some seconds, in which each second is written down and told. */
const pulls = 15_000;
const atOnce = 8;

const receiver = await WebhookReceiver.start();
const server = await BerthServer.start({ env: { BERTH_OUTGOING_ADDRESSES: '127.0.0.1' } });
after(async () => {
  await receiver[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
const admin = server.client();
const anonymous = server.client(null);
const image = imageOf({ seed: 'pulled', layers: [100] });

/** Hundredths of a second, of all its threads. */
function ticks(): number {
  const [, fields = ''] = readFileSync(`/proc/${server.ready.pid}/stat`, 'latin1').split(') ');
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
  return user + system;
}

async function pull(project: string): Promise<number> {
  const before = ticks();
  let left = pulls;
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      expectStatus(await anonymous.get(`/v2/${project}/app/manifests/v1`), 200);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return ticks() - before;
}

test('pulls where a webhook asks for them cost about what they cost while it does not', async (t) => {
  await makeProject(admin, 'heard', { public: 'true' });
  await admin.pushImage('heard/app', 'v1', image);
  const hook = (enabled: boolean) => ({
    name: 'hook',
    targets: [{ type: 'http', address: receiver.at('/heard') }],
    event_types: ['PULL_ARTIFACT'],
    enabled,
  });
  const path = '/api/v2.0/projects/heard/webhook/policies';
  const made = await sendJson(admin, 'POST', path, hook(true));
  expectStatus(made, 201);
  const windows = { true: 0, false: 0 };
  for (let round = -1; round < rounds; round += 1) {
    for (const on of round % 2 === 0 ? [true, false] : [false, true]) {
      expectStatus(await sendJson(admin, 'PUT', String(made.headers.location), hook(on)), 200);
      const before = receiver.received.length;
      const used = await pull('heard');
      // The first round warms up.
      if (round >= 0) windows[on ? 'true' : 'false'] += used;
      if (on) await receiver.until('/heard', before + 1);
    }
  }
  const ratio = windows.false / windows.true;
  t.diagnostic(
    `${Math.round(ratio * 100)} % of the pulls in the same processor time (${windows.true} and ${windows.false} ticks)`,
  );
  // Noise of a busy machine; what is measured is in the diagnostic.
  assert.ok(ratio > 0.8, `${ratio}`);
});
