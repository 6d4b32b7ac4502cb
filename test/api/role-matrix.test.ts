// Harbor's roles against every operation of the distribution API, over sockets.

import { after, test } from 'node:test';
import { createProject } from '../harness/accounts.ts';
import { tryMatrix } from '../harness/role-matrix.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());

test('each role may do what it may in Harbor, with a password and with a token', async (t) => {
  await createProject(server, 'matrix');
  t.diagnostic(`${await tryMatrix(server)} attempts`);
});
