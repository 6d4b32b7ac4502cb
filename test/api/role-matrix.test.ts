// All roles against every operation of the distribution API and what Harbor's API has for each permission, over sockets.

import { after, test } from 'node:test';
import { createProject } from '../harness/accounts.ts';
import { attemptsText, tryMatrix } from '../harness/role-matrix.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());

test('each role may do what the matrix says, by each way to come by it, with a password and with a token', async (t) => {
  await createProject(server, 'matrix');
  t.diagnostic(attemptsText(await tryMatrix(server)));
});
