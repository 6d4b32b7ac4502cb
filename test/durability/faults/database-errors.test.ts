// The database's files fail: the server no longer knows what is on the disk, so it ends, and starts again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BerthServer } from '../../harness/start-server.ts';
import { type Fault, FaultInjector } from './fault-injector.ts';
import { FaultTrial } from './fault-trial.ts';

const ending: readonly (readonly [string, Fault])[] = [
  [
    'a flush of the log of the database fails once',
    { call: 'sync', path: '/berth.db-wal$', code: 'EIO', times: 1 },
  ],
  [
    'a write of the log of the database fails once',
    { call: 'write', path: '/berth.db-wal$', code: 'EIO', times: 1 },
  ],
  [
    'a sync of the database in a checkpoint fails once',
    { call: 'sync', path: '/berth.db$', code: 'EIO', times: 1 },
  ],
];

for (const [name, fault] of ending) {
  test(`the server ends with code 11, and a restart finds all that was acknowledged: ${name}`, async () => {
    const faults = new FaultInjector();
    await using server = await BerthServer.start({ env: faults.env });
    const trial = new FaultTrial(server);
    for (let count = 0; count < 3; count++) await trial.mustPush();
    const before = trial.acknowledged.count;
    const outcome = await trial.untilCut(() => faults.set([fault]), server.ended);
    const during = trial.acknowledged.count - before;
    assert.equal(outcome.code, 11, outcome.stderr);
    assert.match(outcome.stderr, /^berth: .*; start it again$/m);
    assert.match(outcome.stderr.slice(-3000), /EIO|I\/O error/);
    assert.equal(faults.hits.length, 1);
    faults.clear();
    const begun = performance.now();
    await server.restart();
    const restartedMs = performance.now() - begun;
    await trial.mustPush();
    const lost = await trial.lostAlsoAfterKill();
    trial.report({
      fault: name,
      before,
      during,
      lost: lost.length,
      pulls: `end with the process`,
      recovered: `exit code 11, ready again ${Math.round(restartedMs)} ms after its start`,
    });
    assert.deepEqual(lost, []);
  });
}

test('a write of the database that finds no room is the client’s 507, and the server goes on', async () => {
  const faults = new FaultInjector();
  await using server = await BerthServer.start({ env: faults.env });
  await new FaultTrial(server).run({
    name: 'ENOSPC on every write of the log of the database',
    begin: () => faults.set([{ call: 'write', path: '/berth.db-wal$', code: 'ENOSPC' }]),
    end: () => faults.clear(),
    statuses: [507],
    told: /the disk of the database is full/,
    recovered: 'by the next push',
  });
});
