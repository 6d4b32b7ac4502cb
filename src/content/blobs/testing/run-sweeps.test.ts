import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { pattern } from '../../../platform/blobstore/blob-store.contract.ts';
import { canonicalKey } from '../../../platform/blobstore/layout.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import { deleteArtifact } from '../../artifacts/delete-artifact.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  silentLog,
  testActor,
} from '../../testing/world.ts';
import { deleteBlob } from '../delete-blob.ts';
import { sweepOnce } from './run-sweeps.ts';

for (const dialect of dialects) {
  test(`${dialect}: a sweep deletes what was deleted and what a dead process had begun to delete, and nothing else`, async () => {
    await using world = await openWorld({ dialect });
    const { db, store, deps } = world;
    const [kept, layer, blob, begun] = [10, 20, 30, 40].map((size) => pattern(size));
    assert.ok(kept !== undefined && layer !== undefined && blob !== undefined && begun !== undefined);
    for (const content of [kept, layer, blob]) await pushBlob(deps, content);
    const where = { projectId, repositoryName, actor: testActor };
    await putManifest(deps, 'kept', imageManifest([{ digest: digestOf(kept), size: kept.length }]));
    const digest = await putManifest(
      deps,
      'v1',
      imageManifest([{ digest: digestOf(layer), size: layer.length }]),
    );
    await deleteArtifact(deps, { ...where, digest });
    await deleteBlob(deps, { ...where, digest: digestOf(blob) });
    await store.put(canonicalKey(digestOf(begun)), begun);
    await db.transaction((tx) =>
      sql`insert into blob (digest, size, state, storage_key, generation, worker, state_at)
        values (${digestOf(begun)}, ${begun.length}, 'deleting', null, 1, 'dead', 0)`.execute(tx.builder),
    );
    assert.equal(await sweepOnce({ db, store, log: silentLog }), 4);
    assert.equal(await sweepOnce({ db, store, log: silentLog }), 0);
    for (const content of [layer, blob, begun])
      assert.equal(await store.stat(canonicalKey(digestOf(content))), undefined);
    assert.deepEqual(await store.stat(canonicalKey(digestOf(kept))), { sizeBytes: kept.length });
  });
}
