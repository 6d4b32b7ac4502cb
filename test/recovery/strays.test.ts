// A database that knows nothing on a full storage, and a storage whose marker goes: a search for strays removes nothing.

import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { berth } from '../harness/berth-command.ts';
import { hasStatus, jobOf } from '../harness/held-verification.ts';
import { imageOf } from '../harness/image.ts';
import { listing } from '../harness/listing.ts';
import type { RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';

const folder = temporaryFolder();
after(() => removeFolder(folder));
const storage = join(folder, 'storage');
const strays = '/api/berth/v1/storage/strays';

const start = (data: string): Promise<BerthServer> =>
  BerthServer.start({ folder, data: join(folder, data), storage, env: { BERTH_GC_WINDOW: '0s' } });

async function search(client: RegistryClient): Promise<number> {
  const answer = await sendJson(client, 'POST', '/api/berth/v1/storage/reconciliations', {});
  return jsonOf<{ job_id: number }>(answer, 202).job_id;
}

const objects = (): string[] => listing(join(storage, 'docker'));

test('an empty database that took a full storage over finds that all of it is strays, and removes none', async () => {
  {
    await using server = await start('first');
    await server.client().pushImage('team', '1', imageOf({ seed: 'first', layers: [2000, 3000] }));
    await server.stop();
  }
  rmSync(join(folder, 'first'), { recursive: true });
  rmSync(join(storage, 'berth/snapshots'), { recursive: true, force: true });
  const before = objects();
  const place = ['--data', join(folder, 'empty'), '--storage', storage];
  const { code, stderr } = await berth(['storage', 'adopt', '--yes', ...place], {
    env: { BERTH_ADMIN_PASSWORD: password },
  });
  assert.equal(code, 0, stderr);
  await using server = await start('empty');
  const client = server.client();
  const { result } = await hasStatus(client, await search(client), 'Success');
  assert.ok(result['strays'] !== undefined && result['strays'] >= 3);
  assert.equal(result['strays'], result['objects']);
  const { plan, refused } = jsonOf<{ plan: string; refused: string }>(await client.get(`${strays}/plan`));
  assert.match(refused, /nothing is removed/);
  const removing = await sendJson(client, 'POST', `${strays}/removals`, { plan });
  expectRefusal(removing, 412, 'PRECONDITION');
  assert.deepEqual(objects(), before);

  const marker = join(storage, 'berth-store.json');
  renameSync(marker, `${marker}.away`);
  const { id, status_message: why } = await hasStatus(client, await search(client), 'Error');
  assert.match(why ?? '', /the storage is not the one this registry belongs to/);
  renameSync(`${marker}.away`, marker);
  assert.deepEqual((await jobOf(client, id)).result, {});
  assert.deepEqual(objects(), before);
});
