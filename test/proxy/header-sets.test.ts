// The table of what proxies send, row by row at a started server.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { BerthServer } from '../harness/start-server.ts';
import { headerSets } from './header-sets.table.ts';

const trusting = await BerthServer.start({ args: ['--trusted-proxies', '127.0.0.1,10.0.0.0/8,fd00::/8'] });
const strict = await BerthServer.start();
after(() => Promise.all([trusting[Symbol.asyncDispose](), strict[Symbol.asyncDispose]()]));

interface Seen {
  readonly client: unknown;
  readonly realm: string | undefined;
}

async function ask(server: BerthServer, headers: Readonly<Record<string, string>>): Promise<Seen> {
  const answer = await server.client(null).get('/v2/', headers);
  const id = answer.headers['x-request-id'];
  const line = await server.logged(({ msg, request }) => msg === 'request' && request === id);
  const realm = /realm="([^"]+)"/.exec(String(answer.headers['www-authenticate']))?.[1];
  return { client: line['address'], realm };
}

for (const { proxy, headers, client = '203.0.113.9', origin = 'https://registry.example' } of headerSets) {
  test(`from a trusted address: ${proxy}`, async () => {
    assert.deepEqual(await ask(trusting, headers), { client, realm: `${origin}/service/token` });
  });

  test(`from any other address nothing of it counts: ${proxy}`, async () => {
    const realm = `http://${headers['host']}/service/token`;
    assert.deepEqual(await ask(strict, headers), { client: '127.0.0.1', realm });
  });
}
