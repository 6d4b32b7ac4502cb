// Whatever is pushed, copied, moved, deleted, restored and purged in whatever order: a run of the garbage collection frees what its
// plan said, to the byte, and leaves all that is live whole.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededChance } from '../../lib/chance.testing.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { copyManifests } from '../artifacts/copy-manifests.ts';
import { openWorld, pushBlob, storeKinds, type World } from '../testing/world.ts';
import { inTrash, places, requireConsistent } from '../trash/testing/trash-world.ts';
import { addSecondProject, walkOn } from '../trash/testing/walk.ts';
import { collect, plan } from './testing/collect.ts';

const sequences = 3;
const steps = 60;

async function storedBytes({ store }: World): Promise<number> {
  let bytes = 0;
  for (const folder of ['docker', 'berth'])
    for await (const { sizeBytes } of store.list(folder)) bytes += sizeBytes;
  return bytes;
}

for (const dialect of dialects)
  for (const store of storeKinds)
    for (let seed = 1; seed <= sequences; seed += 1)
      test(`a run frees to the byte what its plan said, after any sequence (${dialect}, ${store}, ${seed})`, async () => {
        await using world = await openWorld({ dialect, store });
        await addSecondProject(world);
        const walk = { world, chance: seededChance(seed), done: [], unlinked: new Set<string>() };
        let freed = 0;
        for (let at = 0; at < steps; at += 1) {
          await walkOn(walk);
          if (walk.chance.whole(8) === 0)
            await pushBlob(world.deps, Buffer.from(`nobody needs ${at}`), walk.chance.pick(places));
          if (at % 6 !== 5) continue;
          await copyManifests(world.deps);
          const purgeTrash = walk.chance.whole(2) === 0;
          const input = { purgeTrash, deleteUntagged: purgeTrash && walk.chance.whole(2) === 0 };
          const planned = await plan(world, input);
          const before = await storedBytes(world);
          const { bytes, blobs, manifests, links, failed } = await collect(world, input);
          assert.deepEqual(
            { bytes, blobs, manifests, links, failed },
            {
              bytes: planned.bytes,
              blobs: planned.blobs,
              manifests: planned.manifests,
              links: planned.links,
              failed: 0,
            },
          );
          assert.equal(before - (await storedBytes(world)), bytes);
          freed += bytes;
          await requireConsistent(world);
          if (input.purgeTrash) assert.deepEqual(await inTrash(world), []);
          assert.deepEqual([(await plan(world)).bytes, (await collect(world)).bytes], [0, 0]);
        }
        assert.ok(freed > 0, 'nothing was garbage');
      });
