import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertUser } from '../../access/users/user-writes.ts';
import { AppError } from '../../lib/errors.ts';
import { requireDigest } from '../../lib/oci/digest.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { parseReference, requireTag } from '../../lib/oci/tag.ts';
import { plansOf } from '../../platform/db/testing/plans.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { deleteArtifact } from '../artifacts/delete-artifact.ts';
import { deleteRepository } from '../artifacts/delete-repository.ts';
import { deleteWithDependents } from '../artifacts/delete-with-dependents.ts';
import { drainRepository } from '../artifacts/drain-repository.ts';
import { findLinkedBlob } from '../blobs/blob-reads.ts';
import { createLabel } from '../labels/create-label.ts';
import { checkUsage } from '../repositories/check-usage.ts';
import { usageOf } from '../repositories/usage-reads.ts';
import { deleteTag } from '../tags/delete-tag.ts';
import { findByTag } from '../tags/tag-reads.ts';
import { createProtection } from '../tags/update-protection.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  testActor,
  type World,
} from '../testing/world.ts';
import { neededByTrash } from './needed-reads.ts';
import { purgeTrash } from './purge-trash.ts';
import { restoreTrash } from './restore-trash.ts';
import { pageOfTrash, type TrashItem } from './trash-reads.ts';

const where = { projectId, repositoryName, actor: testActor };

async function push(world: World, tag: string, text: string, extra: object = {}): Promise<string> {
  const layers = [];
  for (const part of ['config', 'layer']) {
    const bytes = Buffer.from(`${part} ${text}`);
    layers.push({ digest: await pushBlob(world.deps, bytes), size: bytes.length });
  }
  return putManifest(world.deps, tag, imageManifest(layers, extra));
}

async function trashed({ db }: World): Promise<TrashItem[]> {
  const sort = [{ key: 'id', descending: false }] as const;
  return (await pageOfTrash(db.reader, { places: undefined, conditions: [], sort, offset: 0, limit: 100 }))
    .rows;
}

const restore = ({ db }: World, id: number) => restoreTrash({ db }, { id, actor: testActor });
const used = async ({ db }: World) => (await usageOf(db.reader, projectId))?.usedBytes ?? 0;
const standsFor = async ({ db }: World, tag: string, name = repositoryName) =>
  (await findByTag(db.reader, name, tag))?.digest;
const conflict = (words: RegExp) => (error: unknown) =>
  error instanceof AppError &&
  error.code === 'CONFLICT' &&
  words.test(`${error.message}; ${String(error.detail)}`);

async function isExact(world: World): Promise<void> {
  assert.deepEqual(await checkUsage(world, { repair: false }), []);
}

