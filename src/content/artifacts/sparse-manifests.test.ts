import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { AppError } from '../../lib/errors.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { findLinkedBlob } from '../blobs/blob-reads.ts';
import { sweepSteps } from '../blobs/testing/sweep.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  pushBlob,
  putManifest,
  repositoryName,
  sha512Of,
  type World,
} from '../testing/world.ts';

const layer = pattern(2000);
const names = { sha256: digestOf(layer), sha512: sha512Of(layer) };
const other = 'library/other';

const sparseImage = (digest: string) => imageManifest([{ digest, size: layer.length }]);

/** The blob that each reference of this digest, as written, holds. */
async function holds(world: World, digest: string): Promise<(string | null)[]> {
  const found = await sql<{ digest: string | null }>`select blob.digest from reference
    left join blob on blob.id = reference.blob_id where reference.digest = ${digest}`.execute(
    world.db.reader.builder,
  );
  return found.rows.map((row) => row.digest);
}

/** Nothing but references keeps it from now on. */
async function unlinkAll(world: World): Promise<void> {
  await world.db.transaction(async (tx) => {
    for (const table of ['blob_link', 'project_blob'])
      await sql.raw(`delete from ${table}`).execute(tx.builder);
  });
}

/** A database whose next durable transaction stays open between its body and its commit. */
function stopsBeforeCommit(real: Database) {
  const open = Promise.withResolvers<void>();
  const commit = Promise.withResolvers<void>();
  const db: Database = {
    dialect: real.dialect,
    reader: real.reader,
    now: () => real.now(),
    transaction: (body, options) =>
      real.transaction(async (tx) => {
        const value = await body(tx);
        open.resolve();
        await commit.promise;
        return value;
      }, options),
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
  return { db, open: open.promise, commit: () => commit.resolve() };
}

async function standsStill(work: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([work, delay(200, 'late')])) === 'late';
}

for (const dialect of dialects) {
  for (const [algorithm, digest] of Object.entries(names)) {
    test(`${dialect}, ${algorithm}: a sparse manifest waits for its layer, which is kept for it once it is there`, async () => {
      await using world = await openWorld({ dialect });
      const bytes = sparseImage(digest);
      await assert.rejects(
        putManifest(world.deps, 'v1', bytes),
        (error) => error instanceof AppError && error.code === 'MANIFEST_BLOB_UNKNOWN',
      );
      await putManifest(world.deps, 'v1', bytes, { sparse: true });
      assert.deepEqual(await holds(world, digest), [null]);
      await pushBlob(world.deps, layer, other, digest);
      assert.deepEqual(await holds(world, digest), [names.sha256]);
      await unlinkAll(world);
      assert.equal(await sweepSteps(world, names.sha256).condemn(), false, 'a reference keeps it');
      assert.equal(await findLinkedBlob(world.db.reader, repositoryName, names.sha256), undefined);
    });

    test(`${dialect}, ${algorithm}: sparse manifest first, blob after, a sweep at every step`, async () => {
      const steps = ['condemn', 'begin', 'unlink', 'forget'] as const;
      for (let from = 0; from <= steps.length; from++) {
        await using world = await openWorld({ dialect });
        await pushBlob(world.deps, layer, other);
        await unlinkAll(world);
        const sweep = sweepSteps(world, names.sha256);
        for (const step of steps.slice(0, from)) await sweep[step]();
        await putManifest(world.deps, 'v1', sparseImage(digest), { sparse: true });
        const pushing = pushBlob(world.deps, layer, other, digest);
        for (const step of steps.slice(from)) await sweep[step]();
        await pushing;
        assert.deepEqual(await holds(world, digest), [names.sha256], `from step ${from}`);
        await unlinkAll(world);
        assert.equal(await sweepSteps(world, names.sha256).condemn(), false);
      }
    });
  }

  test(`${dialect}: an index may name children that come later, and is filled by them`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, layer);
    const child = imageManifest([{ digest: names.sha256, size: layer.length }]);
    const written = [digestOf(child), sha512Of(child)];
    const index = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociIndex,
        manifests: written.map((digest) => ({
          mediaType: mediaTypes.ociManifest,
          digest,
          size: child.length,
        })),
      }),
    );
    await putManifest(world.deps, 'multi', index, { sparse: true, type: mediaTypes.ociIndex });
    await putManifest(world.deps, sha512Of(child), child);
    for (const digest of written) assert.deepEqual(await holds(world, digest), [digestOf(child)]);
    await putManifest(world.deps, 'multi', index, { type: mediaTypes.ociIndex });
  });
}

for (const dialect of dialects.filter((each) => each === 'postgres')) {
  for (const [algorithm, digest] of Object.entries(names)) {
    test(`${dialect}, ${algorithm}: a blob that becomes known while a sparse manifest is being committed fills it`, async () => {
      await using world = await openWorld({ dialect });
      if (algorithm === 'sha512') await pushBlob(world.deps, layer, other);
      const gate = stopsBeforeCommit(world.db);
      const bytes = sparseImage(digest);
      const manifest = putManifest({ ...world.deps, db: gate.db }, 'v1', bytes, { sparse: true });
      await gate.open;
      const second = await world.second();
      const blob = pushBlob({ ...world.deps, db: second }, layer, 'library/third', digest);
      const waits = await standsStill(blob);
      gate.commit();
      await Promise.all([manifest, blob]);
      assert.ok(waits);
      assert.deepEqual(await holds(world, digest), [names.sha256]);
    });

    test(`${dialect}, ${algorithm}: a sparse manifest that comes while a blob is being committed holds it`, async () => {
      await using world = await openWorld({ dialect });
      const child = imageManifest([{ digest, size: layer.length }]);
      const written = algorithm === 'sha512' ? sha512Of(child) : digestOf(child);
      await pushBlob(world.deps, layer, repositoryName, digest);
      const gate = stopsBeforeCommit(world.db);
      const known = putManifest({ ...world.deps, db: gate.db }, written, child);
      await gate.open;
      const descriptor = { mediaType: mediaTypes.ociManifest, digest: written, size: child.length };
      const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }));
      const second = await world.second();
      const waiting = putManifest({ ...world.deps, db: second }, 'multi', index, {
        sparse: true,
        type: mediaTypes.ociIndex,
        name: other,
      });
      const waits = await standsStill(waiting);
      gate.commit();
      await Promise.all([known, waiting]);
      assert.ok(waits);
      assert.deepEqual(await holds(world, written), [digestOf(child)]);
    });
  }
}
