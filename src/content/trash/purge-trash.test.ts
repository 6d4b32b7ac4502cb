import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteProject } from '../../access/projects/delete-project.ts';
import { AppError } from '../../lib/errors.ts';
import { requireDigest } from '../../lib/oci/digest.ts';
import { requireTag } from '../../lib/oci/tag.ts';
import { trashMs } from '../../lib/trash-ms.ts';
import type { BlobStore, Space } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { copyManifests } from '../artifacts/copy-manifests.ts';
import { deleteArtifact } from '../artifacts/delete-artifact.ts';
import { deleteRepository } from '../artifacts/delete-repository.ts';
import { unblockDigest } from '../blobs/removal/unblock-digest.ts';
import { checkUsage } from '../repositories/check-usage.ts';
import { deleteTag } from '../tags/delete-tag.ts';
import { findByTag } from '../tags/tag-reads.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  silentLog,
  testActor,
  type World,
} from '../testing/world.ts';
import { keepTrash } from './create-trash-keeping.ts';
import { purgeTrash } from './purge-trash.ts';
import { restoreTrash } from './restore-trash.ts';
import { pageOfTrash, type TrashItem } from './trash-reads.ts';

const where = { projectId, repositoryName, actor: testActor };
const never = new AbortController().signal;

function partsOf(texts: readonly string[]): { bytes: Buffer; digest: string; size: number }[] {
  return texts.map((text) => {
    const bytes = Buffer.from(text);
    return { bytes, digest: digestOf(bytes), size: bytes.length };
  });
}

async function push(
  world: World,
  tag: string,
  texts: readonly string[],
  name = repositoryName,
): Promise<string> {
  const parts = partsOf(texts);
  for (const { bytes } of parts) await pushBlob(world.deps, bytes, name);
  const layers = parts.map(({ digest, size }) => ({ digest, size }));
  return putManifest(world.deps, tag, imageManifest(layers), { name });
}

const remove = (world: World, digest: string, name = repositoryName) =>
  deleteArtifact(world, { ...where, repositoryName: name, digest: requireDigest(digest) });

async function trashed({ db }: { readonly db: Database }): Promise<TrashItem[]> {
  const sort = [{ key: 'id', descending: false }] as const;
  return (await pageOfTrash(db.reader, { places: undefined, conditions: [], sort, offset: 0, limit: 100 }))
    .rows;
}

const purge = (world: World, id: number | undefined, block = false) =>
  purgeTrash(world.deps, { id: id ?? 0, actor: testActor, why: 'asked', block });

const isStored = async ({ store }: World, text: string) =>
  (await store.get(canonicalKey(digestOf(Buffer.from(text))))) !== undefined;

