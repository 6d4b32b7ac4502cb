import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import { makeTempFolder } from '../db/testing/test-database.ts';
import { type FileOps, fileOps } from '../files/file-ops.ts';
import { startTestPool } from '../threads/testing/threads.ts';
import { pattern, testBlobStore } from './blob-store.contract.ts';
import type { StagedPart } from './blob-store.ts';
import { FsStore } from './fs-store.ts';
import { blobsRoot, stagingRoot } from './layout.ts';

function failTest(error: unknown): never {
  throw error;
}

async function openStore(files: FileOps = fileOps) {
  const folder = makeTempFolder();
  const store = new FsStore(folder, files, failTest);
  await store.prepare();
  return {
    store,
    folder,
    capabilities: { append: true, atomicRename: true, minimumPartBytes: 0 },
    leftovers: () => Promise.resolve(filesBelow(folder)),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

testBlobStore('filesystem', () => openStore());

test('the first start makes the 256 prefixes and the staging folder, and syncs the folders that hold them', async () => {
  const synced: string[] = [];
  const files: FileOps = {
    ...fileOps,
    syncFolder: (path) => {
      synced.push(path);
      return fileOps.syncFolder(path);
    },
  };
  await using under = await openStore(files);
  const algorithm = join(under.folder, blobsRoot, 'sha256');
  assert.equal(readdirSync(algorithm).length, 256);
  assert.ok(existsSync(join(under.folder, stagingRoot)));
  assert.equal(synced.at(-1), algorithm);
  const made = ['docker', 'docker/registry', 'docker/registry/v2', blobsRoot, 'berth'];
  for (const path of ['', ...made]) assert.ok(synced.includes(join(under.folder, path)), path);
});

test('a start that finds the prefixes syncs their folder all the same, since the one before may have died first', async () => {
  const synced: string[] = [];
  await using under = await openStore();
  const files: FileOps = {
    ...fileOps,
    syncFolder: (path) => {
      synced.push(path);
      return fileOps.syncFolder(path);
    },
  };
  await new FsStore(under.folder, files, failTest).prepare();
  assert.equal(synced.at(-1), join(under.folder, blobsRoot, 'sha256'));
  for (const path of [under.folder, join(under.folder, 'docker/registry/v2'), dirname(under.folder)]) {
    assert.ok(synced.includes(path), `${path}: the start before may have died between making and syncing it`);
  }
});

test('a symbolic link in place of a blob is no blob', async () => {
  await using under = await openStore();
  const outside = makeTempFolder();
  writeFileSync(join(outside, 'secret'), 'secret');
  mkdirSync(join(under.folder, 'x'));
  symlinkSync(join(outside, 'secret'), join(under.folder, 'x/data'));
  assert.equal(await under.store.open('x/data'), undefined);
  rmSync(outside, { recursive: true });
  rmSync(join(under.folder, 'x'), { recursive: true });
});

test('bytes that a dead process wrote beyond what it told are written over', async () => {
  await using under = await openStore();
  await using pool = startTestPool();
  const key = `${stagingRoot}/u.0`;
  const place = {
    uploadId: 'u',
    generation: 0,
    offset: 4,
    parts: [{ no: 0, offset: 0, size: 4, key, generation: 0 }],
  };
  writeFileSync(join(under.folder, key), 'goodbad-and-long');
  const writer = await under.store.stage(place, pool.open(4));
  await writer.write(Buffer.from('!'));
  await writer.seal();
  await writer.close();
  assert.equal(String(await under.store.get(key)), 'good!');
});

test('after a power cut no more counts as staged than is there', async () => {
  await using under = await openStore();
  const key = `${stagingRoot}/u.0`;
  const parts = [{ no: 0, offset: 0, size: 10, key, generation: 0 }];
  const place = { uploadId: 'u', generation: 0, offset: 10, parts };
  assert.equal(await under.store.stagedBytes(place), 0);
  writeFileSync(join(under.folder, key), 'four');
  assert.equal(await under.store.stagedBytes(place), 4);
});

const failures = [
  ['ENOSPC', 'STORAGE_FULL'],
  ['EDQUOT', 'STORAGE_FULL'],
  ['EIO', 'STORAGE_UNAVAILABLE'],
  ['EROFS', 'STORAGE_UNAVAILABLE'],
  ['EMFILE', 'STORAGE_UNAVAILABLE'],
  ['ESTALE', 'STORAGE_UNAVAILABLE'],
] as const;

for (const [code, expected] of failures) {
  test(`${code} of the file system is ${expected}, with the cause kept`, async () => {
    const broken = (): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));
    const store = new FsStore('/nowhere', { ...fileOps, open: broken, lstat: broken }, failTest);
    const isExpected = (error: unknown): boolean =>
      error instanceof AppError && error.code === expected && (error.cause as Error).message === code;
    await assert.rejects(store.stat('a'), isExpected);
    await assert.rejects(store.open('a'), isExpected);
    await assert.rejects(store.put('a', pattern(1)), (error) => error instanceof AppError);
  });
}

