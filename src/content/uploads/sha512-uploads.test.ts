import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { AppError, type ErrorCode } from '../../lib/errors.ts';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { findCanonical, findLinkedBlob } from '../blobs/blob-reads.ts';
import {
  bodyOf,
  digestOf,
  openWorld,
  owner,
  projectId,
  pushBlob,
  repositoryName,
  sha512Of,
  storeKinds,
  testActor,
  type World,
} from '../testing/world.ts';
import { appendUpload } from './append-upload.ts';
import { finishUpload } from './finish-upload.ts';
import { startUpload } from './start-upload.ts';
import { uploadAtOnce } from './upload-at-once.ts';
import { UploadHashes } from './upload-hashes.ts';

const content = pattern(300_000);
const canonical = digestOf(content);
const alias = sha512Of(content);

const fails = (code: ErrorCode) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error));
  assert.equal(error.code, code);
  return true;
};

/** Counts how often content is read once more. */
class CountingHashes extends UploadHashes {
  again = 0;
  override fresh(withSha512: boolean) {
    this.again += 1;
    return super.fresh(withSha512);
  }
}

function counting(world: World) {
  const hashes = new CountingHashes(world.hashPool);
  return { hashes, deps: { ...world.deps, hashes } };
}

async function inChunks(deps: World['deps'], id: string): Promise<void> {
  for (const [from, to] of [
    [0, 100_000],
    [100_000, content.length],
  ] as const) {
    const body = bodyOf(content.subarray(from, to));
    await appendUpload(deps, { ...owner(id), body, range: undefined });
  }
}

const start = (deps: World['deps'], sha512 = false) =>
  startUpload(deps, { projectId, repositoryName, principal: testActor.principal, sha512 });

const finish = (deps: World['deps'], id: string, digest = alias, body = bodyOf()) =>
  finishUpload(deps, { ...owner(id), digest, body, range: undefined, actor: testActor });

async function assertServedByBoth(world: World, name = repositoryName): Promise<void> {
  for (const digest of [canonical, alias]) {
    const blob = await findLinkedBlob(world.db.reader, name, digest);
    assert.equal(blob?.digest, canonical);
    const bytes = await world.store.get(blob.storageKey ?? canonicalKey(blob.digest));
    assert.ok(bytes !== undefined && Buffer.from(bytes).equals(content));
  }
}

async function rows(world: World, table: string): Promise<number> {
  const found = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(
    world.db.reader.builder,
  );
  return Number(found.rows[0]?.n);
}

for (const dialect of dialects) {
  for (const store of storeKinds) {
    const on = `${dialect}, ${store}`;

    test(`${on}: an announced sha512 is hashed on the way, and the blob answers to both digests`, async () => {
      await using world = await openWorld({ dialect, store });
      const { deps, hashes } = counting(world);
      const id = await start(deps, true);
      await inChunks(deps, id);
      await finish(deps, id);
      await assertServedByBoth(world);
      assert.equal(hashes.again, 0);
      await finish(deps, id);
      assert.equal(await rows(world, 'blob'), 1);
    });

    test(`${on}: a sha512 that nobody announced costs one more reading`, async () => {
      await using world = await openWorld({ dialect, store });
      const { deps, hashes } = counting(world);
      const id = await start(deps);
      await inChunks(deps, id);
      await finish(deps, id);
      await assertServedByBoth(world);
      assert.equal(hashes.again, 1);
    });

    test(`${on}: a body that comes with its sha512 is hashed on the way`, async () => {
      await using world = await openWorld({ dialect, store });
      const { deps, hashes } = counting(world);
      await finish(deps, await start(deps), alias, bodyOf(content));
      await assertServedByBoth(world);
      assert.equal(hashes.again, 0);
    });

    test(`${on}: the sha512 of other content ends the upload and becomes nobody's name`, async () => {
      await using world = await openWorld({ dialect, store });
      const wrong = sha512Of(pattern(5));
      await pushBlob(world.deps, content);
      for (const announced of [true, false]) {
        const id = await start(world.deps, announced);
        await inChunks(world.deps, id);
        await assert.rejects(finish(world.deps, id, wrong), fails('DIGEST_INVALID'));
        await assert.rejects(finish(world.deps, id, wrong), fails('BLOB_UPLOAD_UNKNOWN'));
      }
      assert.equal(await rows(world, 'blob_alias'), 0);
      assert.equal(await findLinkedBlob(world.db.reader, repositoryName, wrong), undefined);
      assert.equal(await findLinkedBlob(world.db.reader, repositoryName, alias), undefined);
    });
  }

  test(`${dialect}: of content in one piece that breaks off or does not match, nothing stays`, async () => {
    await using world = await openWorld({ dialect });
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* bodyOf(content);
      throw new Error('the client is gone');
    }
    const where = { projectId, repositoryName, principal: testActor.principal, actor: testActor };
    for (const digest of [canonical, alias]) {
      await assert.rejects(uploadAtOnce(world.deps, { ...where, digest, body: broken() }), /gone/);
      const body = bodyOf(pattern(5));
      await assert.rejects(uploadAtOnce(world.deps, { ...where, digest, body }), fails('DIGEST_INVALID'));
    }
    assert.deepEqual([await rows(world, 'upload'), await rows(world, 'blob')], [0, 0]);
    for await (const object of world.store.list('berth/staging')) assert.fail(object.key);
  });

  test(`${dialect}: an alias opens a blob only in repositories that may serve it`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content, 'library/a', alias);
    await pushBlob(world.deps, content, 'library/b');
    await assertServedByBoth(world, 'library/a');
    await assertServedByBoth(world, 'library/b');
    assert.equal(await findLinkedBlob(world.db.reader, repositoryName, alias), undefined);
    assert.equal(await rows(world, 'blob_alias'), 1);
    assert.equal(await findCanonical(world.db.reader, alias), canonical);
  });

  test(`${dialect}: an upload is not gone on with in a project made anew under the same name`, async () => {
    await using world = await openWorld({ dialect });
    const id = await start(world.deps);
    const later = { ...owner(id), projectId: projectId + 1 };
    const body = bodyOf(content);
    await assert.rejects(
      appendUpload(world.deps, { ...later, body, range: undefined }),
      fails('BLOB_UPLOAD_UNKNOWN'),
    );
    await world.db.transaction((tx) =>
      sql`update project set deleted_at = 1 where id = ${projectId}`.execute(tx.builder),
    );
    await assert.rejects(finish(world.deps, id, canonical, bodyOf(content)), fails('NAME_UNKNOWN'));
    assert.equal(await rows(world, 'repository'), 0);
    assert.equal(await rows(world, 'blob_link'), 0);
  });
}
