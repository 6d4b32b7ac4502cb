import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stagingRoot } from '../../platform/blobstore/layout.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import {
  bodyOf,
  digestOf,
  openWorld,
  owner,
  projectId,
  pushBlob,
  repositoryName,
  testActor,
  type World,
} from '../testing/world.ts';
import { appendUpload } from './append-upload.ts';
import { finishUpload } from './finish-upload.ts';
import { removeLeftStaged } from './remove-left-staged.ts';
import { startUpload } from './start-upload.ts';

const bytes = Buffer.from('content');

const start = (world: World) =>
  startUpload(world.deps, { projectId, repositoryName, principal: testActor.principal });

for (const dialect of dialects) {
  test(`${dialect}: staged content of an open upload stays, that of an ended or unknown one goes, and so does nothing else`, async () => {
    await using world = await openWorld({ dialect });
    const open = await start(world);
    await appendUpload(world.deps, { ...owner(open), body: bodyOf(bytes), range: undefined });
    const ended = await start(world);
    await finishUpload(world.deps, {
      ...owner(ended),
      digest: digestOf(bytes),
      body: bodyOf(bytes),
      range: undefined,
      actor: testActor,
    });
    const staging = join(world.folder, stagingRoot);
    const unknown = 'a3f0c5de-0000-4000-8000-1234567890ab';
    for (const name of [`${ended}.0`, `${ended}.3`, `${unknown}.0`, 'README', `${unknown}.0.txt`])
      writeFileSync(join(staging, name), 'left');
    assert.equal(await removeLeftStaged(world.deps), 3);
    assert.deepEqual(readdirSync(staging).toSorted(), [`${open}.0`, 'README', `${unknown}.0.txt`].toSorted());
  });
}

test('where content keeps the key it was staged at, nothing is taken for a leftover', async () => {
  await using world = await openWorld({ store: 'object store' });
  await pushBlob(world.deps, bytes);
  assert.equal(await removeLeftStaged(world.deps), 0);
});
