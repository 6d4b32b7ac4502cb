// A disk that fails, under the real server.

import { test } from 'node:test';
import { BerthServer } from '../../harness/start-server.ts';
import { FaultInjector } from './fault-injector.ts';
import { FaultTrial } from './fault-trial.ts';

test('a storage that cannot be written to refuses pushes with 503, keeps what it has and serves it', async () => {
  const faults = new FaultInjector();
  await using server = await BerthServer.start({ env: faults.env });
  await new FaultTrial(server).run({
    name: 'EIO on every write of the storage',
    begin: () => faults.set([{ call: 'write', path: '/storage/', code: 'EIO' }]),
    end: () => faults.clear(),
    statuses: [503],
    cause: /EIO/,
    recovered: 'the next push after the fault',
  });
});
