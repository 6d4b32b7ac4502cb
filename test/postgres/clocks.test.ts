// Instances whose machines have other clocks (case H08): a few seconds are nobody's trouble, minutes are refused and
// told, and a clock that is set in use changes nothing.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf, imageOf, seededBytes } from '../harness/image.ts';
import { noOtherTime, OtherTime } from '../harness/other-time.ts';
import { answerTo, expectError, expectStatus } from '../harness/registry-client.ts';
import type { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase } from './two-servers.ts';

const skip = noOtherTime;
const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());

const startAt = async (name: string, seconds: number, lifeSeconds = 1800) => {
  const time = new OtherTime(seconds);
  const env = { ...time.env, BERTH_TOKEN_LIFE: `${lifeSeconds}` };
  return { time, server: await database.start(name, { env }) };
};

const servers = skip === false ? await startAll() : undefined;

async function startAll() {
  // The first one alone, so that the others' migrations wait for nobody.
  const real = await startAt('real', 0, 580);
  const [ahead, farAhead, farBehind] = await Promise.all([
    startAt('ahead', 5, 592),
    startAt('far-ahead', 600),
    startAt('far-behind', -600, 615),
  ]);
  return { real, ahead, farAhead, farBehind };
}

function started() {
  assert.ok(servers !== undefined);
  return servers;
}

async function tokenOf(server: BerthServer): Promise<string> {
  const scope = 'scope=repository:library/hello:pull,push';
  const answer = await server.client().get(`/service/token?service=harbor-registry&${scope}`);
  expectStatus(answer, 200);
  return (JSON.parse(answer.body.toString()) as { token: string }).token;
}

/** Epoch seconds. */
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { iat: number; exp: number };

const useOf = (token: string, server: BerthServer) =>
  server.client(null).get('/v2/library/hello/tags/list', { Authorization: `Bearer ${token}` });

const accepted = async (token: string, server: BerthServer) => expectStatus(await useOf(token, server), 200);

async function refused(token: string, server: BerthServer): Promise<void> {
  const answer = await useOf(token, server);
  expectError(answer, 401, 'UNAUTHORIZED');
  assert.match(String(answer.headers['www-authenticate']), /error="invalid_token"/);
}

const told = (server: BerthServer, text: string) => server.logged(({ msg }) => String(msg).includes(text));

test('a token of an instance that is 5 s ahead counts at once, and for its life', { skip }, async () => {
  const { real, ahead, farAhead } = started();
  await real.server.client().pushImage('hello', '1', imageOf({ seed: 'clocks' }));
  for (const [from, to] of [
    [ahead, real],
    [real, ahead],
  ] as const)
    await accepted(await tokenOf(from.server), to.server);
  // It ends 597 s from now, and this one's time is 600 s from now.
  const justEnded = await tokenOf(ahead.server);
  await accepted(justEnded, farAhead.server);
});

test('a token that ended 20 s ago is refused', { skip }, async () => {
  const { real, farAhead } = started();
  await refused(await tokenOf(real.server), farAhead.server);
});

test('a token of an instance that is 10 min ahead is refused, and both say why', { skip }, async () => {
  const { real, farAhead } = started();
  await refused(await tokenOf(farAhead.server), real.server);
  const line = await told(
    real.server,
    'a token is not valid yet: the clocks of two instances differ too much',
  );
  assert.ok(Number(line['aheadSeconds']) > 590 && Number(line['aheadSeconds']) < 610);
  const own = await told(farAhead.server, "this machine's clock differs from the database's");
  assert.ok(Number(own['seconds']) > 590 && Number(own['seconds']) < 610, JSON.stringify(own));
});

test('an instance that is 10 min behind says so, and its tokens end as early', { skip }, async () => {
  const { real, farBehind } = started();
  const token = await tokenOf(farBehind.server);
  // Of 615 s of life 15 are left by the other's clock.
  await accepted(token, real.server);
  const own = await told(farBehind.server, "this machine's clock differs from the database's");
  assert.ok(Number(own['seconds']) < -590 && Number(own['seconds']) > -610, JSON.stringify(own));
});