async function rowsOf(
  { db }: World,
  table: 'blob' | 'manifest' | 'artifact' | 'blob_link' | 'tag' | 'trash',
) {
  const row = await db.reader.builder
    .selectFrom(table)
    .select((of) => of.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

async function isExact(world: World): Promise<void> {
  assert.deepEqual(await checkUsage(world, { repair: false }), []);
}

/** The same database, whose clock is ahead. */
function later(real: Database, byMs: number): Database {
  return {
    dialect: real.dialect,
    reader: real.reader,
    now: async () => (await real.now()) + byMs,
    transaction: (...of) => real.transaction(...of),
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
}

/** The same store on a disk of that size. */
function onDisk(real: BlobStore, space: Space): BlobStore {
  return new Proxy(real, {
    get(target, name) {
      if (name === 'space') return () => Promise.resolve(space);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

for (const dialect of dialects) {
  test(`a purge deletes what only the image had, and leaves what others need (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', ['config one', 'only one', 'shared']);
    await push(world, 'v2', ['config two', 'shared']);
    await copyManifests(world.deps);
    await remove(world, digest);
    const [item] = await trashed(world);
    const purged = await purge(world, item?.id);
    assert.deepEqual([purged.artifacts, purged.blobs], [1, 3]);
    assert.equal(await isStored(world, 'only one'), false);
    assert.equal(await isStored(world, 'config one'), false);
    assert.equal(await isStored(world, 'shared'), true);
    assert.deepEqual(
      [await rowsOf(world, 'manifest'), await rowsOf(world, 'artifact'), await rowsOf(world, 'blob')],
      [1, 1, 3],
    );
    assert.deepEqual([await rowsOf(world, 'blob_link'), await rowsOf(world, 'trash')], [2, 0]);
    await isExact(world);
    await assert.rejects(restoreTrash(world, { id: item?.id ?? 0, actor: testActor }), /in the trash/);
    await assert.rejects(purge(world, item?.id), /there is no \d+ in the trash/);
    assert.equal(await push(world, 'v1', ['config one', 'only one', 'shared']), digest);
    assert.equal(await isStored(world, 'only one'), true);
  });

  test(`what another deletion in the trash needs outlives a purge (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const one = await push(world, 'v1', ['config', 'shared']);
    const two = await push(world, 'v2', ['config', 'shared', 'more']);
    const elsewhere = await push(world, 'v1', ['config', 'shared'], 'library/other');
    await remove(world, one);
    await remove(world, two);
    await remove(world, elsewhere, 'library/other');
    const [first, second, third] = await trashed(world);
    assert.equal((await purge(world, first?.id)).blobs, 0);
    await restoreTrash(world, { id: second?.id ?? 0, actor: testActor });
    await restoreTrash(world, { id: third?.id ?? 0, actor: testActor });
    assert.equal((await findByTag(world.db.reader, repositoryName, 'v2'))?.digest, two);
    assert.equal((await findByTag(world.db.reader, 'library/other', 'v1'))?.digest, one);
    assert.equal(await isStored(world, 'shared'), true);
    await isExact(world);
  });

  test(`a tag, a repository with earlier deletions, and a project are purged with all they had (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await push(world, 'v1', ['config', 'one']);
    await deleteTag(world, { ...where, tag: requireTag('v1') });
    const two = await push(world, 'v2', ['config', 'two']);
    await remove(world, two);
    await deleteRepository(world, where);
    const [tag, , repository] = await trashed(world);
    assert.deepEqual([(await purge(world, tag?.id)).blobs, (await trashed(world)).length], [0, 2]);
    const purged = await purge(world, repository?.id);
    assert.deepEqual([purged.artifacts, purged.blobs], [2, 5]);
    assert.deepEqual(
      [await rowsOf(world, 'trash'), await rowsOf(world, 'blob'), await rowsOf(world, 'tag')],
      [0, 0, 0],
    );
    await push(world, 'v1', ['config', 'three']);
    await deleteRepository(world, where);
    await deleteProject(world, { projectId, actor: testActor });
    const project = (await trashed(world)).find(({ kind }) => kind === 'project');
    assert.equal((await purge(world, project?.id)).blobs, 3);
    assert.deepEqual([await rowsOf(world, 'trash'), await rowsOf(world, 'blob')], [0, 0]);
    const left = await world.db.reader.builder.selectFrom('project').select('id').execute();
    assert.deepEqual(left, []);
  });

  test(`a blocked digest is refused in every repository until that is lifted (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', ['config', 'leaked']);
    await push(world, 'v1', ['config', 'leaked'], 'library/copy');
    await remove(world, digest);
    await remove(world, digest, 'library/copy');
    const [item, copy] = await trashed(world);
    assert.equal((await purge(world, item?.id, true)).blocked, 1);
    const isRefused = (error: unknown) =>
      error instanceof AppError &&
      error.code === 'DENIED' &&
      /was removed for good and blocked on/.test(error.message);
    await assert.rejects(push(world, 'v1', ['config', 'leaked']), isRefused);
    await assert.rejects(push(world, 'v1', ['config', 'leaked'], 'library/third'), isRefused);
    await assert.rejects(restoreTrash(world, { id: copy?.id ?? 0, actor: testActor }), /is blocked/);
    await unblockDigest(world, { digest, actor: testActor });
    for (const unknown of [digest, 'a\0b'])
      await assert.rejects(unblockDigest(world, { digest: unknown, actor: testActor }), /is not blocked/);
    await restoreTrash(world, { id: copy?.id ?? 0, actor: testActor });
    assert.equal(await push(world, 'v1', ['config', 'leaked']), digest);
    await deleteTag(world, { ...where, tag: requireTag('v1') });
    const tag = (await trashed(world)).find(({ kind }) => kind === 'tag');
    await assert.rejects(purge(world, tag?.id, true), /only artifacts and repositories are blocked/);
    await isExact(world);
  });

  test(`what was in the trash for its time goes, content is left to the collection (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', ['config', 'old']);
    await remove(world, digest);
    const deps = {
      ...world.deps,
      log: silentLog,
      store: onDisk(world.store, { freeBytes: 9e12, capacityBytes: 9e12 }),
    };
    await keepTrash({ ...deps, db: later(world.db, trashMs - 60_000) }, never);
    assert.equal((await trashed(world)).length, 1);
    await keepTrash({ ...deps, db: later(world.db, trashMs + 1) }, never);
    assert.deepEqual(
      [(await trashed(world)).length, await rowsOf(world, 'artifact'), await rowsOf(world, 'blob_link')],
      [0, 0, 0],
    );
    assert.equal(await isStored(world, 'old'), true);
    await isExact(world);
  });

  test(`the oldest goes early, with an event: above the cap, and on a disk that is nearly full (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await push(world, 'kept', ['config', 'kept']);
    await deleteTag(world, { ...where, tag: requireTag('kept') });
    for (const text of ['a', 'b', 'c']) {
      const digest = await push(world, 'v1', [`config ${text}`, text.repeat(1000)]);
      await copyManifests(world.deps);
      await remove(world, digest);
    }
    const keep = (freeBytes: number, capacityBytes: number, db: Database = world.db) =>
      keepTrash(
        { ...world.deps, db, log: silentLog, store: onDisk(world.store, { freeBytes, capacityBytes }) },
        never,
      );
    const [tag, first, second, third] = await trashed(world);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const all = async () => (await trashed(world)).map(({ id }) => id);
    const ids = async () => (await all()).filter((id) => id !== tag?.id);
    const cap = first.freedBytes + second.freedBytes + third.freedBytes;
    await keep(10 * cap, 10 * cap);
    assert.deepEqual(await ids(), [first.id, second.id, third.id]);
    await keep(10 * (cap - 1), 10 * (cap - 1));
    assert.deepEqual(await ids(), [first.id, second.id, third.id], 'what was deleted today stays');
    await keep(10 * (cap - 1), 10 * (cap - 1), later(world.db, 25 * 3_600_000));
    assert.deepEqual(await ids(), [second.id, third.id]);
    assert.equal(await isStored(world, 'a'.repeat(1000)), false);
    await keep(149_999, 1_000_000);
    assert.deepEqual(await ids(), [third.id]);
    // Most is taken by something else: nothing in the trash would change that.
    await keep(100_000, 1_000_000);
    assert.deepEqual(await ids(), [third.id]);
    const events = await world.db.reader.builder
      .selectFrom('event')
      .select('data')
      .where('type', '=', 'trash.released')
      .orderBy('id')
      .execute();
    const told = events.map(({ data }) => JSON.parse(data) as { items: number; bytes: number; why: string });
    assert.deepEqual(
      told.map(({ items, bytes, why }) => [items, bytes, why]),
      [
        [1, first.freedBytes, 'cap'],
        [1, second.freedBytes, 'disk'],
      ],
    );
    await keep(49_999, 1_000_000);
    // A tag keeps no content.
    assert.deepEqual(await all(), [tag?.id]);
  });
}
