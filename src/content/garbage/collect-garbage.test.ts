import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { requireDigest } from '../../lib/oci/digest.ts';
import { requireTag } from '../../lib/oci/tag.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { MemoryObjects } from '../../platform/blobstore/memory-objects.ts';
import { ObjectStore } from '../../platform/blobstore/object-store.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { copyManifests } from '../artifacts/copy-manifests.ts';
import { deleteArtifact } from '../artifacts/delete-artifact.ts';
import { deleteWithDependents } from '../artifacts/delete-with-dependents.ts';
import { deleteBlob } from '../blobs/delete-blob.ts';
import { mountBlob } from '../blobs/mount-blob.ts';
import { keepLink } from '../repositories/keep-link.ts';
import { deleteTag } from '../tags/delete-tag.ts';
import {
  digestOf,
  imageManifest,
  minimumPartBytes,
  openWorld,
  pushBlob,
  putManifest,
  testActor,
  type World,
} from '../testing/world.ts';
import { purgeTrash } from '../trash/purge-trash.ts';
import { actorIn, inTrash, places, pushTexts, requireConsistent } from '../trash/testing/trash-world.ts';
import { startUpload } from '../uploads/start-upload.ts';
import { collect, hiding, plan, refusing } from './testing/collect.ts';

const [here, there] = places;
const hourMs = 3_600_000;

const stateOf = async ({ db }: World, text: string): Promise<string | undefined> =>
  (
    await db.reader.builder
      .selectFrom('blob')
      .select('state')
      .where('digest', '=', digestOf(Buffer.from(text)))
      .executeTakeFirst()
  )?.state;

const isStored = async ({ store }: World, text: string): Promise<boolean> =>
  (await store.get(canonicalKey(digestOf(Buffer.from(text))))) !== undefined;

/** Pushes blobs that no image needs, as they were a while ago. */
async function abandon(world: World, texts: readonly string[], agoMs = 0): Promise<void> {
  for (const text of texts) await pushBlob(world.deps, Buffer.from(text));
  const at = (await world.db.now()) - agoMs;
  await world.db.transaction((tx) => tx.builder.updateTable('blob_link').set({ touched_at: at }).execute());
}

