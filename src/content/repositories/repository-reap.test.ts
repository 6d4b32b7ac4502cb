import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { findLinkedBlob } from '../blobs/blob-reads.ts';
import { deleteBlob } from '../blobs/delete-blob.ts';
import { stopsBeforeCommit } from '../testing/stops-before-commit.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  testActor,
  type World,
} from '../testing/world.ts';
import { startUpload } from '../uploads/start-upload.ts';
import { reapRepositories } from './create-repository-reap.ts';
import { keepLink } from './keep-link.ts';
import { findRepositoryId } from './repository-reads.ts';

const windowMs = 2 * 60 * 60 * 1000;
const content = pattern(2000);
const digest = digestOf(content);
const manifest = imageManifest([{ digest, size: content.length }]);

/** As if all that was done so far had been done two days ago. */
async function age(world: World, what: 'all' | 'rows but links' = 'all'): Promise<void> {
  await world.db.transaction(async (tx) => {
    await tx.builder.updateTable('repository').set({ created_at: 0 }).execute();
    if (what === 'all') await tx.builder.updateTable('blob_link').set({ touched_at: 0 }).execute();
    await tx.builder.deleteFrom('upload').where('finished_digest', 'is not', null).execute();
  });
}

const exists = async (world: World, name = repositoryName): Promise<boolean> =>
  (await findRepositoryId(world.db.reader, name)) !== undefined;

async function usedBytes(world: World): Promise<number> {
  const [row] = await world.db.reader.builder.selectFrom('project_usage').select('used_bytes').execute();
  return Number(row?.used_bytes);
}

for (const dialect of dialects) {
  test(`${dialect}: a repository into which somebody only began to push ends after a day, and gives its bytes back`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content);
    await pushBlob(world.deps, content, 'library/other');
    await pushBlob(world.deps, pattern(300), 'library/other');
    assert.equal(await usedBytes(world), 2300);
    assert.equal(await reapRepositories(world.db), 0, 'it is young');
    await putManifest(world.deps, 'v1', manifest);
    await age(world);
    assert.equal(await reapRepositories(world.db), 1);
    assert.deepEqual([await exists(world), await exists(world, 'library/other')], [true, false]);
    assert.equal(await usedBytes(world), 2000 + manifest.length);
    assert.equal(await reapRepositories(world.db), 0);
    await pushBlob(world.deps, content, 'library/other');
    assert.ok(await exists(world, 'library/other'), 'its name is free');
  });

  test(`${dialect}: a hidden link is given back once`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content);
    await pushBlob(world.deps, content, 'library/other');
    await putManifest(world.deps, 'v1', manifest, { name: 'library/other' });
    await deleteBlob(world, { projectId, repositoryName, digest, actor: testActor });
    await age(world);
    assert.equal(await reapRepositories(world.db), 1);
    assert.equal(await usedBytes(world), content.length + manifest.length);
  });

  test(`${dialect}: what is pushed into, was pushed into lately or ever held a manifest stays`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content);
    await age(world, 'rows but links');
    assert.equal(await reapRepositories(world.db), 0, 'a blob was pushed within the day');
    await startUpload(world.deps, { projectId, repositoryName, principal: testActor.principal });
    await age(world);
    assert.equal(await reapRepositories(world.db), 0, 'an upload is under way');
    await world.db.transaction((tx) => tx.builder.deleteFrom('upload').execute());
    const stop = AbortSignal.abort();
    assert.equal(await reapRepositories(world.db, stop), 0);
    assert.equal(await reapRepositories(world.db), 1);
  });

  test(`${dialect}: a blob that a client was told of keeps its link, and one whose link has ended is not told of`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content);
    await age(world);
    const told = async () => {
      const blob = await findLinkedBlob(world.db.reader, repositoryName, digest);
      assert.ok(blob);
      return { ...blob, blobId: blob.id };
    };
    const old = await told();
    assert.equal(old.touchedAt, 0);
    assert.equal(await keepLink(world.db, old, windowMs), true);
    assert.ok((await told()).touchedAt > 0);
    assert.equal(await reapRepositories(world.db), 0, 'the client may be about to push the manifest');
    await age(world);
    assert.equal(await reapRepositories(world.db), 1);
    assert.equal(await keepLink(world.db, old, windowMs), false);
    const fromTheFuture = { ...old, touchedAt: (await world.db.now()) + 3_600_000 };
    assert.equal(
      await keepLink(world.db, fromTheFuture, windowMs),
      false,
      'as a machine sees it whose clock is behind',
    );
  });
}

for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test(`${dialect}: the reaping passes by a repository that is getting its manifest on another connection`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content);
    await age(world);
    const gate = stopsBeforeCommit(world.db);
    const pushing = putManifest({ ...world.deps, db: gate.db }, 'v1', manifest);
    await gate.open;
    assert.equal(await reapRepositories(await world.second()), 0);
    gate.commit();
    await pushing;
    assert.equal(await reapRepositories(world.db), 0);
    assert.ok(await exists(world));
  });

  test(`${dialect}: who pushes while the reaping commits finds a new repository, and is asked for its blobs`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content);
    await age(world);
    const gate = stopsBeforeCommit(world.db);
    const reaping = reapRepositories(gate.db);
    await gate.open;
    const second = await world.second();
    const deps = { ...world.deps, db: second };
    const pushing = putManifest(deps, 'v1', manifest).catch((error: unknown) => error);
    const blob = pushBlob(deps, content);
    gate.commit();
    assert.equal(await reaping, 1);
    await blob;
    // Either it came behind the blob, or it was told that the blob is not there: nothing dangles.
    const outcome = await pushing;
    if (typeof outcome !== 'string')
      assert.equal((outcome as { code?: string }).code, 'MANIFEST_BLOB_UNKNOWN');
    await putManifest(world.deps, 'v1', manifest);
    assert.ok(await exists(world));
  });
}
