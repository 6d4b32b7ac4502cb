import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { parseReference } from '../../lib/oci/tag.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { findManifest } from '../artifacts/find-manifest.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  pushBlob,
  putManifest,
  repositoryName,
  silentLog,
} from '../testing/world.ts';
import { PullCounts } from './pull-counts.ts';

for (const dialect of dialects) {
  test(`pulls are counted all, and the index of a pulled child is in use, too (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { deps, db } = world;
    const config = Buffer.from('{}');
    await pushBlob(deps, config);
    const child = imageManifest([{ digest: digestOf(config), size: config.length }]);
    await putManifest(deps, digestOf(child), child);
    const manifests = [{ mediaType: mediaTypes.ociManifest, digest: digestOf(child), size: child.length }];
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }));
    for (const tag of ['multi', 'other']) await putManifest(deps, tag, index, { type: mediaTypes.ociIndex });
    const alone = imageManifest([{ digest: digestOf(config), size: config.length }], {
      annotations: { a: 'b' },
    });
    await putManifest(deps, 'alone', alone);
    await using pulls = new PullCounts({ db, log: silentLog });
    const pull = async (reference: string): Promise<void> => {
      const found = await findManifest({ db }, { repositoryName, reference: parseReference(reference) });
      pulls.add({ ...found, tagId: found.tagId });
    };
    for (let count = 0; count < 50; count += 1) await pull(digestOf(child));
    await pull('other');
    await Promise.all([pulls.flush(), pulls.flush()]);
    const repositories = await db.reader.builder.selectFrom('live_repository').select('pull_count').execute();
    assert.deepEqual(
      repositories.map((row) => row.pull_count),
      [51],
    );
    const pulled = async (table: 'live_artifact' | 'live_tag') => {
      const rows = await db.reader.builder.selectFrom(table).select('pulled_at').orderBy('id').execute();
      return rows.map((row) => row.pulled_at !== null);
    };
    assert.deepEqual(await pulled('live_artifact'), [true, true, false]);
    assert.deepEqual(await pulled('live_tag'), [false, true, false]);
  });
}

test('while the database is away nothing of it stops the server, and later pulls count', async () => {
  await using world = await openWorld();
  let away = true;
  const gone = () => Promise.reject(new AppError('DATABASE_UNAVAILABLE', { logged: true }));
  const db = {
    now: () => world.db.now(),
    transaction: (...of: Parameters<Database['transaction']>) =>
      away ? gone() : world.db.transaction(...of),
  } as unknown as Database;
  await using pulls = new PullCounts({ db, log: silentLog });
  pulls.add({ repositoryId: 1, artifactId: 1, tagId: undefined });
  await pulls.flush();
  away = false;
  pulls.add({ repositoryId: 1, artifactId: 1, tagId: undefined });
  await pulls.flush();
});
