import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { RestClient } from '../client/rest-client.ts';
import type { Item } from './item.ts';
import { callerOf, keeper } from './keeper.ts';
import { Registry } from './registry/registry.ts';

test('a robot that prunes keeps itself, and no other robot', async () => {
  await using server = createServer(({ url }, response) => {
    const isRobot = url === '/api/berth/v1/robots/current';
    response.statusCode = isRobot ? 200 : 412;
    response.end(JSON.stringify(isRobot ? { id: 7, name: 'robot$pay+deploy' } : { errors: [] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const client = new RestClient(
    { url, authorities: undefined, authorization: undefined },
    (problem) => problem,
  );
  const caller = await callerOf(client);
  server.closeAllConnections();
  const kept = keeper(new Registry(client), caller);
  const robot = (name: string, id: number): Item => ({
    kind: 'robot',
    place: 'project pay',
    name,
    fields: { name },
    id,
  });
  assert.equal(kept(robot('deploy', 7)), 'own access');
  assert.equal(kept(robot('ci', 8)), undefined);
});
