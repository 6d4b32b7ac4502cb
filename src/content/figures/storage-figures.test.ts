// What removing something gives back is what was said before, to the byte, whatever was pushed, copied, deleted and restored.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { seededChance } from '../../lib/chance.testing.ts';
import { AppError } from '../../lib/errors.ts';
import { requireDigest } from '../../lib/oci/digest.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { requireTag } from '../../lib/oci/tag.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { valueList } from '../../platform/db/value-list.ts';
import { copyManifests } from '../artifacts/copy-manifests.ts';
import { copyArtifact } from '../artifacts/copying/copy-artifact.ts';
import { deleteArtifact } from '../artifacts/delete-artifact.ts';
import { deleteRepository } from '../artifacts/delete-repository.ts';
import { deleteWithDependents } from '../artifacts/delete-with-dependents.ts';
import { deleteBlob } from '../blobs/delete-blob.ts';
import { mountBlob } from '../blobs/mount-blob.ts';
import { deleteTag } from '../tags/delete-tag.ts';
import { openTwoProjects, otherProject } from '../testing/open-two-projects.ts';
import {
  digestOf,
  imageManifest,
  projectId,
  pushBlob,
  putManifest,
  testActor,
  type World,
} from '../testing/world.ts';
import { purgeTrash } from '../trash/purge-trash.ts';
import { bytesInTrash } from '../trash/purge-writes.ts';
import { restoreTrash } from '../trash/restore-trash.ts';
import { inTrash, referenceOf } from '../trash/testing/trash-world.ts';
import { countPlaces } from './count-places.ts';
import { countTags } from './count-tags.ts';

const everywhere = ['library/app', 'library/other', 'other/app'] as const;
/** The other project gets what it has by copies and mounts. */
const pushedTo = ['library/app', 'library/other'] as const;
const tags = ['v1', 'v2', 'v3', 'v4'] as const;
const texts = ['config a', 'config b', 'base', 'middle of it', 'a layer', 'another layer'] as const;
const refusals = [
  'CONFLICT',
  'NOT_FOUND',
  'MANIFEST_UNKNOWN',
  'UNSUPPORTED',
  'ARTIFACT_IN_USE',
  'MANIFEST_BLOB_UNKNOWN',
  'BLOB_UNKNOWN',
  'NAME_UNKNOWN',
  'ACCESSORY_COPY',
];
type Chance = ReturnType<typeof seededChance>;

const where = (name: string) => ({
  projectId: name.startsWith('other/') ? otherProject : projectId,
  repositoryName: name,
  actor: testActor,
});

async function liveIn({ db }: World, name: string): Promise<{ digest: string; size: number }[]> {
  return db.reader.builder
    .selectFrom('live_artifact')
    .innerJoin('live_repository', 'live_repository.id', 'live_artifact.repository_id')
    .select(['live_artifact.digest', 'live_artifact.size'])
    .where('live_repository.full_name', '=', name)
    .orderBy('live_artifact.digest')
    .execute();
}

async function pushImage(world: World, chance: Chance, name: string): Promise<void> {
  const layers = [];
  const count = 1 + chance.whole(4);
  for (let n = 0; n < count; n += 1) {
    const bytes = Buffer.from(chance.pick(texts));
    layers.push({ digest: await pushBlob(world.deps, bytes, name), size: bytes.length });
  }
  const held = await liveIn(world, name);
  const isAbout = held.length > 0 && chance.whole(3) === 0;
  const subject = isAbout ? { mediaType: mediaTypes.ociManifest, ...chance.pick(held) } : undefined;
  const manifest = imageManifest(layers, subject === undefined ? {} : { subject, artifactType: 'text/x' });
  const reference = chance.whole(3) === 0 ? digestOf(manifest) : chance.pick(tags);
  await putManifest(world.deps, reference, manifest, { name });
}

async function pushIndex(world: World, chance: Chance, name: string): Promise<void> {
  const held = await liveIn(world, name);
  if (held.length === 0) return;
  const children = new Set([chance.pick(held), chance.pick(held)]);
  const manifests = [...children].map((child) => ({ mediaType: mediaTypes.ociManifest, ...child }));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }));
  const reference = chance.whole(4) === 0 ? digestOf(bytes) : chance.pick(tags);
  await putManifest(world.deps, reference, bytes, { name, type: mediaTypes.ociIndex });
}

