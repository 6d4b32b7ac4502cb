// A sign-in by cookie at one instance counts at every other, and so does its end.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUser } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { type Answer, expectStatus } from '../harness/registry-client.ts';
import { projects, sendJson } from '../harness/rest.ts';
import { type BerthServer, password } from '../harness/start-server.ts';
import { SharedDatabase } from './two-servers.ts';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const first = await database.start('one');
const second = await database.start('two');
const current = '/api/v2.0/users/current';

interface Browser {
  readonly Cookie: string;
  readonly 'X-Harbor-CSRF-Token': string;
}

async function signIn(server: BerthServer, principal: string): Promise<Browser> {
  const answer: Answer = await server.client(null).call('POST', '/c/login', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ principal, password }).toString(),
  });
  expectStatus(answer, 200);
  const cookies: unknown = answer.headers['set-cookie'];
  assert.ok(Array.isArray(cookies));
  return {
    Cookie: cookies.map((cookie) => String(cookie).split(';')[0]).join('; '),
    'X-Harbor-CSRF-Token': String(answer.headers['x-harbor-csrf-token']),
  };
}

async function statusAt(server: BerthServer, { Cookie }: Browser): Promise<number> {
  return (await server.client(null).get(current, { Cookie })).status;
}

test('a session and its token of one instance are good at the other', async () => {
  const browser = await signIn(first, 'admin');
  assert.equal(await statusAt(second, browser), 200);
  const made = await sendJson(
    second.client(null),
    'POST',
    projects,
    { project_name: 'there' },
    { ...browser },
  );
  expectStatus(made, 201);
});

test('a session that ends at one instance has ended at the other with the next request', async () => {
  const browser = await signIn(first, 'admin');
  expectStatus(await second.client(null).get('/c/log_out', { Cookie: browser.Cookie }), 200);
  assert.equal(await statusAt(first, browser), 401);
  await addUser(first, { username: 'fay', password });
  const fays = await signIn(second, 'fay');
  assert.equal(await statusAt(second, fays), 200);
  const { code } = await berth(['user', 'disable', 'fay', '--data', first.data]);
  assert.equal(code, 0);
  assert.equal(await statusAt(second, fays), 401);
});
