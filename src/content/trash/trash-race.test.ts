// Restores and purges against pushes and pulls of the same, on PostgreSQL by another instance.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import { requireDigest } from '../../lib/oci/digest.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { deleteArtifact } from '../artifacts/delete-artifact.ts';
import { findLinkedBlob } from '../blobs/blob-reads.ts';
import { openBlob } from '../blobs/open-blob.ts';
import { findByTag } from '../tags/tag-reads.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  pushBlob,
  putManifest,
  testActor,
  type World,
} from '../testing/world.ts';
import { purgeTrash } from './purge-trash.ts';
import { restoreTrash } from './restore-trash.ts';
import { actorIn, inTrash, places, pushTexts, requireConsistent } from './testing/trash-world.ts';

const rounds = 12;
const [name] = places;

/** Two views of one registry: two instances, or twice the one. */
async function twoOf(world: World): Promise<readonly [World['deps'], World['deps']]> {
  if (world.db.dialect === 'sqlite') return [world.deps, world.deps];
  const db = await world.second();
  return [world.deps, { ...world.deps, db, instance: 'other' }];
}

/** What went wrong that is no refusal in words. */
function defects(results: readonly PromiseSettledResult<unknown>[], allowed: readonly string[]): unknown[] {
  return results.flatMap((result) =>
    result.status === 'rejected' &&
    !(result.reason instanceof AppError && allowed.includes(result.reason.code))
      ? [result.reason]
      : [],
  );
}

async function trashOne(world: World, texts: readonly string[]): Promise<{ digest: string; id: number }> {
  const digest = await pushTexts(world.deps, 'v1', texts);
  await deleteArtifact(world, { ...actorIn(name), digest: requireDigest(digest) });
  const [item] = (await inTrash(world)).slice(-1);
  return { digest, id: item?.id ?? assert.fail('nothing is in the trash') };
}

for (const dialect of dialects) {
  test(`a restore against a push of the same: one row is live, usage is exact (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const [here, there] = await twoOf(world);
    for (let round = 0; round < rounds; round += 1) {
      const texts = [`config ${round}`, 'base', `layer ${round}`];
      const { digest, id } = await trashOne(world, texts);
      const layers: { digest: string; size: number }[] = [];
      for (const bytes of texts.map((text) => Buffer.from(text)))
        layers.push({ digest: await pushBlob(there, bytes, name), size: bytes.length });
      const restored = () => restoreTrash(here, { id, actor: testActor });
      const pushed = () => putManifest(there, 'v1', imageManifest(layers), { name });
      // The one that starts later is the slower one by turns.
      const both = round % 2 === 0 ? [restored(), pushed()] : [pushed(), restored()];
      assert.deepEqual(defects(await Promise.allSettled(both), []), []);
      assert.equal((await findByTag(world.db.reader, name, 'v1'))?.digest, digest);
      await requireConsistent(world);
    }
  });

  test(`a restore against a push of the tag: it stands for the one or the other (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const [here, there] = await twoOf(world);
    for (let round = 0; round < rounds; round += 1) {
      const { id } = await trashOne(world, [`config ${round}`, 'base']);
      const pushed = pushTexts(there, 'v1', [`other ${round}`, 'base']);
      const results = await Promise.allSettled([restoreTrash(here, { id, actor: testActor }), pushed]);
      assert.deepEqual(defects(results, ['CONFLICT']), []);
      assert.equal((await findByTag(world.db.reader, name, 'v1'))?.digest, await pushed);
      await requireConsistent(world);
      await deleteArtifact(world, { ...actorIn(name), digest: requireDigest(await pushed) });
    }
  });

  test(`a purge against pushes and pulls of the same blobs: what was acknowledged is whole (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const [here, there] = await twoOf(world);
    for (let round = 0; round < rounds; round += 1) {
      const texts = [`config ${round}`, `layer ${round}`];
      const { id } = await trashOne(world, texts);
      const layer = digestOf(Buffer.from(`layer ${round}`));
      const pushed = pushTexts(there, `p${round}`, [`new ${round}`, ...texts]);
      const pull = async () => {
        const found = await findLinkedBlob(there.db.reader, name, layer);
        if (found !== undefined) (await openBlob(there, found)).close();
      };
      const results = await Promise.allSettled([
        purgeTrash(here, { id, actor: testActor, why: 'asked' }),
        pushed,
        pull(),
        pushTexts(there, `q${round}`, texts, places[1]),
      ]);
      assert.deepEqual(defects(results, ['MANIFEST_BLOB_UNKNOWN']), []);
      if (results[1].status === 'rejected') await pushTexts(there, `p${round}`, [`new ${round}`, ...texts]);
      await requireConsistent(world);
    }
  });

  test(`a restore against a purge of the same: one of them has it (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const [here, there] = await twoOf(world);
    for (let round = 0; round < rounds; round += 1) {
      const { id, digest } = await trashOne(world, [`config ${round}`, 'base']);
      const results = await Promise.allSettled([
        restoreTrash(here, { id, actor: testActor }),
        purgeTrash(there, { id, actor: testActor, why: 'asked' }),
      ]);
      assert.deepEqual(defects(results, ['NOT_FOUND']), []);
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      const restored = results[0].status === 'fulfilled';
      assert.equal((await findByTag(world.db.reader, name, 'v1'))?.digest, restored ? digest : undefined);
      await requireConsistent(world);
    }
  });
}