for (const dialect of dialects) {
  test(`what was restored is not emptied by who began to empty it before (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await push(world, 'v1', 'a');
    await deleteRepository(world, where);
    const [item] = await trashed(world);
    const hidden = { id: item?.repositoryId ?? 0, projectId, repositoryName, trashId: item?.id ?? 0 };
    await restore(world, item?.id ?? 0);
    const before = await used(world);
    assert.equal(await drainRepository(world, { ...hidden, actor: testActor }), true);
    assert.notEqual(await standsFor(world, 'v1'), undefined);
    assert.equal(await used(world), before);
    await isExact(world);
  });

  test(`an artifact comes back with tags, labels, accessories, layers and usage (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', 'one');
    await push(world, 'latest', 'one');
    const subject = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 };
    await push(world, 'sig', 'signature', { subject });
    const { db } = world;
    await createLabel(world, { name: 'keep', description: '', color: '', projectId, actor: testActor });
    const before = await used(world);
    await db.transaction((tx) =>
      tx.builder
        .insertInto('artifact_label')
        .columns(['artifact_id', 'label_id'])
        .expression(
          tx.builder
            .selectFrom('artifact')
            .innerJoin('label', 'label.name', 'label.name')
            .select(['artifact.id', 'label.id'])
            .where('artifact.digest', '=', digest),
        )
        .execute(),
    );
    await deleteWithDependents(world, { ...where, reference: parseReference(digest) });
    assert.equal(await used(world), 0);
    const [item] = await trashed(world);
    assert.ok(item !== undefined);
    assert.equal(item.kind, 'artifact');
    assert.equal(item.freedBytes, before);
    const back = await restore(world, item.id);
    assert.deepEqual([back.artifacts, back.tags, back.bytes], [2, 3, before]);
    assert.equal(await used(world), before);
    await isExact(world);
    assert.equal(await standsFor(world, 'v1'), digest);
    assert.equal(await standsFor(world, 'latest'), digest);
    const layer = digestOf(Buffer.from('layer one'));
    assert.ok((await findLinkedBlob(db.reader, repositoryName, layer)) !== undefined);
    const marks = await db.reader.builder.selectFrom('artifact_label').selectAll().execute();
    assert.equal(marks.length, 1);
    assert.deepEqual(await trashed(world), []);
    await assert.rejects(restore(world, item.id), /there is no \d+ in the trash/);
  });

  test(`an artifact that was pushed again is merged: tags and labels come to the live one (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', 'one');
    await putManifest(world.deps, 'v2', manifestOf('one'));
    await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    await push(world, 'v1', 'one');
    const before = await used(world);
    const [item] = await trashed(world);
    const back = await restore(world, item?.id ?? 0);
    assert.deepEqual([back.artifacts, back.tags, back.bytes], [1, 1, 0]);
    assert.equal(await standsFor(world, 'v2'), digest);
    assert.equal(await used(world), before);
    await isExact(world);
  });

  test(`one that was pushed again without its layers gets them back (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', 'one');
    const before = await used(world);
    await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    await putManifest(world.deps, 'v1', manifestOf('one'), { sparse: true });
    const [item] = await trashed(world);
    await restore(world, item?.id ?? 0);
    const layer = digestOf(Buffer.from('layer one'));
    assert.ok((await findLinkedBlob(world.db.reader, repositoryName, layer)) !== undefined);
    assert.equal(await used(world), before);
    await isExact(world);
  });

  test(`a tag that stands for something else is a conflict that changes nothing (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', 'one');
    await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    const other = await push(world, 'v1', 'two');
    const before = await used(world);
    const [item] = await trashed(world);
    await assert.rejects(
      restore(world, item?.id ?? 0),
      conflict(/library\/app:v1 stands for sha256:.* now; delete that tag/),
    );
    assert.equal(await used(world), before);
    await isExact(world);
    await deleteTag(world, { ...where, tag: requireTag('v1') });
    const back = await restore(world, item?.id ?? 0);
    assert.equal(back.tags, 1);
    assert.equal(await standsFor(world, 'v1'), digest);
    const [tag] = await trashed(world);
    assert.equal(tag?.digest, other);
    await assert.rejects(
      restore(world, tag?.id ?? 0),
      conflict(/library\/app:v1 is not restored: library\/app:v1 stands for/),
    );
  });

  test(`a tag comes back; while its artifact is in the trash, too, that is named (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', 'one');
    await deleteTag(world, { ...where, tag: requireTag('v1') });
    await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    const [tag, artifact] = await trashed(world);
    await assert.rejects(
      restore(world, tag?.id ?? 0),
      conflict(new RegExp(`is in the trash, too; restore ${artifact?.id} first`)),
    );
    await restore(world, artifact?.id ?? 0);
    assert.equal(await standsFor(world, 'v1'), undefined);
    await restore(world, tag?.id ?? 0);
    assert.equal(await standsFor(world, 'v1'), digest);
    await isExact(world);
  });

  test(`a tag comes back with what it needs at once, or nothing does (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', 'one');
    const before = await used(world);
    await deleteTag(world, { ...where, tag: requireTag('v1') });
    await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    await deleteRepository(world, where);
    const [tag, artifact, repository] = await trashed(world);
    assert.ok(tag !== undefined && artifact !== undefined && repository !== undefined);
    const needed = (await neededByTrash(world.db.reader, tag)).map(({ id }) => id);
    assert.deepEqual(needed, [repository.id, artifact.id]);
    assert.deepEqual(await neededByTrash(world.db.reader, repository), []);
    const all = (ids: readonly number[]) =>
      restoreTrash(world, { id: tag.id, needed: ids, actor: testActor });
    await assert.rejects(all([repository.id]), conflict(/is in the trash, too; restore \d+ first/));
    assert.equal((await trashed(world)).length, 3);
    const back = await all(needed);
    assert.deepEqual(
      back.needed.map(({ kind }) => kind),
      ['repository', 'artifact'],
    );
    assert.deepEqual([back.item.kind, back.artifacts, back.tags, back.bytes], ['tag', 1, 1, before]);
    assert.equal(await standsFor(world, 'v1'), digest);
    assert.equal(await used(world), before);
    assert.deepEqual(await trashed(world), []);
    await isExact(world);
  });

  test(`what is restored by somebody else meanwhile is not missed (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', 'one');
    await deleteTag(world, { ...where, tag: requireTag('v1') });
    await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    const [tag, artifact] = await trashed(world);
    await restore(world, artifact?.id ?? 0);
    const back = await restoreTrash(world, {
      id: tag?.id ?? 0,
      needed: [artifact?.id ?? 0],
      actor: testActor,
    });
    assert.deepEqual([back.needed, back.tags], [[], 1]);
    await isExact(world);
  });

  test(`an index does not come back without a child that was deleted by itself (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const child = await push(world, 'child', 'child');
    const manifests = [{ mediaType: mediaTypes.ociManifest, digest: child, size: 1 }];
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }),
    );
    const index = await putManifest(world.deps, 'all', bytes, { type: mediaTypes.ociIndex });
    await deleteArtifact(world, { ...where, digest: requireDigest(index) });
    await deleteArtifact(world, { ...where, digest: requireDigest(child) });
    const [whole, part] = await trashed(world);
    await assert.rejects(
      restore(world, whole?.id ?? 0),
      conflict(new RegExp(`${child}, which it lists, was deleted by itself; restore ${part?.id} first`)),
    );
    assert.equal(await standsFor(world, 'all'), undefined);
    assert.ok(whole !== undefined);
    const needed = (await neededByTrash(world.db.reader, whole)).map(({ id }) => id);
    assert.deepEqual(needed, [part?.id]);
    await restore(world, part?.id ?? 0);
    await restore(world, whole.id);
    assert.deepEqual([await standsFor(world, 'all'), await standsFor(world, 'child')], [index, child]);
    await isExact(world);
    for (const digest of [index, child])
      await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    const [again, lost] = await trashed(world);
    await purgeTrash(world.deps, { id: lost?.id ?? 0, actor: testActor, why: 'asked' });
    await assert.rejects(
      restore(world, again?.id ?? 0),
      conflict(new RegExp(`${child}, which it lists, was removed for good; push that by its digest first`)),
    );
    await push(world, 'child', 'child');
    await restore(world, again?.id ?? 0);
    assert.equal(await standsFor(world, 'all'), index);
    await isExact(world);
  });

  test(`of a child that was deleted twice the last deletion comes back with its index (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const child = await push(world, 'child', 'child');
    const index = await pushIndex(world, [child]);
    for (const digest of [index, child])
      await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    await push(world, 'again', 'child');
    await deleteArtifact(world, { ...where, digest: requireDigest(child) });
    await push(world, 'child', 'something else');
    const [whole, first, last] = await trashed(world);
    assert.ok(whole !== undefined && first !== undefined && last !== undefined);
    const needed = (await neededByTrash(world.db.reader, whole)).map(({ id }) => id);
    assert.deepEqual(needed, [last.id]);
    await assert.rejects(restore(world, whole.id), conflict(new RegExp(`restore ${last.id} first`)));
    await restoreTrash(world, { id: whole.id, needed, actor: testActor });
    assert.deepEqual([await standsFor(world, 'all'), await standsFor(world, 'again')], [index, child]);
    assert.deepEqual(
      (await trashed(world)).map(({ id }) => id),
      [first.id],
    );
    await isExact(world);
  });

  test(`an index of indexes comes back with all below it at once (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const child = await push(world, 'child', 'child');
    const inner = await pushIndex(world, [child], 'inner');
    const index = await pushIndex(world, [child, inner]);
    for (const digest of [index, inner, child])
      await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    await deleteRepository(world, where);
    const [whole, ...rest] = await trashed(world);
    assert.ok(whole !== undefined);
    const [innerItem, childItem, repository] = rest;
    const needed = (await neededByTrash(world.db.reader, whole)).map(({ id }) => id);
    assert.deepEqual(needed, [repository?.id, childItem?.id, innerItem?.id]);
    const back = await restoreTrash(world, { id: whole.id, needed, actor: testActor });
    assert.deepEqual([back.artifacts, back.tags], [3, 3]);
    assert.deepEqual(await trashed(world), []);
    await isExact(world);
  });

  test(`a child that was deleted before, and with its index, comes back with that (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const child = await push(world, 'child', 'child');
    await deleteArtifact(world, { ...where, digest: requireDigest(child) });
    await push(world, 'child', 'child');
    const index = await pushIndex(world, [child]);
    await deleteRepository(world, where);
    const [, repository] = await trashed(world);
    assert.ok(repository !== undefined);
    assert.deepEqual(await neededByTrash(world.db.reader, repository), []);
    await restore(world, repository.id);
    assert.equal(await standsFor(world, 'all'), index);
    await isExact(world);
  });

  test(`what is needed is found in a few statements, however much it is (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const children = [];
    for (let no = 0; no < 12; no += 1) children.push(await push(world, `child-${no}`, `child ${no}`));
    const index = await pushIndex(world, children);
    for (const digest of [index, ...children])
      await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    const [whole, ...rest] = await trashed(world);
    assert.ok(whole !== undefined);
    let found: readonly TrashItem[] = [];
    const plans = await plansOf(world.db, async (reader) => {
      found = await neededByTrash(reader, whole);
    });
    assert.equal(plans.length, 3);
    assert.doesNotMatch(
      plans.join('\n'),
      /Seq Scan on (?:artifact|reference)|SCAN (?:artifact|child|other|reference)\b/,
    );
    assert.deepEqual(new Set(found.map(({ id }) => id)), new Set(rest.map(({ id }) => id)));
  });

  test(`who restored with what is needed and is refused is not told to do that again (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', 'one');
    await deleteTag(world, { ...where, tag: requireTag('v1') });
    await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    const [tag, artifact] = await trashed(world);
    const id = tag?.id ?? 0;
    const hint = `restore ${artifact?.id} first, or`;
    await assert.rejects(restore(world, id), conflict(new RegExp(`${hint} both at once`)));
    await assert.rejects(
      restoreTrash(world, { id, needed: [], actor: testActor }),
      conflict(new RegExp(`${hint} ask somebody who may$`)),
    );
  });

  test(`who must not make a protected tag does not restore it either (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', 'one');
    await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    await world.db.transaction((tx) =>
      insertUser(tx, { id: 3, username: 'keeper', passwordHash: null, now: 0, deletedAt: null }),
    );
    const rule = { repositories: '**', tags: 'v*', allowed: ['keeper'] };
    await createProtection(world, { projectId, projectName: 'library', actor: testActor, ...rule });
    const [item] = await trashed(world);
    await assert.rejects(restore(world, item?.id ?? 0), /the tag library\/app:v1 is protected/);
    assert.equal(await used(world), 0);
    await isExact(world);
  });

  test(`a repository comes back with its content, unless its name is taken (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await push(world, 'v1', 'one');
    const two = await push(world, 'v2', 'two');
    await deleteArtifact(world, { ...where, digest: requireDigest(two) });
    const before = await used(world);
    await deleteRepository(world, where);
    assert.equal(await used(world), 0);
    const [artifact, item] = await trashed(world);
    assert.deepEqual(
      [item?.kind, item?.repository, item?.freedBytes],
      ['repository', repositoryName, before],
    );
    await assert.rejects(
      restore(world, artifact?.id ?? 0),
      conflict(new RegExp(`its repository library/app is in the trash, too; restore ${item?.id} first`)),
    );
    await push(world, 'v1', 'three');
    await assert.rejects(
      restore(world, item?.id ?? 0),
      conflict(/there is another repository library\/app now/),
    );
    await deleteRepository(world, where);
    const back = await restore(world, item?.id ?? 0);
    assert.deepEqual([back.artifacts, back.tags, back.bytes], [1, 1, before]);
    assert.equal(await standsFor(world, 'v1'), digest);
    assert.equal(await used(world), before);
    await isExact(world);
    await restore(world, artifact?.id ?? 0);
    assert.equal(await standsFor(world, 'v2'), two);
    await isExact(world);
  });
}

function pushIndex(world: World, children: readonly string[], tag = 'all'): Promise<string> {
  const manifests = children.map((digest) => ({ mediaType: mediaTypes.ociManifest, digest, size: 1 }));
  const bytes = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
  return putManifest(world.deps, tag, Buffer.from(bytes), { type: mediaTypes.ociIndex });
}

function manifestOf(text: string): Buffer {
  const layers = ['config', 'layer'].map((part) => {
    const bytes = Buffer.from(`${part} ${text}`);
    return { digest: digestOf(bytes), size: bytes.length };
  });
  return imageManifest(layers);
}