async function step(world: World, chance: Chance): Promise<void> {
  const [name, from, tag] = [chance.pick(everywhere), chance.pick(everywhere), chance.pick(tags)];
  const [whole, here] = [where(name), chance.pick(pushedTo)];
  const digest = digestOf(Buffer.from(chance.pick(texts)));
  const [items, held] = [await inTrash(world), await liveIn(world, name)];
  const item = items.length === 0 ? undefined : chance.pick(items);
  switch (chance.whole(14)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return pushImage(world, chance, here);
    case 4:
    case 5:
      return pushIndex(world, chance, here);
    case 6: {
      const source = { repositoryName: from, reference: referenceOf(tag) };
      await copyArtifact(world, { ...whole, source, sparse: false, allowsTag: () => true });
      return;
    }
    case 7:
      await mountBlob(world, { ...whole, digest, sourceName: from });
      return;
    case 8:
      return deleteBlob(world, { ...whole, digest });
    case 9:
      return deleteTag(world, { ...whole, tag: requireTag(tag) });
    case 10:
      if (held.length > 0)
        await deleteArtifact(world, { ...whole, digest: requireDigest(chance.pick(held).digest) });
      return;
    case 11:
      if (item !== undefined) await restoreTrash(world, { id: item.id, actor: testActor });
      return;
    case 12:
      await deleteWithDependents(world, { ...whole, reference: referenceOf(tag) });
      return;
    default:
      await pushBlob(world.deps, Buffer.from(chance.pick(texts)), here);
  }
}

async function randomWorld(world: World, chance: Chance, steps: number): Promise<void> {
  for (let at = 0; at < steps; at += 1) {
    try {
      await step(world, chance);
    } catch (error) {
      assert.ok(error instanceof AppError && refusals.includes(error.code), String(error));
    }
  }
  // A manifest takes up room in the storage from then on.
  await copyManifests(world.deps);
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, each) => all + each, 0);

/** Purges these of what is in the trash. Returns the bytes that went from the storage. */
async function purged(world: World, isMeant: (id: number) => boolean): Promise<number> {
  let bytes = 0;
  for (const { id } of (await inTrash(world)).toReversed())
    if (isMeant(id) && (await inTrash(world)).some((item) => item.id === id))
      bytes += (await purgeTrash(world.deps, { id, actor: testActor, why: 'asked' })).bytes;
  return bytes;
}

/** Removes something, and purges what is in the trash from it. */
async function freedBy(world: World, remove: () => Promise<unknown>): Promise<number> {
  const before = new Set((await inTrash(world)).map(({ id }) => id));
  await remove();
  return purged(world, (id) => !before.has(id));
}

/** What only links of repositories keep that serve nothing and belong to no deletion: the garbage collection's, and its. */
async function leftIn({ db }: World, repositoryIds: readonly number[]): Promise<number> {
  const ids = valueList('integer', JSON.stringify(repositoryIds), db.dialect);
  const { rows } = await sql<{ bytes: number | null }>`
    select cast(sum(size) as bigint) as "bytes" from blob
      where id in (select blob_id from blob_link where repository_id in ${ids} and hidden = 1)
        and not exists (select 1 from blob_link where blob_id = blob.id
          and (hidden = 0 or repository_id not in ${ids}))
        and not exists (select 1 from reference where blob_id = blob.id)`.execute(db.reader.builder);
  return rows[0]?.bytes ?? 0;
}

/** What live manifests of a project refer to and it is not charged for, since it does not serve it. */
async function referredIn({ db }: World, projectId: number): Promise<number> {
  const { rows } = await sql<{ bytes: number | null }>`
    select cast(sum(size) as bigint) as "bytes" from blob
      where id in (select reference.blob_id from live_artifact
          join reference on reference.manifest_id = live_artifact.blob_id where project_id = ${projectId})
        and not exists (select 1 from project_blob where blob_id = blob.id and project_id = ${projectId})`.execute(
    db.reader.builder,
  );
  return rows[0]?.bytes ?? 0;
}

async function repositoryIds({ db }: World): Promise<ReadonlyMap<string, number>> {
  const rows = await db.reader.builder.selectFrom('live_repository').select(['id', 'full_name']).execute();
  return new Map(rows.map(({ id, full_name: name }) => [name, id]));
}

async function tagsIn({ db }: World, repositoryId: number) {
  return db.reader.builder
    .selectFrom('live_tag')
    .innerJoin('live_artifact', 'live_artifact.id', 'live_tag.artifact_id')
    .select([
      'live_tag.id',
      'live_tag.name',
      'live_artifact.accessory_kind as accessory',
      'live_artifact.id as artifactId',
    ])
    .where('live_tag.repository_id', '=', repositoryId)
    .orderBy('live_tag.name')
    .execute();
}

const worlds = process.env['BERTH_TEST_FULL'] === '1' ? 8 : 2;

