import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifest } from '../../lib/oci/manifest.ts';
import { isTag, type Tag } from '../../lib/oci/tag.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { findLinkedBlob } from '../blobs/blob-reads.ts';
import { collect } from '../garbage/testing/collect.ts';
import { findByTag } from '../tags/tag-reads.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  type World,
} from '../testing/world.ts';
import { type AddedContent, adoptContent } from './adopt-content.ts';
import { copyManifests } from './copy-manifests.ts';

const config = Buffer.from('{"a":1}');
const layer = Buffer.from('a layer');
const bytes = imageManifest([config, layer].map((each) => ({ digest: digestOf(each), size: each.length })));
const digest = digestOf(bytes);

function tag(text: string): Tag {
  if (!isTag(text)) throw new Error(text);
  return text;
}

async function adopt(
  world: Pick<World, 'store' | 'deps'>,
  blobs: readonly Buffer[] = [config, layer],
): Promise<AddedContent> {
  for (const each of [...blobs, bytes]) await world.store.put(canonicalKey(digestOf(each)), each);
  return adoptContent(world.deps, {
    projectId,
    repositoryName,
    blobs: blobs.map((each) => ({ digest: digestOf(each), sizeBytes: each.length, aliases: [] })),
    manifests: [{ digest, bytes, manifest: parseManifest(bytes, undefined) }],
    tags: [{ tag: tag('v1'), digest }],
  });
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === 'function' ? value.bind(target) : value;
}

async function counts(world: World): Promise<{ used: number; events: number }> {
  const { builder } = world.db.reader;
  const usage = await builder.selectFrom('project_usage').select('used_bytes').execute();
  const events = await builder.selectFrom('event').select('id').execute();
  return { used: usage.reduce((sum, row) => sum + Number(row.used_bytes), 0), events: events.length };
}

for (const dialect of dialects) {
  test(`${dialect}: what is adopted is served, counted and told of once, however often it is done`, async () => {
    await using world = await openWorld({ dialect });
    const before = await counts(world);
    assert.deepEqual(await adopt(world), { blobs: 2, manifests: 1, tags: 1, gone: [] });
    assert.equal((await findByTag(world.db.reader, repositoryName, 'v1'))?.digest, digest);
    const first = await counts(world);
    assert.equal(first.used, config.length + layer.length + bytes.length);
    assert.equal(first.events - before.events, 4);
    assert.deepEqual(await adopt(world), { blobs: 0, manifests: 0, tags: 0, gone: [] });
    assert.deepEqual(await counts(world), first);
  });

  test(`${dialect}: content that a collection has condemned, and not deleted yet, is taken back`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, layer, 'library/other');
    await collect(world, { condemnedBefore: 0 });
    await adopt(world);
    await collect(world);
    assert.equal((await world.store.get(canonicalKey(digestOf(layer))))?.length, layer.length);
    assert.ok(await findLinkedBlob(world.db.reader, repositoryName, digestOf(layer)));
  });

  test(`${dialect}: content that goes before the commit is marked as missing, and a push heals it`, async () => {
    await using world = await openWorld({ dialect });
    const { db, store } = world;
    // The last moment at which nothing keeps it: the transaction has not ended.
    const racing = {
      ...world.deps,
      db: new Proxy(db, {
        get(target, name) {
          if (name !== 'transaction') return bound(target, name);
          return async (...args: Parameters<typeof db.transaction>) => {
            await store.delete(canonicalKey(digestOf(layer)));
            return target.transaction(...args);
          };
        },
      }),
    };
    const { gone } = await adopt({ ...world, deps: racing });
    assert.deepEqual(gone, [digestOf(layer)]);
    const states = await db.reader.builder.selectFrom('blob').select(['digest', 'state']).execute();
    const stateOf = (bytes: Buffer) => states.find((each) => each.digest === digestOf(bytes))?.state;
    assert.deepEqual([stateOf(layer), stateOf(config)], ['missing', 'live']);
    await pushBlob(world.deps, layer);
    assert.equal((await store.get(canonicalKey(digestOf(layer))))?.length, layer.length);
  });

  test(`${dialect}: a storage that goes before the commit makes nothing missing`, async () => {
    await using world = await openWorld({ dialect });
    const absent = {
      ...world.deps,
      storeIsOurs: () => Promise.resolve(false),
      store: new Proxy(world.store, {
        get: (target, name) => (name === 'stat' ? () => Promise.resolve(undefined) : bound(target, name)),
      }),
    };
    await assert.rejects(adopt({ ...world, deps: absent }), { code: 'STORAGE_UNAVAILABLE' });
    const states = await world.db.reader.builder.selectFrom('blob').select('state').distinct().execute();
    assert.deepEqual(
      states.map(({ state }) => state),
      ['live'],
    );
  });

  test(`${dialect}: a manifest that was found in the storage is not written there again`, async () => {
    await using world = await openWorld({ dialect });
    await adopt(world);
    assert.equal(await copyManifests(world.deps), 0);
  });

  test(`${dialect}: a tag that has moved here since stays where it is`, async () => {
    await using world = await openWorld({ dialect });
    await adopt(world);
    const other = imageManifest([{ digest: digestOf(config), size: config.length }]);
    await putManifest(world.deps, 'v1', other);
    await adopt(world);
    assert.equal((await findByTag(world.db.reader, repositoryName, 'v1'))?.digest, digestOf(other));
  });

  test(`${dialect}: a manifest without one of its blobs is served, and a push of the blob completes it`, async () => {
    await using world = await openWorld({ dialect });
    await adopt(world, [config]);
    assert.equal(await findLinkedBlob(world.db.reader, repositoryName, digestOf(layer)), undefined);
    await pushBlob(world.deps, layer);
    const waiting = await world.db.reader.builder
      .selectFrom('reference')
      .selectAll()
      .where('blob_id', 'is', null)
      .execute();
    assert.deepEqual(waiting, []);
  });
}