test('a failed write of staged content fails the writer, and what was settled before stays', async () => {
  await using under = await openStore();
  await using pool = startTestPool();
  const place = { uploadId: 'u', generation: 0, offset: 0, parts: [] };
  const writer = await under.store.stage(place, pool.open(0));
  await writer.write(pattern(1000));
  const parts = await writer.settle();
  // The descriptor goes away under the writer, as on a file system that was taken off.
  await writer.close();
  await Promise.resolve(writer.write(pattern(1000)));
  await assert.rejects(
    writer.settle(),
    (error) => error instanceof AppError && error.code === 'STORAGE_UNAVAILABLE',
  );
  assert.equal(await under.store.stagedBytes({ ...place, parts, offset: 1000 }), 1000);
});

function failing(code: string, syscall: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(`${code}: injected`), { code, syscall }));
}

const contentKey = `${blobsRoot}/sha256/ab/ab${'0'.repeat(62)}/data`;

async function stageAndPublish(store: FsStore, uploadId: string): Promise<string> {
  await using pool = startTestPool();
  const writer = await store.stage({ uploadId, generation: 0, parts: [], offset: 0 }, pool.open(0));
  try {
    await writer.write(Buffer.from('content'));
    return await store.publish(await writer.seal(), contentKey);
  } finally {
    await writer.close();
  }
}

for (const [which, fails] of [
  ['of the content', (path: string) => path.endsWith('0'.repeat(62))],
  ['above it', (path: string) => path.endsWith('/ab')],
] as const) {
  test(`names that were made before a failed sync are made anew by the next push: the folder ${which}`, async () => {
    const log: string[] = [];
    let broken = true;
    const noting =
      (name: string, work: (...paths: string[]) => Promise<void>) =>
      async (...paths: string[]): Promise<void> => {
        await work(...paths);
        if (String(paths.at(-1)).includes('/ab')) log.push(name);
      };
    await using under = await openStore({
      ...fileOps,
      mkdir: (path) => noting('mkdir', (each) => fileOps.mkdir(each))(path),
      rmdir: (path) => noting('rmdir', (each) => fileOps.rmdir(each))(path),
      unlink: (path) => noting('unlink', (each) => fileOps.unlink(each))(path),
      rename: (from, to) => noting('rename', () => fileOps.rename(from, to))(from, to),
      syncFolder: (path) => {
        if (!broken || !fails(path)) return noting('sync', (each) => fileOps.syncFolder(each))(path);
        broken = false;
        return failing('EIO', 'fsync');
      },
    });
    log.length = 0;
    await assert.rejects(stageAndPublish(under.store, 'one'), { code: 'STORAGE_UNAVAILABLE' });
    assert.match(under.store.problem ?? '', /check the disk/);
    const names = (): string[] => log.filter((each) => each !== 'sync');
    assert.deepEqual(names(), ['mkdir', 'rename']);
    log.length = 0;
    await stageAndPublish(under.store, 'two');
    assert.deepEqual(names(), ['unlink', 'rmdir', 'mkdir', 'rename']);
    assert.deepEqual(log.slice(-2), ['sync', 'sync']);
    assert.equal(String(await under.store.get(contentKey)), 'content');
  });
}

test('of two that delete the same object, the later one finds its folder gone, and makes that durable', async () => {
  const synced: string[] = [];
  await using under = await openStore({
    ...fileOps,
    unlink: async (path) => {
      await fileOps.unlink(path);
      if (path.endsWith('/data')) await fileOps.rmdir(dirname(path));
    },
    syncFolder: (path) => {
      synced.push(path);
      return fileOps.syncFolder(path);
    },
  });
  await stageAndPublish(under.store, 'one');
  synced.length = 0;
  await under.store.delete(contentKey);
  assert.equal(await under.store.stat(contentKey), undefined);
  assert.match(synced.at(-1) ?? '', /\/sha256\/[0-9a-f]{2}$/);
});

test('a sync of staged content that fails is told of; one that finds no room, or no descriptor, has lost nothing', async () => {
  for (const [code, syscall, told] of [
    ['EIO', 'fdatasync', true],
    ['ENOSPC', 'fdatasync', false],
    ['EMFILE', 'open', false],
  ] as const) {
    await using under = await openStore({ ...fileOps, fdatasync: () => failing(code, syscall) });
    await assert.rejects(stageAndPublish(under.store, 'one'));
    assert.equal(under.store.problem !== undefined, told, code);
  }
});

test('publishers of one key do not meet: nobody takes back what another has just put in place', async () => {
  const log: string[] = [];
  await using under = await openStore({
    ...fileOps,
    rename: (from, to) => {
      log.push('rename');
      return fileOps.rename(from, to);
    },
    syncFolder: (path) => {
      log.push('sync');
      return fileOps.syncFolder(path);
    },
  });
  await using pool = startTestPool();
  const sealed: (readonly StagedPart[])[] = [];
  for (const uploadId of ['one', 'two', 'three']) {
    const writer = await under.store.stage({ uploadId, generation: 0, parts: [], offset: 0 }, pool.open(0));
    await writer.write(Buffer.from('content'));
    sealed.push(await writer.seal());
    await writer.close();
  }
  log.length = 0;
  await Promise.all(sealed.map((parts) => under.store.publish(parts, contentKey)));
  const one = ['rename', 'sync', 'sync'];
  assert.deepEqual(log, [...one, ...one, ...one]);
  assert.deepEqual(readdirSync(join(under.folder, stagingRoot)), []);
});