for (const dialect of dialects) {
  test(`what was pushed, mounted or asked for within the window stays; what an image needs stays for ever (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const windowMs = 2 * hourMs;
    await pushTexts(world.deps, 'v1', ['config', 'needed']);
    await abandon(world, ['old', 'asked for', 'mounted'], 3 * hourMs);
    await pushBlob(world.deps, Buffer.from('new'));
    const digest = digestOf(Buffer.from('asked for'));
    const link = await world.db.reader.builder
      .selectFrom('blob_link')
      .innerJoin('blob', 'blob.id', 'blob_link.blob_id')
      .select(['repository_id as repositoryId', 'blob_id as blobId', 'touched_at as touchedAt'])
      .where('digest', '=', digest)
      .executeTakeFirstOrThrow();
    assert.equal(await keepLink(world.db, link, windowMs), true);
    await mountBlob(world, { ...actorIn(there), digest: digestOf(Buffer.from('mounted')), sourceName: here });
    const planned = await plan(world, { windowMs });
    const done = await collect(world, { windowMs });
    assert.deepEqual([done.bytes, done.blobs, done.links], [3, 1, 2]);
    assert.deepEqual([planned.bytes, planned.blobs, planned.links], [3, 1, 2]);
    assert.equal(await stateOf(world, 'old'), undefined);
    for (const text of ['asked for', 'mounted', 'new', 'needed', 'config'])
      assert.deepEqual([await stateOf(world, text), await isStored(world, text)], ['live', true], text);
    await requireConsistent(world);
    await collect(world);
    assert.deepEqual([await stateOf(world, 'new'), await stateOf(world, 'needed')], [undefined, 'live']);
    await requireConsistent(world);
  });

  test(`an upload that is under way, and a manifest that waits for it, keep a blob; a publication that came to nothing does not (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await abandon(world, ['claimed', 'nothing came of it', 'waited for', 'mine']);
    const id = await startUpload(world.deps, { projectId: 1, repositoryName: here, principal: 'user:1' });
    const setState = (text: string, state: string) =>
      world.db.transaction((tx) =>
        sql`update blob set state = ${state} where digest = ${digestOf(Buffer.from(text))}`.execute(
          tx.builder,
        ),
      );
    await world.db.transaction(async (tx) => {
      const blob = sql`(select id from blob where digest = ${digestOf(Buffer.from('claimed'))})`;
      await sql`update upload set blob_id = ${blob} where id = ${id}`.execute(tx.builder);
      await sql`delete from blob_link`.execute(tx.builder);
      await sql`delete from project_blob`.execute(tx.builder);
    });
    await setState('nothing came of it', 'pending');
    await setState('waited for', 'pending');
    const waiting = [{ digest: digestOf(Buffer.from('waited for')), size: 10 }];
    await putManifest(world.deps, 'v1', imageManifest(waiting), { sparse: true });
    const done = await collect(world);
    assert.deepEqual([done.blobs, done.failed], [2, 0]);
    assert.deepEqual(
      await Promise.all(
        ['claimed', 'nothing came of it', 'waited for', 'mine'].map((text) => stateOf(world, text)),
      ),
      ['live', undefined, 'missing', undefined],
    );
    await world.db.transaction((tx) => sql`update upload set expires_at = 1`.execute(tx.builder));
    assert.equal((await collect(world)).blobs, 1);
    assert.equal(await stateOf(world, 'claimed'), undefined);
  });

  test(`what was hidden by DELETE goes, and what the trash keeps stays until it is purged (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await abandon(world, ['deleted']);
    await deleteBlob(world, { ...actorIn(here), digest: digestOf(Buffer.from('deleted')) });
    const digest = await pushTexts(world.deps, 'v1', ['config', 'in the trash']);
    await copyManifests(world.deps);
    await deleteArtifact(world, { ...actorIn(here), digest: requireDigest(digest) });
    assert.equal((await collect(world)).bytes, 7);
    assert.equal(await isStored(world, 'in the trash'), true);
    const { waiting } = await plan(world);
    assert.deepEqual(
      waiting.map(({ project, items }) => [project, items]),
      [['library', 1]],
    );
    assert.equal((await inTrash(world)).length, 1);
    const planned = await plan(world, { purgeTrash: true });
    const done = await collect(world, { purgeTrash: true });
    assert.deepEqual([done.bytes, done.blobs, done.manifests], [planned.bytes, 3, 1]);
    assert.equal(await isStored(world, 'in the trash'), false);
    assert.equal((await inTrash(world)).length, 0);
    await requireConsistent(world);
  });

  test(`artifacts without tags go to the trash when they are asked for: none that an index lists, that is new, or has a tag by now (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await pushTexts(world.deps, 'gone', ['config', 'gone']);
    await deleteTag(world, { ...actorIn(here), tag: requireTag('gone') });
    await pushTexts(world.deps, 'kept', ['config', 'kept']);
    const child = await pushTexts(world.deps, 'child', ['config', 'child']);
    const type = 'application/vnd.oci.image.index.v1+json';
    const manifests = [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: child, size: 1 }];
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, manifests }));
    await putManifest(world.deps, 'index', index, { type });
    await deleteTag(world, { ...actorIn(here), tag: requireTag('child') });
    assert.equal((await collect(world)).untagged, 0);
    assert.equal((await collect(world, { deleteUntagged: true, windowMs: hourMs })).untagged, 0);
    assert.equal((await plan(world, { deleteUntagged: true })).untagged, 1);
    assert.equal((await collect(world, { deleteUntagged: true })).untagged, 1);
    const kinds = (await inTrash(world)).map(({ kind }) => kind);
    assert.equal(kinds.filter((kind) => kind === 'artifact').length, 1);
    await requireConsistent(world);
  });

  test(`by its schedule only what was condemned before the newest snapshot goes (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await abandon(world, ['one']);
    const before = (await world.db.now()) - 1;
    const first = await collect(world, { condemnedBefore: before });
    assert.deepEqual([first.blobs, await stateOf(world, 'one')], [0, 'condemned']);
    assert.deepEqual(
      [(await plan(world, { oldestSnapshot: before })).inSnapshots, await isStored(world, 'one')],
      [1, true],
    );
    await pushBlob(world.deps, Buffer.from('one'));
    assert.equal(await stateOf(world, 'one'), 'live');
    await collect(world, { condemnedBefore: before });
    const after = (await world.db.now()) + 1;
    assert.deepEqual((await plan(world, { oldestSnapshot: after })).inSnapshots, 0);
    assert.equal((await collect(world, { condemnedBefore: after })).blobs, 1);
  });

  test(`H11: an object that was gone already frees nothing; what the storage does not delete is named and tried again (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const texts = ['one', 'two', 'three', 'four'];
    await abandon(world, texts);
    await world.store.delete(canonicalKey(digestOf(Buffer.from('one'))));
    const two = canonicalKey(digestOf(Buffer.from('two')));
    const lines: string[] = [];
    const broken = refusing(world.store, two);
    const first = await collect(world, { store: broken, log: (line) => lines.push(line) });
    assert.deepEqual([first.blobs, first.bytes, first.absent, first.failed], [3, 9, 1, 1]);
    assert.equal(
      lines.filter((line) => line.startsWith(`${digestOf(Buffer.from('two'))} could not be deleted`)).length,
      1,
    );
    assert.deepEqual([await stateOf(world, 'two'), await isStored(world, 'two')], ['deleting', true]);
    const second = await collect(world);
    assert.deepEqual([second.blobs, second.bytes, second.failed], [1, 3, 0]);
    assert.deepEqual([(await collect(world)).bytes, await isStored(world, 'two')], [0, false]);
  });

  test(`one that the storage does not tell of keeps none of the others (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await abandon(world, ['one', 'two', 'three']);
    await world.db.transaction((tx) =>
      sql`update blob set state = 'missing' where digest = ${digestOf(Buffer.from('two'))}`.execute(
        tx.builder,
      ),
    );
    const store = hiding(world.store, canonicalKey(digestOf(Buffer.from('two'))));
    const planned = await plan(world, { store });
    assert.deepEqual([planned.blobs, planned.bytes, planned.unread], [2, 8, 1]);
    const lines: string[] = [];
    const done = await collect(world, { store, log: (line) => lines.push(line) });
    assert.deepEqual([done.blobs, done.bytes, done.failed], [2, 8, 1]);
    assert.match(lines.join('\n'), new RegExp(`${digestOf(Buffer.from('two'))} could not be deleted.*ill`));
    assert.deepEqual([(await collect(world)).bytes, await stateOf(world, 'two')], [3, undefined]);
  });

  test(`what a manifest has come to name since it was condemned is not deleted (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await abandon(world, ['named late', 'not named']);
    await collect(world, { condemnedBefore: 0 });
    assert.equal(await stateOf(world, 'named late'), 'condemned');
    const waiting = [{ digest: digestOf(Buffer.from('named late')), size: 10 }];
    await putManifest(world.deps, 'v1', imageManifest(waiting), { sparse: true });
    assert.deepEqual([(await plan(world)).blobs, (await collect(world)).blobs], [1, 1]);
    assert.deepEqual(
      [await stateOf(world, 'named late'), await isStored(world, 'named late')],
      ['condemned', true],
    );
    await pushBlob(world.deps, Buffer.from('named late'));
    assert.equal(await stateOf(world, 'named late'), 'live');
    await requireConsistent(world);
  });

  test(`an artifact that got a tag since it was looked at stays (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await pushTexts(world.deps, 'v1', ['config']);
    const reference = { kind: 'digest', digest: requireDigest(digest) } as const;
    const untaggedSince = (await world.db.now()) + hourMs;
    const remove = (since: number) =>
      deleteWithDependents(world, { ...actorIn(here), reference, untaggedSince: since });
    await assert.rejects(remove(untaggedSince), { code: 'ARTIFACT_IN_USE' });
    await deleteTag(world, { ...actorIn(here), tag: requireTag('v1') });
    await assert.rejects(remove(0), { code: 'ARTIFACT_IN_USE' });
    await remove(untaggedSince);
    assert.equal((await inTrash(world)).length, 2);
  });

  test(`a manifest that was purged before its copy was made is not taken for a blob with an object (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await pushTexts(world.deps, 'v1', ['config']);
    await deleteArtifact(world, { ...actorIn(here), digest: requireDigest(digest) });
    const [item] = await inTrash(world);
    await purgeTrash(world.deps, { id: item?.id ?? 0, actor: testActor, why: 'expired' });
    const state = async () =>
      (
        await world.db.reader.builder
          .selectFrom('blob')
          .select('state')
          .where('digest', '=', digest)
          .executeTakeFirst()
      )?.state;
    assert.equal(await state(), 'condemned');
    const done = await collect(world);
    assert.deepEqual([done.blobs, done.bytes, done.absent, await state()], [2, 6, 1, undefined]);
  });

  test(`while the storage is not the one of the database nothing is deleted, nor condemned (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await abandon(world, ['one', 'two']);
    const away = { storeIsOurs: () => Promise.resolve(false) };
    await assert.rejects(collect(world, away), { code: 'STORAGE_UNAVAILABLE' });
    await assert.rejects(plan(world, away), { code: 'STORAGE_UNAVAILABLE' });
    assert.equal(await stateOf(world, 'one'), 'live');
    // Gone in the middle.
    let looks = 0;
    const leaving = { storeIsOurs: () => Promise.resolve((looks += 1) < 3) };
    await assert.rejects(collect(world, leaving), { code: 'STORAGE_UNAVAILABLE' });
    for (const text of ['one', 'two']) assert.equal(await isStored(world, text), true);
    assert.equal((await collect(world)).blobs, 2);
  });

  test(`of 2500 blobs a store that deletes a thousand at once is asked three times (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const objects = new MemoryObjects(minimumPartBytes);
    const calls: number[] = [];
    const counted = Object.assign(Object.create(objects) as MemoryObjects, {
      deleteMany: (keys: readonly string[]) => {
        calls.push(keys.length);
        return objects.deleteMany(keys);
      },
    });
    await world.db.transaction(async (tx) => {
      for (let no = 0; no < 2500; no += 1) {
        const digest = digestOf(Buffer.from(`blob ${no}`));
        await sql`insert into blob (digest, size, state, storage_key, generation, worker, state_at)
          values (${digest}, 7, 'live', null, 0, null, 0)`.execute(tx.builder);
      }
    });
    const done = await collect(world, { store: new ObjectStore(counted, minimumPartBytes), workers: 3 });
    assert.deepEqual([done.blobs, done.bytes], [2500, 17_500]);
    assert.deepEqual(
      calls.toSorted((a, b) => a - b),
      [500, 1000, 1000],
    );
  });
}

test('beside clients at work a run with one worker rests, and one with two does not', async () => {
  const took: number[] = [];
  for (const workers of [1, 2]) {
    await using world = await openWorld({ dialect: 'sqlite' });
    await abandon(world, ['garbage'], hourMs);
    // Each look at the storage takes a while, so that the run has steps of some length.
    const storeIsOurs = () => delay(110, true);
    const served = () => ({ answers: performance.now(), bytes: 0 });
    const beganAt = performance.now();
    const { blobs } = await collect(world, { workers, storeIsOurs, served });
    took.push(performance.now() - beganAt);
    assert.equal(blobs, 1);
  }
  const [one = 0, two = 0] = took;
  assert.ok(one > two + 900, `with one worker ${one} ms, with two ${two} ms`);
});
