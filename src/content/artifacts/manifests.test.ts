import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { AppError, type ErrorCode } from '../../lib/errors.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { parseReference, type Tag } from '../../lib/oci/tag.ts';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import { BytesCache } from '../../platform/cache/bytes-cache.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { findLinkedBlob } from '../blobs/blob-reads.ts';
import { findVisibleRepositoryId } from '../repositories/repository-reads.ts';
import { deleteTag } from '../tags/delete-tag.ts';
import { pageOfTags } from '../tags/tag-reads.ts';
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
import { deleteArtifact } from './delete-artifact.ts';
import { findManifest, readManifest } from './find-manifest.ts';

const fails = (code: ErrorCode) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error));
  assert.equal(error.code, code, error.message);
  return true;
};

interface Image {
  readonly digest: Digest;
  readonly bytes: Buffer;
  readonly layers: readonly Digest[];
}

/** Config and one layer, each of the given size, different for each seed. */
async function pushImage(
  world: World,
  seed: number,
  reference = 'v1',
  name = repositoryName,
): Promise<Image> {
  const blobs = [pattern(100, seed), pattern(1000, seed + 1000)];
  const layers = [];
  for (const blob of blobs) layers.push(await pushBlob(world.deps, blob, name));
  const bytes = imageManifest(layers.map((digest, index) => ({ digest, size: blobs[index]?.length ?? 0 })));
  return { digest: await putManifest(world.deps, reference, bytes, { name }), bytes, layers };
}

async function get(world: World, reference: string, name = repositoryName) {
  const deps = { db: world.db, store: world.store, manifests: new BytesCache(1_000_000) };
  const manifest = await findManifest(deps, { repositoryName: name, reference: parseReference(reference) });
  return { manifest, bytes: await readManifest(deps, manifest) };
}

const remove = (world: World, digest: Digest, name = repositoryName) =>
  deleteArtifact(world.deps, { projectId, repositoryName: name, digest, actor: testActor });

async function column(world: World, query: ReturnType<typeof sql>): Promise<unknown[]> {
  const { rows } = await query.execute(world.db.reader.builder);
  return rows.map((row) => Object.values(row as object)[0] as unknown);
}

const usage = async (world: World) =>
  Number((await column(world, sql`select used_bytes from project_usage`))[0]);

function indexOf(children: readonly { digest: string; size: number; platform?: object }[]): Buffer {
  const manifests = children.map((child) => ({ mediaType: mediaTypes.ociManifest, ...child }));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }));
}

