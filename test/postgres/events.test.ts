// The event stream of one instance tells what others do, within a second, in one order, and says when rights end there.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { EventFollower } from '../harness/event-follower.ts';
import { hasStatus, startVerification } from '../harness/held-verification.ts';
import { makeProject, sendJson } from '../harness/rest.ts';
import { password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase } from './two-servers.ts';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const one = await database.start('one');
const two = await database.start('two');
const [left, right] = [one.client(), two.client()];
await makeProject(left, 'shop');
await addUsers(one, ['alice', 'bob']);
await grantRole(one, { username: 'alice', role: 'projectAdmin', place: 'shop' });
const patienceMs = 30_000;
const label = (name: string, client = left) =>
  sendJson(client, 'POST', '/api/v2.0/labels', { name, scope: 'g' });

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test('streamEvents: what is done at one instance is told by the other within a second', async (t) => {
  using follower = await EventFollower.open(right, '?type=label.created');
  const delays: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    await label(`one ${round}`);
    const done = performance.now();
    const told = await waitUntil('it is told', () => follower.of('audit')[round], patienceMs);
    delays.push(told.at - done);
  }
  t.diagnostic(`median ${median(delays).toFixed(0)} ms, longest ${Math.max(...delays).toFixed(0)} ms`);
  assert.ok(median(delays) < 1000, String(delays));
});

test('streamEvents: clients of both instances are told the same in the same order, whoever does it', async () => {
  using here = await EventFollower.open(left);
  using there = await EventFollower.open(right);
  await Promise.all(Array.from({ length: 60 }, (_, no) => label(`both ${no}`, no % 2 === 0 ? left : right)));
  await waitUntil('all', () => here.ids.length === 60 && there.ids.length === 60, patienceMs);
  assert.deepEqual(here.ids, there.ids);
  assert.deepEqual(
    here.ids,
    here.ids.toSorted((a, b) => a - b),
  );
  using again = await EventFollower.open(left, '', { 'Last-Event-ID': String(there.ids[9]) });
  assert.deepEqual(again.ids, here.ids.slice(10), 'the id of one instance counts at the other');
});

test('streamEvents: a job at another instance is told until its end', async () => {
  using here = await EventFollower.open(left, '?type=job');
  using there = await EventFollower.open(right, '?type=job');
  const id = await startVerification(left);
  await hasStatus(left, id, 'Success');
  for (const each of [here, there])
    await waitUntil('its end', () => each.of('job').at(-1)?.data['status'] === 'Success', patienceMs);
});

test('streamEvents: what ends at one instance ends the streams of the other within a second', async (t) => {
  using alice = await EventFollower.open(two.client({ username: 'alice', password }));
  using bob = await EventFollower.open(two.client({ username: 'bob', password }));
  const inShop = (name: string) =>
    sendJson(left, 'POST', '/api/v2.0/labels', { name, scope: 'p', project_id: 2 });
  await inShop('first');
  await waitUntil('told', () => alice.ids.length === 1, patienceMs);
  await berth(['access', 'revoke', 'alice', 'projectAdmin', 'shop', '--data', one.data]);
  // What is promised: a right that was taken away is nothing any more after a second.
  await delay(1000);
  await inShop('second');
  using all = await EventFollower.open(right);
  await label('third');
  const isTold = (of: EventFollower, name: string) =>
    of.of('audit').some(({ data }) => JSON.stringify(data).includes(name));
  await waitUntil('another is told', () => isTold(all, 'third'), patienceMs);
  // Of the end of her right she may be told.
  assert.deepEqual([isTold(alice, 'first'), isTold(alice, 'second')], [true, false]);
  await berth(['user', 'disable', 'bob', '--data', one.data]);
  const from = performance.now();
  const at = await waitUntil('it ends', () => bob.endedAt, patienceMs);
  t.diagnostic(`ended after ${(at - from).toFixed(0)} ms`);
  assert.ok(at - from < 2000, String(at - from));
});
