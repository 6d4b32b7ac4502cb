import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { indexFormat } from '../../platform/layers/layer-index.ts';
import { tarOf } from '../../platform/layers/testing/tar-of.ts';
import { testThreads } from '../../platform/threads/testing/threads.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  pushBlob,
  putManifest,
  repositoryName,
  silentLog,
  type World,
} from '../testing/world.ts';
import { imageKey, LayerLibrary } from './layer-library.ts';
import type { ImageLayer } from './read-image.ts';

const layer = (bytes: Uint8Array): ImageLayer => ({
  digest: digestOf(bytes),
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  sizeBytes: bytes.length,
  createdBy: undefined,
});

const of = (layers: readonly ImageLayer[], caller = 'user:1') => ({
  repository: repositoryName,
  layers,
  caller,
});

const openLibrary = (world: World): LayerLibrary =>
  new LayerLibrary({
    ...world.deps,
    threads: testThreads,
    storeIsOurs: () => Promise.resolve(true),
    log: silentLog,
  });

async function push(world: World, ...layers: readonly Uint8Array[]): Promise<void> {
  for (const bytes of layers) await pushBlob(world.deps, bytes);
  const manifest = imageManifest(layers.map((bytes) => ({ digest: digestOf(bytes), size: bytes.length })));
  await putManifest(world.deps, 'v1', manifest);
}

for (const dialect of dialects) {
  test(`a layer is read once, kept, read anew by other code, and forgotten with its blob (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await using library = openLibrary(world);
    const good = gzipSync(tarOf([{ name: 'a/b', body: 'text' }]));
    const bad = Buffer.from('no archive');
    await push(world, good, bad);
    const layers = [layer(good), layer(bad), layer(Buffer.from('not pushed'))];
    assert.deepEqual(
      (await library.states(of(layers))).map(({ kind }) => kind),
      ['reading', 'reading', 'unread'],
    );
    const [known, again] = await Promise.all([library.known(of(layers)), library.known(of(layers))]);
    assert.deepEqual(known, again);
    assert.deepEqual(known.slice(1), [
      { kind: 'unread', problem: 'no-archive' },
      { kind: 'unread', problem: 'not-stored' },
    ]);
    assert.deepEqual(await library.states(of(layers)), known);
    const image = imageKey(known);
    const found = await library.ask({ kind: 'find', image, path: 'a/b', layer: undefined });
    assert.equal(found?.source?.layer, 0);
    const [first] = layers;
    assert.ok(found.source !== undefined && first !== undefined);
    const content = await library.content(of(layers), first, { ...found.source, maxBytes: 10 });
    assert.deepEqual(content, { kind: 'file', bytes: new Uint8Array(Buffer.from('text')) });
    const rows = async (): Promise<number> => {
      const row = await world.db.reader.builder
        .selectFrom('layer_files')
        .select((of) => of.fn.countAll().as('count'))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    };
    await world.db.transaction((tx) =>
      sql`update layer_files set format = ${indexFormat + 1}`.execute(tx.builder),
    );
    assert.deepEqual(await library.known(of(layers)), known);
    assert.equal(await rows(), 2);
    await world.db.transaction(async (tx) => {
      for (const table of [
        'tag_history',
        'tag',
        'reference',
        'artifact',
        'manifest',
        'blob_link',
        'project_blob',
        'blob',
      ])
        await sql`delete from ${sql.table(table)}`.execute(tx.builder);
    });
    assert.equal(await rows(), 0);
  });
}

test('what the storage does not give is told, and tried again when it is asked for the next time', async () => {
  await using world = await openWorld();
  await using library = openLibrary(world);
  const bytes = gzipSync(tarOf([{ name: 'a', body: 'x' }]));
  await push(world, bytes);
  const open = world.store.open.bind(world.store);
  let away = true;
  world.store.open = (key) => (away ? Promise.reject(new Error('away')) : open(key));
  const layers = [layer(bytes)];
  await assert.rejects(library.known(of(layers)), /away/);
  assert.equal((await library.states(of(layers)))[0]?.kind, 'reading');
  await assert.rejects(library.known(of(layers)), /away/);
  const failed = await library.states(of(layers));
  assert.deepEqual(failed, [
    { kind: 'failed', message: 'the layer could not be read; the log has the cause' },
  ]);
  away = false;
  assert.equal((await library.states(of(layers)))[0]?.kind, 'reading');
  assert.equal((await library.known(of(layers)))[0]?.kind, 'read');
});

test('a layer that an image names often is loaded once', async () => {
  await using world = await openWorld();
  await using library = openLibrary(world);
  const bytes = gzipSync(tarOf([{ name: 'a', body: 'x' }]));
  await push(world, bytes);
  const known = await library.known(of(Array.from({ length: 300 }, () => layer(bytes))));
  const { reader } = world.db;
  const first = reader.first.bind(reader);
  let reads = 0;
  reader.first = (...of) => {
    reads += 1;
    return first(...of);
  };
  const summary = await library.ask({ kind: 'summary', image: imageKey(known) });
  assert.deepEqual([summary.files, summary.layers.length], [1, 300]);
  assert.ok(reads < 5, `it was loaded ${reads} times`);
});

for (const dialect of dialects) {
  test(`an image whose layers have more names than fit into memory is refused before they are loaded (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await using library = openLibrary(world);
    const layers = Array.from({ length: 9 }, (_, at) => gzipSync(tarOf([{ name: `${at}` }])));
    await push(world, ...layers);
    const image = imageKey(await library.known(of(layers.map(layer))));
    const content = new Uint8Array(8 * 1024 * 1024);
    await world.db.transaction((tx) => tx.builder.updateTable('layer_files').set({ content }).execute());
    const refusal = { code: 'CONTENT_TOO_LARGE', message: /more names/ };
    await assert.rejects(library.ask({ kind: 'summary', image }), refusal);
    await world.db.transaction((tx) => tx.builder.deleteFrom('layer_files').execute());
    await assert.rejects(library.ask({ kind: 'summary', image }), refusal);
  });
}

