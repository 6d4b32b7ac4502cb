import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { plantCutOffDeletion } from '../harness/plant-cut-off-deletion.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

test('a deletion of a repository that a crash cut off is brought to its end by the next start', async () => {
  await using server = await BerthServer.start();
  const client = server.client();
  const project = await makeProject(client, 'cut');
  const usedBytes = async (): Promise<number> =>
    jsonOf<{ used: { storage: number } }>(await client.get(`/api/v2.0/quotas/${project}`)).used.storage;
  await client.pushImage('cut/app', 'v1', imageOf({ seed: 'cut off' }));
  assert.ok((await usedBytes()) > 0);
  await server.stop();
  plantCutOffDeletion(server.data, 'cut/app');
  await server.restart();
  expectStatus(await client.get('/v2/cut/app/manifests/v1'), 404);
  await waitUntil('nothing is charged any more', async () => ((await usedBytes()) === 0 ? true : undefined));
});
