// A collection against pushes, mounts and questions of the same, on PostgreSQL by another instance: whatever is acknowledged is whole.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import { requireDigest } from '../../lib/oci/digest.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { deleteArtifact } from '../artifacts/delete-artifact.ts';
import { findLinkedBlob } from '../blobs/blob-reads.ts';
import { mountBlob } from '../blobs/mount-blob.ts';
import { keepLink } from '../repositories/keep-link.ts';
import { stopsBeforeCommit } from '../testing/stops-before-commit.ts';
import { digestOf, imageManifest, openWorld, pushBlob, putManifest, type World } from '../testing/world.ts';
import { actorIn, inTrash, places, pushTexts, requireConsistent } from '../trash/testing/trash-world.ts';
import { collect } from './testing/collect.ts';

const [here, there] = places;
const layer = Buffer.from('layer');
const layers = [{ digest: digestOf(layer), size: layer.length }];
const rounds = 10;

/** Another instance, or twice the one. */
async function other(world: World): Promise<World['deps']> {
  return world.db.dialect === 'sqlite'
    ? world.deps
    : { ...world.deps, db: await world.second(), instance: 'other' };
}

async function isServed(world: World, name: string): Promise<boolean> {
  const found = await findLinkedBlob(world.db.reader, name, digestOf(layer));
  return found !== undefined && (await world.store.get(found.storageKey ?? keyOf())) !== undefined;
}

const keyOf = (): string => {
  const hex = digestOf(layer).slice('sha256:'.length);
  return `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
};

for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test(`a collection passes by what another connection is about to commit: a manifest, a mount, a push (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const second = await world.second();
    const push: readonly ((deps: World['deps']) => Promise<unknown>)[] = [
      (deps) => putManifest(deps, 'v1', imageManifest(layers), { name: here }),
      (deps) => mountBlob(deps, { ...actorIn(there), digest: digestOf(layer), sourceName: here }),
    ];
    for (const act of push) {
      await pushBlob(world.deps, layer, here);
      const stopped = stopsBeforeCommit(second);
      const acting = act({ ...world.deps, db: stopped.db });
      await stopped.open;
      await collect(world);
      stopped.commit();
      assert.notEqual(await acting, false);
      assert.equal(await isServed(world, here), true);
      await requireConsistent(world);
    }
  });

  test(`who is told that a blob is there while a collection is about to end its link is waited for (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, layer, here);
    await world.db.transaction((tx) => tx.builder.updateTable('blob_link').set({ touched_at: 0 }).execute());
    const link = (await findLinkedBlob(world.db.reader, here, digestOf(layer))) ?? assert.fail('no link');
    const stopped = stopsBeforeCommit(await world.second());
    const windowMs = 60_000;
    const told = keepLink(stopped.db, { ...link, blobId: link.id }, windowMs);
    await stopped.open;
    const collecting = collect(world, { windowMs });
    stopped.commit();
    assert.equal(await told, true);
    assert.equal((await collecting).links, 0);
    assert.equal(await isServed(world, here), true);
  });
}

for (const dialect of dialects)
  test(`collections without a window against pushes, mounts and deletions of the same break nothing that was acknowledged (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const deps = await other(world);
    let refused = 0;
    for (let round = 0; round < rounds; round += 1) {
      const texts = [`config ${round}`, 'layer', 'base'];
      const digest = await pushTexts(deps, 'old', texts, here).catch(again);
      if (digest !== undefined)
        await deleteArtifact(world, { ...actorIn(here), digest: requireDigest(digest) }).catch(again);
      const results = await Promise.allSettled([
        collect(world, { purgeTrash: true }),
        pushTexts(deps, `a${round}`, texts, here),
        pushTexts(deps, `b${round}`, ['layer', `mine ${round}`], there),
        mountBlob(deps, { ...actorIn(there), digest: digestOf(layer), sourceName: here }),
        collect({ ...world, deps, db: deps.db }, { purgeTrash: true }),
      ]);
      for (const result of results) if (result.status === 'rejected') again(result.reason);
      await requireConsistent(world);
    }
    assert.ok(refused < rounds * 3, `${refused} refusals: nothing was pushed`);
    await collect(world, { purgeTrash: true });
    await requireConsistent(world);
    assert.deepEqual(await inTrash(world), []);

    /** As a client does: what went meanwhile is pushed again. */
    function again(error: unknown): undefined {
      const codes = ['MANIFEST_BLOB_UNKNOWN', 'MANIFEST_UNKNOWN', 'BLOB_BUSY', 'NOT_FOUND'];
      assert.ok(error instanceof AppError && codes.includes(error.code), String(error));
      refused += 1;
    }
  });
