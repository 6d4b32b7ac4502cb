// A device begins at one instance, a person answers at another, the token is had at either, once.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUser } from '../harness/accounts.ts';
import { type Answer, expectStatus } from '../harness/registry-client.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { type BerthServer, password } from '../harness/start-server.ts';
import { SharedDatabase } from './two-servers.ts';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const first = await database.start('one');
const second = await database.start('two');
await addUser(first, { username: 'ann', password });
const base = '/api/berth/v1/device';

test('codes of one instance are answered at the other, and the token is given once over both', async () => {
  const begun = jsonOf<{ device_code: string; user_code: string }>(
    await sendJson(first.client(null), 'POST', `${base}/code`, { name: 'laptop' }),
  );
  const ann = second.client({ username: 'ann', password });
  expectStatus(await sendJson(ann, 'PUT', `${base}/requests/${begun.user_code}`, { approve: true }), 200);
  const poll = (server: BerthServer): Promise<Answer> =>
    sendJson(server.client(null), 'POST', `${base}/token`, { device_code: begun.device_code });
  const answers = await Promise.all([first, second, first, second].map(poll));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.equal(answers.filter(({ status }) => status === 400).length, 3);
});

test('who tries codes through at one instance waits at the other', async () => {
  const ann = (server: BerthServer) => server.client({ username: 'ann', password });
  const look = (server: BerthServer, last: string): Promise<Answer> =>
    ann(server).get(`${base}/requests/BBBB-BBB${last}`);
  for (const last of ['B', 'C', 'D', 'F', 'G', 'H']) await look(first, last);
  expectStatus(await look(second, 'J'), 429);
});
