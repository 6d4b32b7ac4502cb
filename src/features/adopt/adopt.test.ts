import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProject } from '../../access/projects/project-reads.ts';
import { copyManifests } from '../../content/artifacts/copy-manifests.ts';
import { findManifest } from '../../content/artifacts/find-manifest.ts';
import { findLinkedBlob } from '../../content/blobs/blob-reads.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  type World,
} from '../../content/testing/world.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { parseRepositoryName } from '../../lib/oci/repository-name.ts';
import { parseReference } from '../../lib/oci/tag.ts';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { createAdopt } from './adopt.ts';
import type { Adopted } from './adopt-strays.ts';
import { readStrayManifest } from './stray-manifest.ts';

const into = parseRepositoryName('lost/found', '');
const layer = pattern(3000, 5);
const config = Buffer.from(
  JSON.stringify({
    created: '2026-11-27T12:00:00Z',
    config: { Labels: { 'org.opencontainers.image.source': 'https://git.example/app', secret: 'no' } },
  }),
);
const manifest = imageManifest(
  [config, layer].map((bytes) => ({ digest: digestOf(bytes), size: bytes.length })),
  { annotations: { 'org.opencontainers.image.ref.name': 'app:v1\u001b[31m', other: 'left out' } },
);
const index = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [{ mediaType: mediaTypes.ociManifest, digest: digestOf(manifest), size: manifest.length }],
  }),
);

const put = (world: World, ...contents: Buffer[]) =>
  Promise.all(contents.map((bytes) => world.store.put(canonicalKey(digestOf(bytes)), bytes)));

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of source) found.push(each);
  return found;
}

async function adopted(world: World): Promise<Adopted[]> {
  const adopt = createAdopt(world.deps);
  return all(adopt.into(await adopt.find(), into));
}

async function used(world: World): Promise<number> {
  const rows = await world.db.reader.builder.selectFrom('project_usage').select('used_bytes').execute();
  return rows.reduce((sum, row) => sum + Number(row.used_bytes), 0);
}

