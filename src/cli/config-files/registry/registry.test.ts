import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Refused } from '../../client/refused.ts';
import { RestClient } from '../../client/rest-client.ts';
import { Registry } from './registry.ts';

test('a server that names a project as no project is named writes no file beside the folder', async () => {
  const names = ['pay'];
  await using server = createServer((_, response) => {
    response.end(JSON.stringify(names.map((name, index) => ({ project_id: index + 1, name }))));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const client = new RestClient(
    { url, authorities: undefined, authorization: undefined },
    (problem) => problem,
  );
  assert.equal((await new Registry(client).projects()).length, 1);
  for (const name of ['../.gitlab-ci', '../../x', '.hidden', 'a/b', '']) {
    names[1] = name;
    await assert.rejects(new Registry(client).projects(), Refused, name);
  }
  server.closeAllConnections();
});