for (const dialect of dialects) {
  const open = () => openWorld({ dialect });

  test(`${dialect}: a manifest is served as it was pushed, by tag and by digest`, async () => {
    await using world = await open();
    const image = await pushImage(world, 1);
    for (const reference of ['v1', image.digest]) {
      const { manifest, bytes } = await get(world, reference);
      assert.deepEqual(bytes, image.bytes);
      assert.equal(manifest.digest, image.digest);
      assert.equal(manifest.mediaType, mediaTypes.ociManifest);
      assert.equal(manifest.sizeBytes, image.bytes.length);
    }
  });

  test(`${dialect}: bytes and links are of one repository only`, async () => {
    await using world = await open();
    const image = await pushImage(world, 1);
    await pushImage(world, 2, 'v1', 'library/other');
    await assert.rejects(get(world, image.digest, 'library/other'), fails('MANIFEST_UNKNOWN'));
    for (const layer of image.layers) {
      assert.equal(await findLinkedBlob(world.db.reader, 'library/other', layer), undefined);
    }
    await assert.rejects(
      putManifest(world.deps, 'x', image.bytes, { name: 'library/other' }),
      fails('MANIFEST_BLOB_UNKNOWN'),
    );
  });

  test(`${dialect}: a manifest whose layer is missing is refused by its digest, and leaves nothing`, async () => {
    await using world = await open();
    const missing = digestOf(Buffer.from('never pushed'));
    const config = await pushBlob(world.deps, pattern(10));
    const bytes = imageManifest([
      { digest: config, size: 10 },
      { digest: missing, size: 5 },
    ]);
    await assert.rejects(putManifest(world.deps, 'v1', bytes), (error) => {
      fails('MANIFEST_BLOB_UNKNOWN')(error);
      assert.equal((error as AppError).detail, missing);
      return true;
    });
    await assert.rejects(get(world, 'v1'), fails('MANIFEST_UNKNOWN'));
    assert.equal(await findVisibleRepositoryId(world.db.reader, repositoryName), undefined);
    assert.equal(await usage(world), 10);
  });

  test(`${dialect}: what stays with its vendor, and a subject that is not here, need not be here`, async () => {
    await using world = await open();
    const config = await pushBlob(world.deps, pattern(10));
    const foreign = {
      digest: digestOf(Buffer.from('foreign')),
      size: 4_069_985_900,
      mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    };
    const subject = { mediaType: mediaTypes.ociManifest, digest: digestOf(Buffer.from('subject')), size: 7 };
    const bytes = imageManifest([{ digest: config, size: 10 }, foreign], { subject });
    await putManifest(world.deps, 'v1', bytes);
    assert.equal(await usage(world), 10 + bytes.length);
    const waiting = await column(
      world,
      sql`select digest from reference where blob_id is null order by position`,
    );
    assert.deepEqual(waiting, [foreign.digest, subject.digest]);
  });

  test(`${dialect}: a reference that waited is filled by whatever brings its digest`, async () => {
    await using world = await open();
    const image = await pushImage(world, 1, 'subject', 'library/other');
    const later = pattern(77, 9);
    const config = await pushBlob(world.deps, pattern(10));
    const foreignType = 'application/vnd.oci.image.layer.nondistributable.v1.tar';
    const unknown = imageManifest(
      [
        { digest: config, size: 10 },
        { digest: digestOf(later), size: 77, mediaType: foreignType },
      ],
      {
        subject: { mediaType: mediaTypes.ociManifest, digest: image.digest, size: 1 },
      },
    );
    await putManifest(world.deps, 'v1', unknown);
    const unfilled = sql`select count(*) as c from reference where blob_id is null`;
    assert.equal(Number((await column(world, unfilled))[0]), 1, 'the subject is known already');
    await pushBlob(world.deps, later);
    assert.equal(Number((await column(world, unfilled))[0]), 0);
  });

  test(`${dialect}: an index may name one child twice, and is charged once`, async () => {
    await using world = await open();
    const image = await pushImage(world, 1);
    const before = await usage(world);
    const child = { digest: image.digest, size: image.bytes.length };
    const bytes = indexOf([
      { ...child, platform: { architecture: 'arm', os: 'linux', variant: 'v6' } },
      { ...child, platform: { architecture: 'arm', os: 'linux', variant: 'v7' } },
    ]);
    for (let again = 0; again < 2; again++) {
      await putManifest(world.deps, 'multi', bytes, { type: mediaTypes.ociIndex });
    }
    assert.deepEqual((await get(world, 'multi')).bytes, bytes);
    assert.equal(await usage(world), before + bytes.length);
    await remove(world, digestOf(bytes));
    assert.equal(await usage(world), before);
  });

  test(`${dialect}: an index of layers is taken, as build caches are`, async () => {
    await using world = await open();
    const layer = await pushBlob(world.deps, pattern(50));
    const bytes = indexOf([{ digest: layer, size: 50 }]);
    await putManifest(world.deps, 'cache', bytes, { type: mediaTypes.ociIndex });
    assert.deepEqual((await get(world, 'cache')).bytes, bytes);
  });

  test(`${dialect}: a config of no bytes is a config`, async () => {
    await using world = await open();
    const empty = await pushBlob(world.deps, Buffer.alloc(0));
    const bytes = imageManifest([
      { digest: empty, size: 0, mediaType: 'application/vnd.example.config.v1+json' },
    ]);
    await putManifest(world.deps, 'v1', bytes);
    assert.deepEqual((await get(world, 'v1')).bytes, bytes);
  });

  test(`${dialect}: a tag moves at once, and its history tells from where to where`, async () => {
    await using world = await open();
    const first = await pushImage(world, 1);
    const second = await pushImage(world, 2);
    await putManifest(world.deps, 'v1', second.bytes);
    assert.equal((await get(world, 'v1')).manifest.digest, second.digest);
    const history = await sql<{ digest: string; previous_digest: string | null }>`
      select digest, previous_digest from tag_history order by id`.execute(world.db.reader.builder);
    assert.deepEqual(
      history.rows.map((row) => [row.digest, row.previous_digest]),
      [
        [first.digest, null],
        [second.digest, first.digest],
      ],
      'pushing what it has already is no move',
    );
  });

  test(`${dialect}: every change leaves exactly one event of each thing it did`, async () => {
    await using world = await open();
    const image = await pushImage(world, 1);
    await deleteTag(world.deps, { projectId, repositoryName, tag: 'v1' as Tag, actor: testActor });
    await remove(world, image.digest);
    assert.deepEqual(await column(world, sql`select type from event order by id`), [
      'blob.pushed',
      'blob.pushed',
      'tag.moved',
      'artifact.pushed',
      'tag.deleted',
      'artifact.deleted',
    ]);
  });

  test(`${dialect}: deleting a tag leaves the artifact and its other tags`, async () => {
    await using world = await open();
    const image = await pushImage(world, 1);
    await putManifest(world.deps, 'v2', image.bytes);
    await deleteTag(world.deps, { projectId, repositoryName, tag: 'v1' as Tag, actor: testActor });
    await assert.rejects(get(world, 'v1'), fails('MANIFEST_UNKNOWN'));
    assert.equal((await get(world, 'v2')).manifest.digest, image.digest);
    const again = deleteTag(world.deps, { projectId, repositoryName, tag: 'v1' as Tag, actor: testActor });
    await assert.rejects(again, fails('MANIFEST_UNKNOWN'));
  });

  test(`${dialect}: deleting an artifact takes its tags, hides its layers and frees what only it used`, async () => {
    await using world = await open();
    const shared = await pushBlob(world.deps, pattern(500, 77));
    const one = imageManifest([
      { digest: await pushBlob(world.deps, pattern(100, 1)), size: 100 },
      { digest: shared, size: 500 },
    ]);
    const two = imageManifest([
      { digest: await pushBlob(world.deps, pattern(200, 2)), size: 200 },
      { digest: shared, size: 500 },
    ]);
    await putManifest(world.deps, 'one', one);
    await putManifest(world.deps, 'uno', one);
    await putManifest(world.deps, 'two', two);
    await remove(world, digestOf(one));
    for (const reference of ['one', 'uno', digestOf(one)]) {
      await assert.rejects(get(world, reference), fails('MANIFEST_UNKNOWN'));
    }
    assert.equal(await findLinkedBlob(world.db.reader, repositoryName, digestOf(pattern(100, 1))), undefined);
    assert.ok(await findLinkedBlob(world.db.reader, repositoryName, shared), 'the other image needs it');
    assert.equal(await usage(world), 200 + 500 + two.length);
    await remove(world, digestOf(two));
    assert.equal(await usage(world), 0);
  });

  test(`${dialect}: a deleted image is pushed again as if it were new`, async () => {
    await using world = await open();
    const image = await pushImage(world, 1);
    const before = await usage(world);
    await remove(world, image.digest);
    await assert.rejects(putManifest(world.deps, 'v1', image.bytes), fails('MANIFEST_BLOB_UNKNOWN'));
    await pushImage(world, 1);
    assert.deepEqual((await get(world, 'v1')).bytes, image.bytes);
    assert.equal(await usage(world), before);
    await remove(world, image.digest);
    assert.equal(await usage(world), 0);
  });

  test(`${dialect}: a manifest that a live index lists is kept until the index goes`, async () => {
    await using world = await open();
    const image = await pushImage(world, 1);
    const bytes = indexOf([{ digest: image.digest, size: image.bytes.length }]);
    await putManifest(world.deps, 'multi', bytes, { type: mediaTypes.ociIndex });
    await assert.rejects(remove(world, image.digest), (error) => {
      fails('UNSUPPORTED')(error);
      assert.match((error as AppError).message, new RegExp(digestOf(bytes)));
      return true;
    });
    await remove(world, digestOf(bytes));
    await remove(world, image.digest);
    assert.equal(await usage(world), 0);
  });

  test(`${dialect}: a repository is in no list before its first artifact`, async () => {
    await using world = await open();
    await pushBlob(world.deps, pattern(10));
    assert.equal(await findVisibleRepositoryId(world.db.reader, repositoryName), undefined);
    await pushImage(world, 1);
    assert.ok(await findVisibleRepositoryId(world.db.reader, repositoryName));
  });

  test(`${dialect}: tags are listed in ASCII order, page by page without gaps or doubles`, async () => {
    await using world = await open();
    const image = await pushImage(world, 1);
    const names = ['v1', 'V2', '_x', 'a-b', 'a.b', 'a_b', 'A', 'z', '1', '10', '9'];
    for (const name of names) await putManifest(world.deps, name, image.bytes);
    const repositoryId = (await findVisibleRepositoryId(world.db.reader, repositoryName)) ?? 0;
    const listed: string[] = [];
    for (let after = ''; ; ) {
      const page = await pageOfTags(world.db.reader, { repositoryId, after, count: 3 });
      const tags = JSON.parse(page.text === '' ? '[]' : `["${page.text}"]`) as string[];
      assert.equal(tags.length, page.count);
      listed.push(...tags);
      if (page.count < 3) break;
      after = tags.at(-1) ?? '';
    }
    assert.deepEqual(
      listed,
      names.toSorted((a, b) => (a < b ? -1 : 1)),
    );
  });

  test(`${dialect}: an artifact goes with its hundreds of tags in one deletion`, async () => {
    await using world = await open();
    const image = await pushImage(world, 1);
    const tags = Array.from({ length: 200 }, (_, index) => `t${index}`);
    // Each waits for the row of the project, and a connection is waited for ten seconds at most.
    for (let at = 0; at < tags.length; at += 20)
      await Promise.all(tags.slice(at, at + 20).map((tag) => putManifest(world.deps, tag, image.bytes)));
    await remove(world, image.digest);
    await assert.rejects(get(world, 't199'), fails('MANIFEST_UNKNOWN'));
    assert.deepEqual(
      await column(world, sql`select count(*) from live_tag`).then((rows) => rows.map(Number)),
      [0],
    );
  });

  test(`${dialect}: a digest in the address that is not the content's is refused`, async () => {
    await using world = await open();
    const image = await pushImage(world, 1);
    const other = await pushImage(world, 2, 'v2');
    await assert.rejects(putManifest(world.deps, other.digest, image.bytes), fails('DIGEST_INVALID'));
    assert.equal(
      (await findManifest(world, { repositoryName, reference: parseReference('v2') })).digest,
      other.digest,
    );
  });

  test(`${dialect}: bytes that are a blob as well as a manifest serve as both`, async () => {
    await using world = await open();
    const image = await pushImage(world, 1);
    await pushBlob(world.deps, image.bytes);
    const blob = await findLinkedBlob(world.db.reader, repositoryName, image.digest);
    assert.equal(blob?.sizeBytes, image.bytes.length);
    assert.deepEqual((await get(world, 'v1')).bytes, image.bytes);
    await pushBlob(world.deps, image.bytes, 'library/second');
    const missing = await column(world, sql`select object from event where type = 'blob.missing'`);
    assert.deepEqual(missing, [], 'its bytes were never gone');
    const late = await pushBlob(world.deps, imageManifest([{ digest: image.layers[0] ?? '', size: 100 }]));
    await putManifest(world.deps, 'late', imageManifest([{ digest: image.layers[0] ?? '', size: 100 }]));
    assert.equal((await get(world, 'late')).manifest.digest, late);
  });

  test(`${dialect}: many pushes of the same and of different images at once all succeed and are charged exactly`, async () => {
    await using world = await open();
    const images = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        pushImage(world, index % 6, `v${index}`, `library/r${index % 4}`),
      ),
    );
    const sizes = new Map(images.map((image) => [image.digest, image.bytes.length + 1100]));
    assert.equal(
      await usage(world),
      [...sizes.values()].reduce((sum, size) => sum + size, 0),
    );
  });
}
