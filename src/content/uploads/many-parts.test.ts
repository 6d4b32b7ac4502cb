// Object stores list what they have in pages, take no more than 10,000 parts of an upload, and no part but the last
// below a minimum. The store of these tests lists three at a time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Digest } from '../../lib/oci/digest.ts';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { MemoryObjects } from '../../platform/blobstore/memory-objects.ts';
import { ObjectStore } from '../../platform/blobstore/object-store.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { findLinkedBlob } from '../blobs/blob-reads.ts';
import {
  bodyOf,
  digestOf,
  minimumPartBytes,
  openWorld,
  owner,
  projectId,
  repositoryName,
  testActor,
  type World,
} from '../testing/world.ts';
import { appendUpload } from './append-upload.ts';
import { createUploadSweep } from './create-upload-sweep.ts';
import { finishUpload } from './finish-upload.ts';
import { startUpload } from './start-upload.ts';
import type { UploadDeps } from './upload-deps.ts';
import { UploadHashes } from './upload-hashes.ts';
import { uploadStatus } from './upload-status.ts';

const start = (deps: UploadDeps) =>
  startUpload(deps, { projectId, repositoryName, principal: testActor.principal });

const append = (deps: UploadDeps, id: string, pieces: readonly Uint8Array[]) =>
  appendUpload(deps, { ...owner(id), body: bodyOf(...pieces), range: undefined });

const finish = (deps: UploadDeps, id: string, digest: Digest, pieces: readonly Uint8Array[] = []) =>
  finishUpload(deps, { ...owner(id), digest, body: bodyOf(...pieces), range: undefined, actor: testActor });

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A process that knows nothing of what the one before hashed. */
const afterRestart = (world: World): UploadDeps => ({
  ...world.deps,
  hashes: new UploadHashes(world.hashPool),
});

async function assertStored(world: World, content: Uint8Array, store: BlobStore = world.store) {
  const linked = await findLinkedBlob(world.db.reader, repositoryName, digestOf(content));
  const stored = await store.get(linked?.storageKey ?? '');
  assert.ok(stored && Buffer.from(stored).equals(content), 'the blob reads back whole');
}

/** Ten whole parts; one byte more; one byte less. */
const lengths = [10 * minimumPartBytes, 10 * minimumPartBytes + 1, 10 * minimumPartBytes - 1];

for (const dialect of dialects) {
  for (const length of lengths) {
    test(`${dialect}: ${length} bytes in ten parts go on after a restart between the fifth and the sixth`, async () => {
      await using world = await openWorld({ dialect, store: 'object store' });
      const content = pattern(length);
      const half = 5 * minimumPartBytes;
      const id = await start(world.deps);
      await append(world.deps, id, [...cut(content.subarray(0, half), 1000)]);
      const deps = afterRestart(world);
      assert.equal(await uploadStatus(deps, owner(id)), half);
      await append(deps, id, [...cut(content.subarray(half), 1000)]);
      await finish(deps, id, digestOf(content));
      await assertStored(world, content);
    });
  }

  test(`${dialect}: of nine uploads in parts the eight abandoned ones end, and the active one goes on`, async () => {
    await using world = await openWorld({ dialect, store: 'object store' });
    const objects = new MemoryObjects(minimumPartBytes);
    const store = new ObjectStore(objects, minimumPartBytes);
    const deps = { ...world.deps, store };
    const content = pattern(2 * minimumPartBytes + 3000);
    const begun = content.subarray(0, minimumPartBytes + 2000);
    const ids: string[] = [];
    for (let count = 0; count < 9; count += 1) {
      const id = await start(deps);
      await append(deps, id, [...cut(begun, 1000)]);
      ids.push(id);
    }
    const stagedOf = (id: string) => objects.keys.filter((key) => key.includes(id)).length;
    assert.deepEqual(ids.map(stagedOf), Array<number>(9).fill(2), 'an upload in parts and a tail for each');
    const [active = ''] = ids;
    await world.db.transaction(async (tx) => {
      await sql`update upload set expires_at = 1 where id <> ${active}`.execute(tx.builder);
    });
    const { run } = await createUploadSweep(deps);
    await run(new AbortController().signal);
    assert.deepEqual(ids.map(stagedOf), [2, ...Array<number>(8).fill(0)]);
    await finish({ ...afterRestart(world), store }, active, digestOf(content), [
      content.subarray(begun.length),
    ]);
    await assertStored(world, content, store);
  });
}

test('more than 10,000 parts of the minimum are stored in fewer, larger ones', async () => {
  await using world = await openWorld({ store: 'object store' });
  const minimum = 16;
  const objects = new MemoryObjects(minimum);
  const store = new ObjectStore(objects, minimum);
  const deps = { ...world.deps, store };
  const content = pattern(minimum * 10_001 + 1);
  const id = await start(deps);
  await finish(deps, id, digestOf(content), [...cut(content, minimum)]);
  await assertStored(world, content, store);
});