test('an image of more layers than may wait is read layer by layer, and none of them failed', async () => {
  await using world = await openWorld();
  await using library = openLibrary(world);
  const all = Array.from({ length: 8 }, (_, at) => gzipSync(tarOf([{ name: `${at}` }])));
  await push(world, ...all);
  const layers = all.map(layer);
  const kinds = async (): Promise<string[]> => (await library.states(of(layers))).map(({ kind }) => kind);
  assert.deepEqual(
    await kinds(),
    layers.map(() => 'reading'),
  );
  assert.ok(!(await kinds()).includes('failed'));
  // Other images of the same caller have room beside it.
  const images = [layers, layers, layers.slice(6, 7), layers.slice(7)];
  const known = await Promise.all(images.map((each) => library.known(of(each))));
  assert.ok(known.flat().every(({ kind }) => kind === 'read'));
  assert.deepEqual(await library.states(of(layers)), known[0]);
});

test('where a caller has no room left, layers are said to be read, and are once there is', async () => {
  await using world = await openWorld();
  await using library = openLibrary(world);
  const all = Array.from({ length: 7 }, (_, at) => gzipSync(tarOf([{ name: `${at}` }])));
  await push(world, ...all);
  const layers = all.map(layer);
  const last = layers.slice(-1);
  const open = world.store.open.bind(world.store);
  const { promise: gate, resolve: goOn } = Promise.withResolvers<void>();
  world.store.open = (key) => gate.then(() => open(key));
  const others = layers.slice(0, 5).map((each) => library.known(of([each])));
  await delay(200);
  assert.deepEqual(await library.states(of(last)), [{ kind: 'reading' }]);
  await assert.rejects(library.known(of(layers.slice(5, 6))), { code: 'TOO_MANY_REQUESTS' });
  const ofAnother = library.known(of(layers.slice(5, 6), 'user:2'));
  goOn();
  assert.equal((await ofAnother)[0]?.kind, 'read');
  await Promise.all(others);
  assert.deepEqual(await library.states(of(last)), [{ kind: 'reading' }]);
  assert.equal((await library.known(of(last)))[0]?.kind, 'read');
});
