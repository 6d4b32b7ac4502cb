// A storage that answers late.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BerthServer } from '../../harness/start-server.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { type Fault, FaultInjector, type FaultyCall } from './fault-injector.ts';
import { FaultTrial } from './fault-trial.ts';
import { PullMeter, pullRatio, requireRatio } from './pull-meter.ts';

const delayMs = 200;
const changing: readonly FaultyCall[] = ['write', 'sync', 'rename', 'unlink', 'mkdir', 'rmdir', 'truncate'];

function slow(calls: readonly FaultyCall[]): readonly Fault[] {
  const log: Fault = { call: 'sync', path: '/berth.db-wal$', delayMs };
  return [...calls.map((call): Fault => ({ call, path: '/storage/', delayMs })), log];
}

const trials: readonly (readonly [string, readonly Fault[], number])[] = [
  ['every change of the storage and every flush takes 200 ms', slow(changing), 256 * 1024],
  [
    'every operation on the storage takes 200 ms, pulls are of a blob in memory',
    slow([...changing, 'open', 'read', 'stat', 'statfs', 'list']),
    32 * 1024,
  ],
];

for (const [name, rules, pulledBytes] of trials) {
  test(`pushes take their time, all of them succeed, and pulls do not wait for them: ${name}`, async () => {
    const faults = new FaultInjector();
    await using server = await BerthServer.start({ env: faults.env });
    await new FaultTrial(server).run({
      name,
      begin: () => faults.set(rules),
      end: () => faults.clear(),
      statuses: [],
      pulledBytes,
      recovered: 'nothing failed',
    });
    assert.ok(faults.hits.length > 100, 'it was slow');
  });
}

test('50 wrong logins and 8 slow syncs at once do not hold pulls up', async () => {
  const faults = new FaultInjector();
  await using server = await BerthServer.start({ env: faults.env });
  const trial = new FaultTrial(server);
  const meter = await PullMeter.over(server.client());
  const name = '50 wrong logins and 8 syncs of 2 s at once';
  let round = 0;
  const ratio = await pullRatio(name, async () => {
    round += 1;
    const quiet = await meter.p99();
    faults.set([{ call: 'sync', path: '/staging/', delayMs: 2000 }]);
    const before = faults.hits.length;
    const pushes = Array.from({ length: 8 }, () => trial.mustPush());
    await waitUntil('8 syncs that are slow', () => faults.hits.length === before + 8);
    // Of an account of its own each: whoever guesses at one is slowed down.
    const guesses = Array.from({ length: 50 }, (_, no) =>
      server.client({ username: `guest-${round}-${no}`, password: 'not-the-password' }).get('/v2/'),
    );
    const beside = await meter.p99();
    faults.clear();
    const statuses = new Set((await Promise.all(guesses)).map(({ status }) => status));
    assert.ok(
      [...statuses].every((status) => status === 401 || status === 429),
      [...statuses].join(),
    );
    await Promise.all(pushes);
    return { quiet, beside };
  });
  const lost = await trial.lostAlsoAfterKill();
  trial.report({
    fault: name,
    before: 0,
    during: trial.acknowledged.count,
    lost: lost.length,
    pulls: `${ratio.toFixed(1)}×`,
    recovered: 'nothing failed',
  });
  assert.deepEqual(lost, []);
  requireRatio(ratio);
});
