import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { AppError, type ErrorCode } from '../../lib/errors.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { type FileOps, fileOps } from '../../platform/files/file-ops.ts';
import { findLinkedBlob } from '../blobs/blob-reads.ts';
import {
  bodyOf,
  digestOf,
  openWorld,
  owner,
  projectId,
  pushBlob,
  repositoryName,
  storeKinds,
  testActor,
  type World,
} from '../testing/world.ts';
import { appendUpload } from './append-upload.ts';
import { cancelUpload } from './cancel-upload.ts';
import { createUploadSweep } from './create-upload-sweep.ts';
import { finishUpload } from './finish-upload.ts';
import { HeldUpload } from './held-upload.ts';
import { ownUpload } from './own-upload.ts';
import { startUpload } from './start-upload.ts';
import { UploadHashes } from './upload-hashes.ts';
import { uploadStatus } from './upload-status.ts';

const content = pattern(300_000);
const digest = digestOf(content);

const start = (world: World) =>
  startUpload(world.deps, { projectId, repositoryName, principal: testActor.principal });

const append = (world: World, id: string, from: number, to: number, deps = world.deps) =>
  appendUpload(deps, {
    ...owner(id),
    body: bodyOf(content.subarray(from, to)),
    range: { start: from, end: to },
  });

const finish = (
  world: World,
  id: string,
  input: { from?: number; digest?: Digest; deps?: World['deps'] } = {},
) =>
  finishUpload(input.deps ?? world.deps, {
    ...owner(id),
    digest: input.digest ?? digest,
    body: input.from === undefined ? bodyOf() : bodyOf(content.subarray(input.from)),
    range: undefined,
    actor: testActor,
  });

const fails = (code: ErrorCode) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error));
  assert.equal(error.code, code);
  return true;
};

async function assertStored(world: World): Promise<void> {
  await assertServed(world);
  assert.deepEqual(await leftOf(world), [], 'nothing is left of the upload');
}

async function stagedKeys(world: World, but?: string | null): Promise<string[]> {
  const keys: string[] = [];
  for await (const object of world.store.list('berth/staging')) if (object.key !== but) keys.push(object.key);
  return keys;
}

async function expireLease(world: World, id: string): Promise<void> {
  await world.db.transaction(async (tx) => {
    await sql`update upload set lease_until = 1 where id = ${id}`.execute(tx.builder);
  });
}

/** Staged content that is nobody's blob. */
async function leftOf(world: World): Promise<string[]> {
  const blob = await findLinkedBlob(world.db.reader, repositoryName, digest);
  return stagedKeys(world, blob?.storageKey);
}

async function assertServed(world: World): Promise<void> {
  const blob = await findLinkedBlob(world.db.reader, repositoryName, digest);
  const bytes = await world.store.get(blob?.storageKey ?? canonicalKey(digest));
  assert.ok(bytes !== undefined && Buffer.from(bytes).equals(content));
}

/** As a start does. */
async function sweepOnce(world: World): Promise<void> {
  const { run } = await createUploadSweep(world.deps);
  await run(new AbortController().signal);
}

async function usage(world: World): Promise<number> {
  const { rows } = await sql<{ used_bytes: number }>`select used_bytes from project_usage`.execute(
    world.db.reader.builder,
  );
  return Number(rows[0]?.used_bytes);
}

