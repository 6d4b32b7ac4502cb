import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { digestOf, imageManifest, openWorld, pushBlob, putManifest, type World } from '../testing/world.ts';

const setState = (world: World, digest: string, state: 'deleting' | 'condemned') =>
  world.db.transaction((tx) =>
    tx.builder.updateTable('blob').set({ state }).where('digest', '=', digest).execute(),
  );

for (const dialect of dialects) {
  test(`${dialect}: a manifest whose bytes are being deleted is taken as soon as they are gone`, async () => {
    await using world = await openWorld({ dialect });
    const config = Buffer.from('{}');
    const manifest = imageManifest([{ digest: await pushBlob(world.deps, config), size: config.length }]);
    const digest = digestOf(manifest);
    await putManifest(world.deps, 'v1', manifest);
    await setState(world, digest, 'deleting');
    let answered = false;
    const again = putManifest(world.deps, 'v2', manifest).finally(() => {
      answered = true;
    });
    await delay(100);
    assert.equal(answered, false);
    await setState(world, digest, 'condemned');
    assert.equal(await again, digest);
  });
}
