// The limits of what one client may have at once: what it is told beyond them, and that others do not notice.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { digestOf, imageOf, seededBytes } from '../harness/image.ts';
import { RawConnection } from '../harness/raw-connection.ts';
import { type Answer, expectError, expectStatus, locationOf } from '../harness/registry-client.ts';
import { makeProject } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start({
  args: ['--open-uploads', '20', '--client-requests', '18', '--client-connections', '60'],
});
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
await makeProject(admin, 'own');
await addUsers(server, ['ann', 'bob']);
for (const username of ['ann', 'bob'])
  await grantRole(server, { username, role: 'maintainer', place: 'own' });
const [ann, bob] = ['ann', 'bob'].map((username) => server.client({ username, password }));
assert.ok(ann !== undefined && bob !== undefined);
const uploads = '/v2/own/app/blobs/uploads/';

function expectTooMany(answer: Answer, message: RegExp): void {
  assert.match(expectError(answer, 429, 'TOOMANYREQUESTS').message, message);
  assert.ok(Number(answer.headers['retry-after']) >= 1);
}

test('an account with too many unfinished uploads begins no more, until it ends one', async () => {
  const begun = await Promise.all(Array.from({ length: 30 }, () => ann.call('POST', uploads, { body: '' })));
  const [taken, refused] = [202, 429].map((status) => begun.filter((each) => each.status === status));
  assert.deepEqual([taken?.length, refused?.length], [20, 10]);
  for (const each of refused ?? []) expectTooMany(each, /20 unfinished uploads/);
  const bytes = seededBytes('whole', 100);
  expectTooMany(
    await ann.call('POST', `${uploads}?digest=${digestOf(bytes)}`, { body: bytes }),
    /unfinished/,
  );
  await bob.pushImage('own/app', 'v1', imageOf({ seed: 'bob' }));
  const [first, second, ...rest] = (taken ?? []).map((each) => locationOf(each));
  assert.ok(first !== undefined && second !== undefined);
  expectStatus(await ann.finishUpload(first, digestOf(bytes), bytes), 201);
  expectStatus(await ann.delete(second), 204);
  await ann.pushImage('own/app', 'v2', imageOf({ seed: 'ann' }));
  for (const each of rest) expectStatus(await ann.delete(each), 204);
});

test('a client with too many requests at once is told so, and another account is served', async () => {
  const basic = Buffer.from(`ann:${password}`).toString('base64');
  const head = `Host: a\r\nAuthorization: Basic ${basic}\r\n`;
  const bytes = seededBytes('never ends', 1000);
  const held: RawConnection[] = [];
  try {
    for (let at = 0; at < 18; at++) {
      const connection = RawConnection.open(server.port);
      held.push(connection);
      // A first answer, behind which the connection is the account's.
      connection.send(`GET /v2/own/app/tags/list HTTP/1.1\r\n${head}\r\n`);
      await connection.until(/ 200 OK/);
      const location = await ann.startUpload('own/app');
      connection.send(
        `PATCH ${location} HTTP/1.1\r\n${head}Content-Length: ${bytes.length}\r\nX-Request-Id: held\r\n\r\nbegin`,
      );
    }
    const tooMany = RawConnection.open(server.port);
    held.push(tooMany);
    tooMany.send(`GET /v2/own/app/tags/list HTTP/1.1\r\n${head}\r\n`);
    await tooMany.until(/ 200 OK/);
    tooMany.received = '';
    const told = await waitUntil('the refusal', async () => {
      tooMany.send(`GET /v2/own/app/tags/list HTTP/1.1\r\n${head}\r\n`);
      const text = await tooMany.until(/HTTP\/1\.1 \d+/);
      return text.includes(' 429 ') ? text : undefined;
    });
    assert.match(told, /Retry-After: \d+\r\n/);
    expectStatus(await bob.get('/v2/own/app/tags/list'), 200);
  } finally {
    for (const connection of held) connection[Symbol.dispose]();
  }
  await waitUntil('ann is served again', async () => (await ann.get('/v2/own/app/tags/list')).status === 200);
});

test('an address with too many connections gets no further ones, and one that closes makes room', async () => {
  const open: RawConnection[] = [];
  const get = 'GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  try {
    for (let at = 0; at < 60; at++) open.push(RawConnection.open(server.port));
    const told = await waitUntil('the refusal', async () => {
      using surplus = RawConnection.open(server.port);
      surplus.send(get);
      const text = await surplus.until(/HTTP\/1\.1 \d+[^]*\}/);
      return text.includes(' 429 ') ? text : undefined;
    });
    assert.match(told, /Retry-After: \d+\r\n[^]*too many connections of this address/);
  } finally {
    for (const connection of open) connection[Symbol.dispose]();
  }
  await waitUntil('room', async () => {
    using connection = RawConnection.open(server.port);
    return (await connection.send(get).until(/HTTP\/1\.1 \d+/)).includes(' 200 ');
  });
});
