// Several servers on one database tell in health and in the metrics how busy each of them is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf } from '../harness/rest.ts';
import type { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase } from './two-servers.ts';

interface Told {
  readonly instances: readonly { readonly name: string; readonly requests_per_minute: number }[];
  readonly totals: {
    readonly instances: number;
    readonly requests_per_minute: number;
    readonly database_connections_max: number;
  };
}

async function toldBy(server: BerthServer): Promise<Told> {
  return jsonOf<Told>(await server.client().get('/api/v2.0/health'));
}

test('three servers list each other; one that was killed is gone within 40 s, one that stops at once', async (t) => {
  await using database = await SharedDatabase.create();
  const one = await database.start('one');
  const two = await database.start('two');
  const three = await database.start('three');
  for (const each of [one, two, three]) {
    const { instances, totals } = await toldBy(each);
    assert.equal(instances.length, 3);
    assert.equal(totals.instances, 3);
    assert.ok(totals.database_connections_max > 0);
  }
  const client = two.client(null);
  const told = await waitUntil(
    'the load of the second one, told by the first one',
    async () => {
      for (let each = 0; each < 50; each++) expectStatus(await client.get('/livez'), 200);
      const now = await toldBy(one);
      return now.totals.requests_per_minute > 0 && now;
    },
    60_000,
  );
  const sum = told.instances.reduce((all, each) => all + each.requests_per_minute, 0);
  assert.equal(told.totals.requests_per_minute, sum);
  const killedAt = performance.now();
  await three.kill();
  await waitUntil('two of them', async () => (await toldBy(one)).instances.length === 2, 60_000);
  const seconds = (performance.now() - killedAt) / 1000;
  t.diagnostic(`the killed one was gone after ${seconds.toFixed(1)} s`);
  assert.ok(seconds <= 40, `${seconds} s`);
  const metrics = (await one.client().get('/metrics')).body.toString();
  assert.match(metrics, /^berth_instances\{version="[^"]+"\} 2$/m);
  assert.equal(metrics.match(/^berth_instance_leases_held\{/gm)?.length, 2);
  assert.match(metrics, /^berth_database_connections_max [1-9]/m);
  const others = (await two.client().get('/metrics')).body.toString();
  for (const ofAll of [
    'berth_instances',
    'harbor_project_count',
    'registry_storage_size_bytes',
    'harbor_up',
  ]) {
    assert.match(metrics, new RegExp(`^${ofAll}[ {]`, 'm'));
    assert.doesNotMatch(others, new RegExp(`^${ofAll}[ {]`, 'm'), 'a sum over instances counts it once');
  }
  assert.match(others, /^harbor_core_http_request_total\{/m);
  await two.stop();
  assert.equal((await toldBy(one)).instances.length, 1);
});
