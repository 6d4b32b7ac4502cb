import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { digestOf, openWorld, projectId, repositoryName } from '../testing/world.ts';
import { adoptBlob } from './adopt-blob.ts';
import { findStoredBlob } from './blob-reads.ts';

const content = Buffer.from('found in the storage');
const digest = digestOf(content);
const key = canonicalKey(digest);

for (const dialect of dialects) {
  test(`${dialect}: found content is served; what goes before the commit is refused, and marked as missing`, async () => {
    await using world = await openWorld({ dialect });
    const { db, store, deps } = world;
    const input = { projectId, repositoryName, digest, key, sizeBytes: content.length };
    await store.put(key, content);
    await adoptBlob(deps, input);
    assert.equal((await findStoredBlob(db.reader, digest))?.state, 'live');
    await db.transaction((tx) => tx.builder.deleteFrom('blob_link').execute());
    const going = new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== 'makeDurable') return typeof value === 'function' ? value.bind(target) : value;
        return async (durable: string) => {
          const found = await target.makeDurable(durable);
          await target.delete(durable);
          return found;
        };
      },
    });
    await assert.rejects(adoptBlob({ ...deps, store: going }, input), { code: 'BLOB_UNKNOWN' });
    assert.equal((await findStoredBlob(db.reader, digest))?.state, 'missing');
  });
}
