// Whatever is pushed, copied, moved, deleted, restored and purged in whatever order, in two projects: usage stays exact, and all
// that is live is whole.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededChance } from '../../lib/chance.testing.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { openWorld, testActor } from '../testing/world.ts';
import { purgeTrash } from './purge-trash.ts';
import { inTrash, requireConsistent } from './testing/trash-world.ts';
import { addSecondProject, walkOn } from './testing/walk.ts';

const sequences = 4;
const steps = 80;

for (const dialect of dialects)
  for (let seed = 1; seed <= sequences; seed += 1)
    test(`any sequence keeps usage exact and what is live whole (${dialect}, ${seed})`, async () => {
      await using world = await openWorld({ dialect });
      await addSecondProject(world);
      const walk = { world, chance: seededChance(seed), done: [], unlinked: new Set<string>() };
      let refused = 0;
      for (let at = 0; at < steps; at += 1) {
        if (!(await walkOn(walk))) refused += 1;
        await requireConsistent(world);
      }
      assert.ok(refused < steps / 2, `${refused} of ${steps} steps did nothing`);
      for (const { id } of (await inTrash(world)).toReversed())
        if ((await inTrash(world)).some((item) => item.id === id))
          await purgeTrash(world.deps, { id, actor: testActor, why: 'asked' });
      await requireConsistent(world);
      const { builder } = world.db.reader;
      const dead = await builder
        .selectFrom('artifact')
        .select('id')
        .where('deleted_at', 'is not', null)
        .execute();
      const hidden = await builder
        .selectFrom('blob_link')
        .innerJoin('blob', 'blob.id', 'blob_link.blob_id')
        .select('digest')
        .where('hidden', '=', 1)
        .execute();
      const kept = hidden.filter(({ digest }) => !walk.unlinked.has(digest));
      assert.deepEqual([dead, kept], [[], []]);
    });
