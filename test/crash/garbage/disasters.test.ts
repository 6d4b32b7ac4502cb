// A marker that is gone, another registry's storage in the place of ours, a copied database that another server runs on: garbage
// collections that run meanwhile, without any patience, delete no object.

import assert from 'node:assert/strict';
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { berth } from '../../harness/berth-command.ts';
import { imageOf, seededBytes } from '../../harness/image.ts';
import { listing } from '../../harness/listing.ts';
import { BerthServer } from '../../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../../harness/temporary-folder.ts';

const env = { BERTH_GC_WINDOW: '0s' };

const blobs = (storage: string): string[] =>
  listing(join(storage, 'docker/registry/v2/blobs')).filter((path) => path.endsWith('/data'));

/** A server with an image, and with blobs that a collection would delete. */
async function withGarbage(folder: string): Promise<BerthServer> {
  const server = await BerthServer.start({
    folder,
    data: join(folder, 'data'),
    storage: join(folder, 'storage'),
    env,
  });
  const client = server.client();
  await client.pushImage('kept', 'v1', imageOf({ seed: 'kept' }));
  for (const no of [1, 2, 3]) await client.pushBlob('kept', seededBytes(`garbage ${no}`, 1000));
  client.close();
  return server;
}

/** Asked by the socket of the operator, since nothing else is answered while the storage is away. */
async function collectAll(server: BerthServer): Promise<{ status: string; freed: number }> {
  const run = await berth(['gc', 'run', '--purge-trash', '-o', 'json', '--data', server.data], {
    limitMs: 60_000,
  });
  const told = JSON.parse(run.stdout) as { status: string; freed_space?: number };
  return { status: told.status, freed: told.freed_space ?? 0 };
}

for (const [what, harm] of [
  ['its marker is gone', (storage: string) => rmSync(join(storage, 'berth-store.json'))],
  [
    'another registry’s storage is in its place',
    (storage: string) => {
      const path = join(storage, 'berth-store.json');
      const marker = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
      writeFileSync(
        `${path}.new`,
        JSON.stringify({ ...marker, store_id: '00000000-0000-4000-8000-000000000000' }),
      );
      renameSync(`${path}.new`, path);
    },
  ],
] as const)
  test(`a collection deletes nothing of a storage when ${what}`, async () => {
    const folder = temporaryFolder();
    try {
      await using server = await withGarbage(folder);
      const before = blobs(server.storage);
      harm(server.storage);
      for (const round of [1, 2]) {
        const { status, freed } = await collectAll(server);
        assert.deepEqual([round, status, freed], [round, 'Error', 0]);
      }
      assert.deepEqual(blobs(server.storage), before);
    } finally {
      removeFolder(folder);
    }
  });

test('a collection of a server whose database was copied, and runs elsewhere, deletes nothing', async () => {
  const folder = temporaryFolder();
  try {
    await using first = await withGarbage(folder);
    cpSync(join(folder, 'data'), join(folder, 'copy'), {
      recursive: true,
      filter: (path) => !path.endsWith('.sock'),
    });
    await using second = await BerthServer.start({
      folder,
      data: join(folder, 'copy'),
      storage: join(folder, 'storage'),
      env,
    });
    const before = blobs(first.storage);
    const { status, freed } = await collectAll(first);
    assert.deepEqual([status, freed, blobs(first.storage)], ['Error', 0, before]);
    // The storage is the second one's now, which does what it is told.
    const done = await collectAll(second);
    assert.deepEqual([done.status, done.freed], ['Success', 3000]);
  } finally {
    removeFolder(folder);
  }
});