test('who pushes what another push has put in place since the sync failed takes nothing back', async () => {
  const log: string[] = [];
  let broken = true;
  await using under = await openStore({
    ...fileOps,
    unlink: (path) => {
      log.push(path);
      return fileOps.unlink(path);
    },
    syncFolder: (path) => {
      if (!broken || !path.endsWith('/ab')) return fileOps.syncFolder(path);
      broken = false;
      return failing('EIO', 'fsync');
    },
  });
  log.length = 0;
  await assert.rejects(stageAndPublish(under.store, 'one'));
  await stageAndPublish(under.store, 'two');
  assert.deepEqual(log, [join(under.folder, contentKey)]);
  log.length = 0;
  // Two may have been acknowledged; a kill between the removal and the rename would lose it.
  await stageAndPublish(under.store, 'three');
  assert.deepEqual(log, []);
});

test('a folder that could not be opened for its sync fails that push only', async () => {
  let broken = true;
  await using under = await openStore({
    ...fileOps,
    syncFolder: (path) => {
      if (!broken || !path.endsWith('/ab')) return fileOps.syncFolder(path);
      broken = false;
      return failing('EMFILE', 'open');
    },
  });
  await assert.rejects(stageAndPublish(under.store, 'one'), { code: 'STORAGE_UNAVAILABLE' });
  assert.equal(await under.store.makeDurable(contentKey), true);
});

test('a push of what is being looked for in vain succeeds', async () => {
  const looked = Promise.withResolvers<undefined>();
  const pushed = Promise.withResolvers<undefined>();
  await using under = await openStore({
    ...fileOps,
    open: async (path, flags, mode) => {
      const opening = fileOps.open(path, flags, mode);
      if (!path.endsWith(contentKey)) return opening;
      try {
        return await opening;
      } catch (error) {
        looked.resolve(undefined);
        await pushed.promise;
        throw error;
      }
    },
    rename: async (from, to) => {
      await fileOps.rename(from, to);
      pushed.resolve(undefined);
    },
  });
  const opened = under.store.open(contentKey);
  await looked.promise;
  await stageAndPublish(under.store, 'one');
  assert.equal(await opened, undefined);
});

test('a piece stays as it is until its receiver is done, although the next one is read meanwhile', async () => {
  let reads = 0;
  await using under = await openStore({
    ...fileOps,
    read: async (fd, buffer, length, position) => {
      const count = await fileOps.read(fd, buffer, length, position);
      reads += 1;
      return count;
    },
  });
  const bytes = pattern(4 * 1024 * 1024);
  await under.store.put('big', bytes);
  const opened = await under.store.open('big');
  const received: Buffer[] = [];
  await opened?.send(0, bytes.length, async (piece) => {
    const before = Buffer.from(piece);
    received.push(before);
    while (reads < Math.min(received.length + 1, 4)) await nextTurn();
    assert.ok(before.equals(piece), `piece ${received.length}`);
  });
  opened?.close();
  assert.ok(Buffer.concat(received).equals(bytes));
});

test('an object that is moved is durable under its new key before its old one is durably gone, and leaves no folder', async () => {
  const synced: string[] = [];
  const files: FileOps = {
    ...fileOps,
    syncFolder: (path) => {
      synced.push(path);
      return fileOps.syncFolder(path);
    },
  };
  await using under = await openStore(files);
  const key = `${blobsRoot}/sha256/aa/${'a'.repeat(64)}/data`;
  await under.store.put(key, Buffer.from('x'));
  synced.length = 0;
  await under.store.move(key, 'berth/quarantine/x');
  const [to, from] = ['berth/quarantine', dirname(key)].map((path) => join(under.folder, path));
  assert.deepEqual(synced.slice(-3), [to, from, dirname(from ?? '')]);
  assert.equal(existsSync(from ?? ''), false);
});

test('an object that was found is called durable when its content, its name and that of its folder are', async () => {
  const synced: string[] = [];
  const paths = new Map<number, string>();
  await using under = await openStore({
    ...fileOps,
    open: async (path, flags, mode) => {
      const fd = await fileOps.open(path, flags, mode);
      paths.set(fd, path);
      return fd;
    },
    fdatasync: async (fd) => {
      await fileOps.fdatasync(fd);
      synced.push(paths.get(fd) ?? '');
    },
    syncFolder: async (path) => {
      await fileOps.syncFolder(path);
      synced.push(path);
    },
  });
  await stageAndPublish(under.store, 'one');
  synced.length = 0;
  assert.equal(await under.store.makeDurable(contentKey), true);
  const file = join(under.folder, contentKey);
  assert.deepEqual(synced.toSorted(), [file, dirname(file), dirname(dirname(file))].toSorted());
  assert.equal(await under.store.makeDurable(`${contentKey}.1`), false);
});