for (const dialect of dialects) {
  test(`${dialect}: what the database knows is no stray, and looking changes nothing`, async () => {
    await using world = await openWorld({ dialect });
    for (const bytes of [config, layer]) await pushBlob(world.deps, bytes);
    await putManifest(world.deps, 'v1', manifest);
    await copyManifests(world.deps);
    const strays = await createAdopt(world.deps).find();
    assert.deepEqual([strays.manifests, strays.blobs.size, strays.others], [[], 0, 0]);
  });

  test(`${dialect}: stray manifests are named with what they say of themselves and what they lack`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, pattern(10));
    const alone = imageManifest([{ digest: digestOf(pattern(77)), size: 77 }]);
    await put(world, index, manifest, config, layer, alone, pattern(500));
    await world.store.put(`${canonicalKey(digestOf(layer))}.3`, Buffer.from('burnt'));
    const strays = await createAdopt(world.deps).find();
    const named = new Map(strays.manifests.map((each) => [each.digest, each]));
    assert.deepEqual(named.get(digestOf(manifest))?.hints, {
      'org.opencontainers.image.source': 'https://git.example/app',
      created: '2026-11-27T12:00:00Z',
      'org.opencontainers.image.ref.name': 'app:v1 [31m',
    });
    assert.deepEqual(named.get(digestOf(alone))?.missing, [digestOf(pattern(77))]);
    assert.deepEqual(named.get(digestOf(index))?.missing, []);
    const order = strays.manifests.map((each) => each.digest);
    assert.ok(order.indexOf(digestOf(manifest)) < order.indexOf(digestOf(index)), 'a child comes first');
    assert.deepEqual([strays.unneeded, strays.others], [{ count: 1, bytes: 500 }, 1]);
    assert.equal(await used(world), 10);
  });

  test(`${dialect}: whole images are put where it is asked for, by digest, and counted`, async () => {
    await using world = await openWorld({ dialect });
    await put(world, index, manifest, config, layer);
    assert.deepEqual(
      (await adopted(world)).map(({ problem }) => problem),
      [undefined, undefined],
    );
    for (const bytes of [index, manifest]) {
      const reference = parseReference(digestOf(bytes));
      const found = await findManifest(world, { repositoryName: 'lost/found', reference });
      assert.equal(found.digest, digestOf(bytes));
    }
    assert.equal((await findProject(world.db.reader, 'lost'))?.public, false);
    assert.equal(await used(world), index.length + manifest.length + config.length + layer.length);
    const again = await createAdopt(world.deps).find();
    assert.deepEqual([again.manifests, again.blobs.size], [[], 0]);
  });

  test(`${dialect}: what has begun rows, or is live elsewhere, is adopted as well`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, layer);
    await put(world, manifest, config);
    await world.db.transaction(async (tx) => {
      const row = { digest: digestOf(config), size: 1, storage_key: null, generation: 0, worker: null };
      await tx.builder
        .insertInto('blob')
        .values({ ...row, state: 'pending', state_at: 0 })
        .execute();
    });
    assert.deepEqual(
      (await adopted(world)).map(({ problem }) => problem),
      [undefined],
    );
    const found = await findLinkedBlob(world.db.reader, 'lost/found', digestOf(config));
    assert.equal(found?.sizeBytes, config.length);
  });

  test(`${dialect}: an image with damaged content stays out, and so does an index of it`, async () => {
    await using world = await openWorld({ dialect });
    await put(world, index, manifest, config);
    await world.store.put(canonicalKey(digestOf(layer)), pattern(3000, 6));
    const problems = new Map((await adopted(world)).map(({ digest, problem }) => [digest, problem]));
    assert.match(problems.get(digestOf(manifest)) ?? '', /is damaged/);
    assert.match(problems.get(digestOf(index)) ?? '', /does not hold/);
    assert.equal(await findLinkedBlob(world.db.reader, 'lost/found', digestOf(layer)), undefined);
  });

  test(`${dialect}: a full project takes no more, and the reason is told`, async () => {
    await using world = await openWorld({ dialect });
    await put(world, manifest, config, layer);
    await world.db.transaction((tx) =>
      tx.builder
        .updateTable('project_usage')
        .set({ limit_bytes: 3000 })
        .where('project_id', '=', projectId)
        .execute(),
    );
    const adopt = createAdopt(world.deps);
    const here = parseRepositoryName('library/found', '');
    const [outcome] = await all(adopt.into(await adopt.find(), here));
    assert.match(outcome?.problem ?? '', /storage limit/);
  });
}

for (const dialect of dialects) {
  test(`${dialect}: a stray index whose image another repository has is adopted with it`, async () => {
    await using world = await openWorld({ dialect });
    for (const bytes of [config, layer]) await pushBlob(world.deps, bytes);
    await putManifest(world.deps, 'v1', manifest);
    await put(world, index);
    assert.deepEqual(await adopted(world), [{ digest: digestOf(index), problem: undefined }]);
    assert.deepEqual(await adopted(world), []);
  });
}

test('what a manifest says of itself is printed without anything that a terminal obeys, names included', () => {
  const name = 'org.opencontainers.image.x\u001b[2J\n';
  const bytes = imageManifest([{ digest: digestOf(config), size: config.length }], {
    annotations: { [name]: 'a\u001b[31m' },
  });
  const found = readStrayManifest(bytes, digestOf(bytes));
  assert.deepEqual(found?.hints, { 'org.opencontainers.image.x [2J ': 'a [31m' });
});

for (const dialect of dialects) {
  test(`${dialect}: content under another key than its own is no other file as long as its row says so`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await pushBlob(world.deps, layer);
    const key = `${canonicalKey(digest)}.1`;
    await world.store.put(key, layer);
    const others = async () => (await createAdopt(world.deps).find()).others;
    assert.equal(await others(), 1);
    await world.db.transaction((tx) =>
      tx.builder.updateTable('blob').set({ storage_key: key }).where('digest', '=', digest).execute(),
    );
    assert.equal(await others(), 0);
  });
}
