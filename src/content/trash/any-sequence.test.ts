// Whatever is pushed, deleted, restored and purged in whatever order: usage stays exact, and all that is live is whole.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededChance } from '../../lib/chance.testing.ts';
import { AppError } from '../../lib/errors.ts';
import { requireDigest } from '../../lib/oci/digest.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { requireTag } from '../../lib/oci/tag.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { deleteArtifact } from '../artifacts/delete-artifact.ts';
import { deleteRepository } from '../artifacts/delete-repository.ts';
import { deleteWithDependents } from '../artifacts/delete-with-dependents.ts';
import { deleteTag } from '../tags/delete-tag.ts';
import { openWorld, putManifest, testActor, type World } from '../testing/world.ts';
import { purgeTrash } from './purge-trash.ts';
import { restoreTrash } from './restore-trash.ts';
import {
  actorIn,
  inTrash,
  places,
  pushTexts,
  referenceOf,
  requireConsistent,
} from './testing/trash-world.ts';

const sequences = 4;
const steps = 80;
const images = [
  ['config a', 'base', 'a'],
  ['config b', 'base', 'b'],
  ['config c', 'base', 'middle'],
  ['config d', 'middle'],
] as const;
const tags = ['v1', 'v2', 'v3'] as const;
/** What somebody may be told; anything else is a defect. */
const refusals = [
  'CONFLICT',
  'NOT_FOUND',
  'MANIFEST_UNKNOWN',
  'UNSUPPORTED',
  'ARTIFACT_IN_USE',
  'MANIFEST_BLOB_UNKNOWN',
];

interface Walk {
  readonly world: World;
  readonly chance: ReturnType<typeof seededChance>;
  readonly done: string[];
}

async function digestsIn({ db }: World, name: string): Promise<string[]> {
  const rows = await db.reader.builder
    .selectFrom('live_artifact')
    .innerJoin('live_repository', 'live_repository.id', 'live_artifact.repository_id')
    .select('live_artifact.digest')
    .where('live_repository.full_name', '=', name)
    .orderBy('live_artifact.digest')
    .execute();
  return rows.map(({ digest }) => digest);
}

/** Of up to two artifacts that the repository holds. */
async function pushIndex({ world, chance }: Walk, name: string, tag: string): Promise<void> {
  const held = await digestsIn(world, name);
  const manifests = [];
  for (const digest of new Set(held.length === 0 ? [] : [chance.pick(held), chance.pick(held)]))
    manifests.push({ mediaType: mediaTypes.ociManifest, digest, size: 1 });
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
  await putManifest(world.deps, tag, Buffer.from(JSON.stringify(index)), { name, type: mediaTypes.ociIndex });
}

async function step(walk: Walk): Promise<void> {
  const { world, chance, done } = walk;
  const name = chance.pick(places);
  const tag = chance.pick(tags);
  const where = actorIn(name);
  const [items, held] = [await inTrash(world), await digestsIn(world, name)];
  const what = chance.pick([
    'push',
    'push',
    'index',
    'tag',
    'digest',
    'image',
    'repository',
    'restore',
    'restore',
    'purge',
  ]);
  done.push(`${what} ${name}:${tag}`);
  const item = items.length === 0 ? undefined : chance.pick(items);
  if (what === 'push') await pushTexts(world.deps, tag, chance.pick(images), name);
  if (what === 'index') await pushIndex(walk, name, tag);
  if (what === 'tag') await deleteTag(world, { ...where, tag: requireTag(tag) });
  if (what === 'digest' && held.length > 0)
    await deleteArtifact(world, { ...where, digest: requireDigest(chance.pick(held)) });
  if (what === 'image') await deleteWithDependents(world, { ...where, reference: referenceOf(tag) });
  if (what === 'repository' && chance.whole(3) === 0) await deleteRepository(world, where);
  if (item === undefined) return;
  if (what === 'restore') await restoreTrash(world, { id: item.id, actor: testActor });
  if (what === 'purge') await purgeTrash(world.deps, { id: item.id, actor: testActor, why: 'asked' });
}

for (const dialect of dialects)
  for (let seed = 1; seed <= sequences; seed += 1)
    test(`any sequence keeps usage exact and what is live whole (${dialect}, ${seed})`, async () => {
      await using world = await openWorld({ dialect });
      const walk = { world, chance: seededChance(seed), done: [] };
      let refused = 0;
      for (let at = 0; at < steps; at += 1) {
        try {
          await step(walk);
        } catch (error) {
          assert.ok(
            error instanceof AppError && refusals.includes(error.code),
            `${walk.done.join('\n')}\n${String(error)}`,
          );
          refused += 1;
        }
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
        .select('blob_id')
        .where('hidden', '=', 1)
        .execute();
      assert.deepEqual([dead, hidden], [[], []]);
    });