test('pushes and pulls work on all of them, also chunk by chunk', { skip }, async () => {
  const all = Object.values(started()).map(({ server }) => server.client());
  for (const [index, client] of all.entries()) {
    const image = imageOf({ seed: `clock ${index}`, layers: [100_000] });
    await client.pushImage('hello', `t${index}`, image, 'chunked');
    for (const other of all) await other.pullImage('hello', `t${index}`, image);
  }
  const bytes = seededBytes('by turns', 400_000);
  let location = await all[0]?.startUpload('hello');
  for (let no = 0; no < 4; no++) {
    const range = { 'Content-Range': `${no * 100_000}-${no * 100_000 + 99_999}` };
    const answer = await all[no]?.patch(
      location ?? '',
      bytes.subarray(no * 100_000, (no + 1) * 100_000),
      range,
    );
    assert.equal(answer?.status, 202);
    location = answer.headers.location;
  }
  const done = await all[1]?.finishUpload(location ?? '', digestOf(bytes));
  assert.equal(done?.status, 201);
});

test('a clock that is set in use throws nobody out, keeps nobody in, purges nothing early and runs no job twice', {
  skip,
}, async (t) => {
  const { real, ahead, farBehind } = started();
  const client = real.server.client();
  const ending = await tokenOf(farBehind.server);
  const before = [await tokenOf(real.server), await tokenOf(ahead.server)];
  await accepted(ending, real.server);
  const idle = await client.startUpload('hello');
  const bytes = seededBytes('set in use', 300_000);
  expectStatus(await client.patch(idle, bytes.subarray(0, 100_000)), 202);
  const jobs = () =>
    database.query<{ name: string; due_at: string }>(
      // Those that are due every few seconds may come meanwhile; what is switched off is never due.
      `select name, due_at from periodic_job
        where name not in ('manifest-copying', 'artifact-description', 'audit-forward', 'deliveries', 'storage-count',
          'storage-accrual', 'gc-when-full') order by name`,
    );
  await waitUntil('no job is due', async () =>
    (await jobs()).every(({ due_at: dueAt }) => Number(dueAt) > 0),
  );
  const dueBefore = await jobs();
  for (const seconds of [-3600, 25 * 3600]) {
    const held = client.begin('PATCH', idle);
    const answer = answerTo(held);
    const at = seconds < 0 ? 100_000 : 200_000;
    held.write(bytes.subarray(at, at + 50_000));
    real.time.set(seconds);
    const step = await waitUntil(
      'the step is noticed',
      () =>
        real.server.log.find(
          ({ msg, seconds: found }) =>
            String(msg).includes("this machine's clock was set") && Math.abs(Number(found) - seconds) < 60,
        ),
      60_000,
    );
    t.diagnostic(`${String(step['seconds'])} s: ${String(step['msg'])}`);
    held.end(bytes.subarray(at + 50_000, at + 100_000));
    expectStatus(await answer, 202);
    for (const token of before) await accepted(token, real.server);
    const made = await tokenOf(real.server);
    for (const { server } of [real, ahead]) await accepted(made, server);
    assert.ok(Math.abs(claimsOf(made).iat - Date.now() / 1000) < 60);
    expectStatus(await client.get('/v2/'), 200);
  }
  assert.deepEqual(await jobs(), dueBefore);
  await database.run("update periodic_job set due_at = 0 where name = 'upload-sweep'");
  await waitUntil(
    'swept',
    async () => (await jobs()).every(({ due_at: dueAt }) => Number(dueAt) > 0),
    60_000,
  );
  expectStatus(await client.finishUpload(idle, digestOf(bytes)), 201);
  // An hour back or a day ahead, it ends when it ends: 15 s after its time at the latest.
  const endsInMs = (claimsOf(ending).exp + 15) * 1000 - Date.now();
  await delay(Math.max(0, endsInMs + 1000));
  real.time.set(-3600);
  await refused(ending, real.server);
});

test('no line of a log has a negative duration', { skip }, () => {
  const durations = Object.values(started()).flatMap(({ server }) =>
    server.log.flatMap((line) => (typeof line['ms'] === 'number' ? [line['ms']] : [])),
  );
  assert.ok(durations.length > 20);
  assert.ok(durations.every((ms) => ms >= 0 && ms < 600_000));
});
