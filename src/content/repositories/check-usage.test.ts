import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { deleteBlob } from '../blobs/delete-blob.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  testActor,
} from '../testing/world.ts';
import { checkUsage } from './check-usage.ts';

const content = pattern(2000);
const digest = digestOf(content);
const manifest = imageManifest([{ digest, size: content.length }]);
const held = content.length + manifest.length;

async function rowsOf(db: Database) {
  const { builder } = db.reader;
  const [usage] = await builder.selectFrom('project_usage').select('used_bytes').execute();
  const holders = await builder
    .selectFrom('project_blob')
    .select(['blob_id', 'holders'])
    .orderBy('blob_id')
    .execute();
  return { used: Number(usage?.used_bytes), holders: holders.map((row) => ({ ...row })) };
}

for (const dialect of dialects) {
  test(`${dialect}: a usage that is not what the project holds is found, and counted anew on demand`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    await pushBlob(world.deps, content);
    await pushBlob(world.deps, content, 'library/other');
    await pushBlob(world.deps, pattern(300), 'library/other');
    const hidden = digestOf(pattern(300));
    await deleteBlob(
      { db },
      { projectId, repositoryName: 'library/other', digest: hidden, actor: testActor },
    );
    await putManifest(world.deps, 'v1', manifest);
    assert.deepEqual(await checkUsage({ db }, { repair: false }), []);
    const right = await rowsOf(db);
    assert.equal(right.used, held);
    await db.transaction(async (tx) => {
      await tx.builder.updateTable('project_usage').set({ used_bytes: 7 }).execute();
      await tx.builder.updateTable('project_blob').set({ holders: 9 }).execute();
    });
    const difference = { projectId, project: 'library', usedBytes: 7, countedBytes: held };
    assert.deepEqual(
      (await checkUsage({ db }, { repair: false })).map((row) => ({ ...row })),
      [difference],
    );
    assert.deepEqual((await rowsOf(db)).used, 7, 'looking changes nothing');
    await checkUsage({ db }, { repair: true, actor: testActor });
    assert.deepEqual(await rowsOf(db), right);
    assert.deepEqual(await checkUsage({ db }, { repair: false }), []);
  });
}
