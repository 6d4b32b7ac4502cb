import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { naturalKey } from '../../../lib/text/natural-key.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import { pageOfRepositoryTags } from '../../artifacts/shown/repository-tag-reads.ts';
import { findRepositoryId } from '../../repositories/repository-reads.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  pushBlob,
  putManifest,
  repositoryName,
} from '../../testing/world.ts';
import { createTagOrder } from './create-tag-order.ts';

const wanted = [
  'v1.2.0-rc.1',
  'v1.2.0',
  'v1.9',
  'v1.10',
  '2024-01-02',
  '20240102',
  'Main',
  'build-9',
  'build-10',
  'latest',
];

for (const dialect of dialects) {
  test(`tags are listed as versions, page by page, those of older code once a job has seen them (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db, deps } = world;
    const layer = Buffer.from('layer');
    await pushBlob(deps, layer);
    const manifest = imageManifest([{ digest: digestOf(layer), size: layer.length }]);
    for (const tag of wanted.toReversed()) await putManifest(deps, tag, manifest);
    const repositoryId = (await findRepositoryId(db.reader, repositoryName)) ?? assert.fail('there is none');
    const listed = async (descending: boolean): Promise<string[]> => {
      const names: string[] = [];
      for (let offset = 0; offset < wanted.length; offset += 3) {
        const sort = [{ by: 'order', descending }] as const;
        const { rows } = await pageOfRepositoryTags(db.reader, { repositoryId, sort, offset, limit: 3 });
        names.push(...rows.map(({ name }) => name));
      }
      return names;
    };
    assert.deepEqual(await listed(false), wanted);
    assert.deepEqual(await listed(true), wanted.toReversed());
    await db.transaction(async (tx) => {
      await sql`update tag set name_order = ''`.execute(tx.builder);
    });
    assert.notDeepEqual(await listed(false), wanted);
    await createTagOrder({ db }).run(new AbortController().signal);
    assert.deepEqual(await listed(false), wanted);
    const { rows } = await sql<{ name: string; order: string }>`
      select name as "name", name_order as "order" from tag`.execute(db.reader.builder);
    for (const { name, order } of rows) assert.equal(order, naturalKey(name));
  });
}