for (const dialect of dialects) {
  // An object store has nothing under another name then.
  test(`${dialect}: what a dead holder had put in place is no part of the upload any more, also for who hashed it`, async () => {
    await using world = await openWorld({ dialect });
    const id = await start(world);
    await append(world, id, 0, 100_000);
    const other = { ...world.deps, hashes: new UploadHashes(world.hashPool), instance: 'other' };
    const dead = await HeldUpload.take(other, id);
    await dead.digestSoFar();
    await world.store.discard(await dead.seal());
    await expireLease(world, id);
    await assert.rejects(append(world, id, 100_000, 200_000), fails('RANGE_INVALID'));
    await append(world, id, 0, 200_000);
    await finish(world, id, { from: 200_000 });
    await assertStored(world);
    dead.end();
  });

  for (const store of storeKinds) {
    const open = () => openWorld({ dialect, store });
    const on = `${dialect}, ${store}`;

    test(`${on}: chunks of any size, the last one in the closing request, make one blob`, async () => {
      await using world = await open();
      const id = await start(world);
      let at = 0;
      for (const size of [1, 70_000, 65_536, 3]) {
        assert.equal(await append(world, id, at, at + size), at + size);
        at += size;
      }
      await finish(world, id, { from: at });
      await assertStored(world);
    });

    test(`${on}: another process goes on with an upload, and again the first one`, async () => {
      await using world = await open();
      const other = { ...world.deps, hashes: new UploadHashes(world.hashPool), instance: 'other' };
      const id = await start(world);
      await append(world, id, 0, 100_000);
      await append(world, id, 100_000, 150_000, other);
      await append(world, id, 150_000, 200_000);
      await finish(world, id, { from: 200_000, deps: other });
      await assertStored(world);
    });

    test(`${on}: a chunk that does not begin where the last ended is refused with the true range, and changes nothing`, async () => {
      await using world = await open();
      const id = await start(world);
      await append(world, id, 0, 1000);
      for (const [from, to] of [
        [0, 1000],
        [999, 2000],
        [1001, 2000],
      ] as const) {
        await assert.rejects(append(world, id, from, to), (error) => {
          fails('RANGE_INVALID')(error);
          assert.deepEqual((error as AppError).headers, { Range: '0-999' });
          return true;
        });
      }
      await append(world, id, 1000, 2000);
      await finish(world, id, { from: 2000 });
      await assertStored(world);
    });

    test(`${on}: a chunk that is not as long as announced is taken back`, async () => {
      await using world = await open();
      const id = await start(world);
      await append(world, id, 0, 1000);
      const short = {
        ...owner(id),
        body: bodyOf(content.subarray(1000, 1500)),
        range: { start: 1000, end: 2000 },
      };
      await assert.rejects(appendUpload(world.deps, short), fails('SIZE_INVALID'));
      assert.equal((await ownUpload(world.deps, owner(id))).offset, 1000);
      await finish(world, id, { from: 1000 });
      await assertStored(world);
    });

    test(`${on}: what arrived before the client went away stays, and the upload goes on from there`, async () => {
      await using world = await open();
      const id = await start(world);
      const broken = (async function* () {
        yield* bodyOf(content.subarray(0, 80_000));
        throw new Error('socket hang up');
      })();
      await assert.rejects(
        appendUpload(world.deps, { ...owner(id), body: broken, range: undefined }),
        /hang up/,
      );
      const { offset } = await ownUpload(world.deps, owner(id));
      assert.equal(offset, 80_000);
      await finish(world, id, { from: offset });
      await assertStored(world);
    });

    test(`${on}: content that does not match its digest ends the upload and leaves no blob`, async () => {
      await using world = await open();
      const id = await start(world);
      await append(world, id, 0, 100_000);
      const wrong = digestOf(Buffer.from('something else'));
      await assert.rejects(finish(world, id, { from: 100_000, digest: wrong }), fails('DIGEST_INVALID'));
      await assert.rejects(finish(world, id, { from: 0 }), fails('BLOB_UPLOAD_UNKNOWN'));
      for (const name of [digest, wrong]) {
        assert.equal(await findLinkedBlob(world.db.reader, repositoryName, name), undefined);
      }
      assert.deepEqual([await stagedKeys(world), await usage(world)], [[], 0]);
    });

    test(`${on}: content of several processes that does not match its digest is noticed too`, async () => {
      await using world = await open();
      const other = { ...world.deps, hashes: new UploadHashes(world.hashPool), instance: 'other' };
      const id = await start(world);
      await append(world, id, 0, 100_000);
      const wrong = digestOf(content.subarray(100_000));
      await assert.rejects(
        finish(world, id, { from: 100_000, digest: wrong, deps: other }),
        fails('DIGEST_INVALID'),
      );
      assert.equal(await findLinkedBlob(world.db.reader, repositoryName, wrong), undefined);
      assert.deepEqual(await stagedKeys(world), []);
    });

    test(`${on}: a cancelled upload is gone with all it staged`, async () => {
      await using world = await open();
      const id = await start(world);
      await append(world, id, 0, 100_000);
      await cancelUpload(world.deps, owner(id));
      await assert.rejects(append(world, id, 100_000, 100_001), fails('BLOB_UPLOAD_UNKNOWN'));
      assert.deepEqual(await stagedKeys(world), []);
    });

    test(`${on}: a holder whose lease ran out has no effect on who took the upload over`, async () => {
      await using world = await open();
      const id = await start(world);
      await append(world, id, 0, 100_000);
      const stalled = await HeldUpload.take(world.deps, id);
      await stalled.writeAll(bodyOf(content.subarray(0, 50_000)));
      await expireLease(world, id);
      const other = { ...world.deps, hashes: new UploadHashes(world.hashPool), instance: 'other' };
      await append(world, id, 100_000, 200_000, other);
      await stalled.writeAll(bodyOf(content.subarray(0, 50_000))).catch(() => 0);
      await assert.rejects(stalled.giveBack(true), Error);
      await finish(world, id, { from: 200_000, deps: other });
      await assertServed(world);
    });

    test(`${on}: a take-over that refuses its own request keeps the old holder out all the same`, async () => {
      await using world = await open();
      const id = await start(world);
      await append(world, id, 0, 100_000);
      const stalled = await HeldUpload.take(world.deps, id);
      await expireLease(world, id);
      const other = { ...world.deps, hashes: new UploadHashes(world.hashPool), instance: 'other' };
      await assert.rejects(append(world, id, 7, 8, other), fails('RANGE_INVALID'));
      await append(world, id, 100_000, 200_000, other);
      // Late, and at a place that was acknowledged to the other one.
      await stalled.writeAll(bodyOf(Buffer.alloc(50_000))).catch(() => 0);
      await stalled.digestSoFar().catch(() => '');
      await finish(world, id, { from: 200_000, deps: other });
      await stalled.giveBack(true).catch(() => 0);
      await assertServed(world);
    });

    test(`${on}: a take-over that failed is done again by who comes next`, async () => {
      await using world = await open();
      const id = await start(world);
      await append(world, id, 0, 100_000);
      const stalled = await HeldUpload.take(world.deps, id);
      await expireLease(world, id);
      const refusing = new Proxy(world.store, {
        get: (target, name) => {
          if (name === 'takeOver') return () => Promise.reject(new AppError('STORAGE_FULL'));
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
      const other = { ...world.deps, hashes: new UploadHashes(world.hashPool), instance: 'other' };
      const failing = append(world, id, 100_000, 200_000, { ...other, store: refusing });
      await assert.rejects(failing, fails('STORAGE_FULL'));
      await append(world, id, 100_000, 200_000, other);
      await stalled.writeAll(bodyOf(Buffer.alloc(50_000))).catch(() => 0);
      await stalled.digestSoFar().catch(() => '');
      await finish(world, id, { from: 200_000, deps: other });
      await stalled.giveBack(true).catch(() => 0);
      await assertServed(world);
    });

    test(`${on}: finishing what was taken over leaves nothing of the old holder`, async () => {
      await using world = await open();
      const id = await start(world);
      await append(world, id, 0, 100_000);
      const stalled = await HeldUpload.take(world.deps, id);
      await expireLease(world, id);
      await finish(world, id, { from: 100_000 });
      await stalled.giveBack(false).catch(() => 0);
      for (let waited = 0; waited < 100 && (await leftOf(world)).length > 0; waited++) await delay(10);
      assert.deepEqual(await leftOf(world), []);
      await assertServed(world);
    });
  }

  test(`${dialect}: a finished upload answers the same request again, and no other`, async () => {
    await using world = await openWorld({ dialect });
    const id = await start(world);
    await finish(world, id, { from: 0 });
    await finish(world, id, { from: 0 });
    await assert.rejects(
      finish(world, id, { digest: digestOf(Buffer.from('x')) }),
      fails('BLOB_UPLOAD_UNKNOWN'),
    );
    await assert.rejects(append(world, id, 0, 1), fails('BLOB_UPLOAD_UNKNOWN'));
    assert.equal(await usage(world), content.length);
  });

  test(`${dialect}: an upload does not exist for another repository or another principal`, async () => {
    await using world = await openWorld({ dialect });
    const id = await start(world);
    const others = [
      { ...owner(id), repositoryName: 'library/other' },
      { ...owner(id), principal: 'user:2' },
      { ...owner('../../x') },
    ];
    for (const other of others) {
      const body = { body: bodyOf(content), range: undefined };
      await assert.rejects(appendUpload(world.deps, { ...other, ...body }), fails('BLOB_UPLOAD_UNKNOWN'));
      await assert.rejects(
        finishUpload(world.deps, { ...other, ...body, digest, actor: testActor }),
        fails('BLOB_UPLOAD_UNKNOWN'),
      );
      await assert.rejects(cancelUpload(world.deps, other), fails('BLOB_UPLOAD_UNKNOWN'));
    }
    await finish(world, id, { from: 0 });
  });

  test(`${dialect}: a second writer waits for the first, then finds its own place taken`, async () => {
    await using world = await openWorld({ dialect });
    const id = await start(world);
    const release = Promise.withResolvers<void>();
    const slow = (async function* () {
      yield* bodyOf(content.subarray(0, 1000));
      await release.promise;
    })();
    const first = appendUpload(world.deps, { ...owner(id), body: slow, range: { start: 0, end: 1000 } });
    const second = append(world, id, 0, 1000);
    setTimeout(() => release.resolve(), 100);
    assert.equal(await first, 1000);
    await assert.rejects(second, fails('RANGE_INVALID'));
  });

  test(`${dialect}: a project is charged once for a blob that several of its repositories hold`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content, 'library/a');
    await pushBlob(world.deps, content, 'library/b');
    await pushBlob(world.deps, content, 'library/a');
    assert.equal(await usage(world), content.length);
  });

  test(`${dialect}: a push beyond the project's limit is refused and charges nothing`, async () => {
    await using world = await openWorld({ dialect });
    await world.db.transaction(async (tx) => {
      await sql`update project_usage set limit_bytes = 1000`.execute(tx.builder);
    });
    await assert.rejects(pushBlob(world.deps, content), fails('QUOTA_EXCEEDED'));
    assert.equal(await findLinkedBlob(world.db.reader, repositoryName, digest), undefined);
    await pushBlob(world.deps, content.subarray(0, 1000));
    assert.equal(await usage(world), 1000);
  });

  test(`${dialect}: a start ends what nobody went on with for a day, and keeps the rest`, async () => {
    await using world = await openWorld({ dialect });
    const old = await start(world);
    const young = await start(world);
    await append(world, old, 0, 1000);
    await append(world, young, 0, 1000);
    await world.db.transaction(async (tx) => {
      await sql`update upload set expires_at = 1 where id = ${old}`.execute(tx.builder);
    });
    await sweepOnce(world);
    await assert.rejects(ownUpload(world.deps, owner(old)), fails('BLOB_UPLOAD_UNKNOWN'));
    assert.equal((await stagedKeys(world)).length, 1);
    await finish(world, young, { from: 1000 });
  });
}

test('after a power cut an upload tells what is left of it, and goes on from there only when it is asked to', async () => {
  await using world = await openWorld();
  const id = await start(world);
  await append(world, id, 0, 100_000);
  truncateSync(join(world.folder, `berth/staging/${id}.0`), 40_000);
  const deps = { ...world.deps, hashes: new UploadHashes(world.hashPool) };
  assert.equal(await uploadStatus(deps, owner(id)), 40_000);
  const blindly = { ...owner(id), body: bodyOf(content.subarray(100_000)), range: undefined };
  await assert.rejects(appendUpload(deps, blindly), (error) => {
    fails('RANGE_INVALID')(error);
    assert.deepEqual((error as AppError).headers, { Range: '0-39999' });
    return true;
  });
  await append(world, id, 40_000, 200_000, deps);
  await finish(world, id, { from: 200_000, deps });
  await assertStored(world);
});

for (const dialect of dialects) {
  test(`${dialect}: finished uploads are forgotten when nobody will ask again, and their blobs stay`, async () => {
    await using world = await openWorld({ dialect, store: 'object store' });
    const id = await start(world);
    await finish(world, id, { from: 0 });
    await sweepOnce(world);
    await finish(world, id, { from: 0 });
    await world.db.transaction(async (tx) => {
      await sql`update upload set expires_at = 1`.execute(tx.builder);
    });
    await sweepOnce(world);
    await assert.rejects(finish(world, id, { from: 0 }), fails('BLOB_UPLOAD_UNKNOWN'));
    await assertStored(world);
  });
}

test('content whose sync failed on the way is not trusted again: the upload ends', async () => {
  const staged = new Set<number>();
  let failing = false;
  const files: FileOps = {
    ...fileOps,
    async open(path, flags, mode) {
      const fd = await fileOps.open(path, flags, mode);
      if (path.includes('/berth/staging/')) staged.add(fd);
      else staged.delete(fd);
      return fd;
    },
    fdatasync: (fd) =>
      failing && staged.has(fd)
        ? Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }))
        : fileOps.fdatasync(fd),
  };
  await using world = await openWorld({ files });
  const id = await start(world);
  await append(world, id, 0, 300_000);
  failing = true;
  const mebibyte = Buffer.alloc(1024 * 1024);
  const large = bodyOf(...Array.from({ length: 40 }, () => mebibyte));
  await assert.rejects(
    appendUpload(world.deps, { ...owner(id), body: large, range: undefined }),
    fails('STORAGE_UNAVAILABLE'),
  );
  failing = false;
  await assert.rejects(finish(world, id), fails('BLOB_UPLOAD_UNKNOWN'));
  assert.deepEqual(await stagedKeys(world), []);
});

test('sqlite: after a restart an upload whose holder died is gone on with at once', async () => {
  await using world = await openWorld();
  const id = await start(world);
  await append(world, id, 0, 1000);
  await HeldUpload.take(world.deps, id);
  await sweepOnce(world);
  await finish(world, id, { from: 1000, deps: { ...world.deps, hashes: new UploadHashes(world.hashPool) } });
  await assertStored(world);
});
