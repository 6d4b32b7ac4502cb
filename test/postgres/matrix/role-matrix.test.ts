// The same roles on two instances of one database, each request at the other one than the last.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, createProject, grantRole } from '../../harness/accounts.ts';
import { berth } from '../../harness/berth-command.ts';
import { HttpProxy } from '../../harness/http-proxy.ts';
import { attemptsText, tryMatrix } from '../../harness/role-matrix.ts';
import { password } from '../../harness/start-server.ts';
import { SharedDatabase } from '../two-servers.ts';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const first = await database.start('one');
const second = await database.start('two');

test('each role may do what the matrix says on two instances taking turns', async (t) => {
  await createProject(first, 'matrix');
  await using proxy = await HttpProxy.start({ ports: [first.port, second.port] });
  t.diagnostic(attemptsText(await tryMatrix(first, proxy.port)));
});

test('a role that one instance takes back is refused by the other with the next request', async () => {
  await createProject(first, 'shared');
  await addUsers(first, ['quick']);
  const quick = second.client({ username: 'quick', password });
  const push = async (): Promise<number> =>
    (await quick.call('POST', '/v2/shared/app/blobs/uploads/', { body: '' })).status;
  assert.equal(await push(), 404);
  await grantRole(first, { username: 'quick', role: 'developer', place: 'shared' });
  assert.equal(await push(), 202);
  const { code } = await berth(['access', 'revoke', 'quick', 'developer', 'shared', '--data', first.data]);
  assert.equal(code, 0);
  assert.equal(await push(), 404);
});