for (const dialect of dialects)
  for (let seed = 1; seed <= worlds; seed += 1) {
    test(`the removal of a tag gives back its unique bytes (${dialect}, ${seed})`, async () => {
      await using world = await openTwoProjects(dialect);
      const chance = seededChance(seed);
      await randomWorld(world, chance, 40);
      for (const [name, id] of await repositoryIds(world))
        for (const tag of await tagsIn(world, id)) {
          const now = await tagsIn(world, id);
          if (!now.some((each) => each.id === tag.id) || tag.accessory !== null) continue;
          const { tags: counted } = await countTags(world.db.reader, id);
          const figures = counted.find(({ tagId }) => tagId === tag.id);
          const isShared = now.filter(({ artifactId }) => artifactId === tag.artifactId).length > 1;
          const remove = async () => {
            try {
              if (isShared) await deleteTag(world, { ...where(name), tag: requireTag(tag.name) });
              else await deleteWithDependents(world, { ...where(name), reference: referenceOf(tag.name) });
            } catch (error) {
              assert.ok(error instanceof AppError && refusals.includes(error.code), String(error));
            }
          };
          assert.equal(await freedBy(world, remove), figures?.uniqueBytes, `${name}:${tag.name}`);
        }
    });

    test(`the removal of a repository gives back its unique bytes and its trash (${dialect}, ${seed})`, async () => {
      await using world = await openTwoProjects(dialect);
      await randomWorld(world, seededChance(seed), 60);
      for (const [name, id] of await repositoryIds(world)) {
        const counted = await countPlaces(world.db.reader);
        const { uniqueBytes, trashBytes } = counted.repositories.get(id) ?? {
          uniqueBytes: 0,
          trashBytes: 0,
        };
        const left = await leftIn(world, [id]);
        const remove = () => deleteRepository(world, where(name));
        const freed = await freedBy(world, remove).catch((error: unknown) => {
          // It never had an artifact.
          assert.ok(error instanceof AppError && error.code === 'NOT_FOUND', String(error));
          return uniqueBytes + trashBytes + left;
        });
        assert.equal(freed, uniqueBytes + trashBytes + left, name);
      }
    });

    test(`the removal of all of a project gives back its unique bytes and its trash (${dialect}, ${seed})`, async () => {
      await using world = await openTwoProjects(dialect);
      await randomWorld(world, seededChance(seed), 60);
      const figuresOf = async (id: number): Promise<number> => {
        const { projects } = await countPlaces(world.db.reader);
        const { uniqueBytes, trashBytes } = projects.get(id) ?? { uniqueBytes: 0, trashBytes: 0 };
        return uniqueBytes + trashBytes;
      };
      for (const id of [otherProject, projectId]) {
        const of = await world.db.reader.builder
          .selectFrom('live_repository')
          .select(['id', 'full_name as name', 'visible_at as shown'])
          .where('project_id', '=', id)
          .execute();
        const before =
          (await figuresOf(id)) +
          (await leftIn(
            world,
            of.flatMap((each) => (each.shown === null ? [] : [each.id])),
          ));
        const elsewhere = new Set(
          (await inTrash(world)).filter((item) => item.projectId !== id).map((item) => item.id),
        );
        for (const { name, shown } of of) if (shown !== null) await deleteRepository(world, where(name));
        const freed = await purged(world, (item) => !elsewhere.has(item));
        // What never had an artifact is not deleted, and keeps what it links.
        assert.equal(freed, before - (await figuresOf(id)));
      }
    });

    test(`emptying the trash gives back what was said, and usage is what projects serve (${dialect}, ${seed})`, async () => {
      await using world = await openTwoProjects(dialect);
      await randomWorld(world, seededChance(seed), 60);
      const counted = await countPlaces(world.db.reader);
      // A manifest that is deleted stays while what is about it lives.
      assert.ok(counted.trashBytes <= (await bytesInTrash(world.db.reader)));
      const { builder } = world.db.reader;
      const stored = await builder.selectFrom('blob').select('size').execute();
      const { logicalBytes, trashBytes, unreferencedBytes } = counted;
      assert.equal(logicalBytes + trashBytes + unreferencedBytes, sum(stored.map(({ size }) => size)));
      for (const usage of await builder.selectFrom('project_usage').selectAll().execute()) {
        const referred = await referredIn(world, usage.project_id);
        assert.equal(counted.projects.get(usage.project_id)?.logicalBytes ?? 0, usage.used_bytes + referred);
      }
      assert.equal(await purged(world, () => true), trashBytes);
    });
  }
