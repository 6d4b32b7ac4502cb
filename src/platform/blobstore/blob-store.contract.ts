import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256Digest } from '../../lib/oci/digest.ts';
import type { HashPool } from '../threads/hash-pool.ts';
import { startTestPool } from '../threads/testing/threads.ts';
import type { BlobStore, StagedPart, StagedPlace, StoreCapabilities } from './blob-store.ts';
import { canonicalKey } from './layout.ts';

export interface StoreUnderTest extends AsyncDisposable {
  readonly store: BlobStore;
  /** What the driver should be able to do. */
  readonly capabilities: StoreCapabilities;
  /** Everything it holds, staged content included. */
  leftovers(): Promise<string[]>;
}

/** Bytes that differ from place to place, so that nothing lands at the wrong offset unnoticed. */
export function pattern(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

const digest = sha256Digest('ab'.repeat(32));

/** What every driver has to do; a driver's own test file calls it with a way to open one. */
export function testBlobStore(name: string, open: () => Promise<StoreUnderTest>): void {
  const place = (parts: readonly StagedPart[] = [], generation = 0): StagedPlace => ({
    uploadId: 'u1',
    generation,
    parts,
    offset: parts.reduce((sum, part) => sum + part.size, 0),
  });

  const run = (what: string, body: (under: StoreUnderTest, pool: HashPool) => Promise<void>): void => {
    test(`${name}: ${what}`, async () => {
      await using under = await open();
      await using pool = startTestPool();
      await body(under, pool);
      assert.deepEqual(await under.leftovers(), [], 'the test left something behind');
    });
  };

  run('has the abilities it promises', async ({ store, capabilities }) => {
    assert.deepEqual(await Promise.resolve(store.capabilities), capabilities);
  });

  run('folders are named without what lies deeper or beside them', async ({ store }) => {
    for (const key of ['a/c/d/e', 'a/b/x', 'a/b/y', 'a/file', 'ab/z']) await store.put(key, Buffer.from('1'));
    assert.deepEqual(await store.folders('a'), ['b', 'c']);
    assert.deepEqual(await store.folders('nothing'), []);
    for (const key of ['a/c/d/e', 'a/b/x', 'a/b/y', 'a/file', 'ab/z']) await store.delete(key);
  });

  run('many objects are deleted at once, each of which tells what became of it', async ({ store }) => {
    const keys = ['01', '02', 'ab'].map((start) => canonicalKey(sha256Digest(start.repeat(32))));
    for (const [index, key] of keys.entries()) await store.put(key, pattern(index + 1));
    await store.put(`${keys[0]}.1`, pattern(9));
    const absent = canonicalKey(sha256Digest('02'.padEnd(64, 'f')));
    const results = await store.deleteMany([...keys, absent]);
    assert.equal(results.length, 4);
    for (const [index, result] of results.slice(0, 3).entries()) {
      assert.equal(result.kind, 'deleted');
      // A store that does not tell says nothing rather than something wrong.
      if (result.kind === 'deleted') assert.ok([undefined, index + 1].includes(result.sizeBytes));
    }
    assert.ok(results[3]?.kind === 'absent' || results[3]?.kind === 'deleted');
    for (const key of keys) assert.equal(await store.get(key), undefined);
    assert.equal((await store.get(`${keys[0]}.1`))?.length, 9);
    assert.deepEqual(await store.deleteMany([]), []);
    await store.delete(`${keys[0]}.1`);
  });

  run('a small object is put whole, read, replaced and deleted', async ({ store }) => {
    assert.equal(await store.get('a/b'), undefined);
    await store.put('a/b', Buffer.from('one'));
    await store.put('a/b', Buffer.from('second'));
    assert.equal(String(await store.get('a/b')), 'second');
    assert.deepEqual(await store.stat('a/b'), { sizeBytes: 6 });
    await store.delete('a/b');
    await store.delete('a/b');
    assert.equal(await store.stat('a/b'), undefined);
    assert.equal(await store.open('a/b'), undefined);
  });

  run('a folder is not an object', async ({ store }) => {
    await store.put('a/b', Buffer.from('x'));
    assert.equal(await store.stat('a'), undefined);
    await store.delete('a/b');
  });

  run('every range of an object reads as it was put', async ({ store }) => {
    const bytes = pattern(3 * 1024 * 1024 + 7);
    await store.put('big', bytes);
    const opened = await store.open('big');
    assert.equal(opened?.sizeBytes, bytes.length);
    const ranges = [
      [0, bytes.length],
      [0, 1],
      [1, 65_537],
      [bytes.length - 1, bytes.length],
      [524_287, 1_572_865],
      [5, 5],
    ] as const;
    await Promise.all(
      ranges.map(async ([start, end]) => {
        const pieces: Buffer[] = [];
        await opened?.send(start, end, async (piece) => {
          pieces.push(Buffer.from(piece));
          await Promise.resolve();
        });
        assert.ok(Buffer.concat(pieces).equals(bytes.subarray(start, end)), `${start}-${end}`);
      }),
    );
    opened?.close();
    await store.delete('big');
  });

  run('a receiver that fails ends the sending at once, and the next reader is served', async ({ store }) => {
    const bytes = pattern(4 * 1024 * 1024);
    await store.put('big', bytes);
    const opened = await store.open('big');
    let pieces = 0;
    const failing = opened?.send(0, bytes.length, () => {
      pieces += 1;
      return Promise.reject(new Error('gone'));
    });
    await assert.rejects(failing ?? Promise.resolve(), /gone/);
    assert.equal(pieces, 1);
    let received = 0;
    await opened?.send(0, bytes.length, (piece) => {
      received += piece.length;
      return Promise.resolve();
    });
    assert.equal(received, bytes.length);
    opened?.close();
    await store.delete('big');
  });

  run('lists what is below a folder in the order of the keys', async ({ store }) => {
    const keys = ['l/a/data', 'l/a-b/data', 'l/a.b/data', 'l/ab/data', 'l/b/c/data', 'lx/no'];
    for (const key of keys) await store.put(key, Buffer.from(key));
    const listed: string[] = [];
    for await (const object of store.list('l')) {
      listed.push(object.key);
      assert.equal(object.sizeBytes, object.key.length);
    }
    const bytewise = (a: string, b: string): number => (a < b ? -1 : 1);
    assert.deepEqual(listed, keys.filter((key) => key.startsWith('l/')).toSorted(bytewise));
    for (const after of ['', 'k', 'l/a', 'l/a-b/data', 'l/a/data', 'l/ab', 'l/ab/data', 'l/b/c/data', 'm']) {
      const behind: string[] = [];
      for await (const { key } of store.list('l', after)) behind.push(key);
      assert.deepEqual(
        behind,
        listed.filter((key) => key > after),
        after,
      );
    }
    for (const key of keys) await store.delete(key);
    for await (const object of store.list('nowhere')) assert.fail(object.key);
  });

  run('an object that is moved has its new key only, whatever had it before', async ({ store }) => {
    const bytes = pattern(9 * 1024 * 1024);
    await store.put('m/from', bytes);
    await store.put('m/to', Buffer.from('before'));
    assert.equal(await store.move('m/from', 'm/to'), true);
    assert.equal(await store.stat('m/from'), undefined);
    const moved = await store.get('m/to');
    assert.ok(moved !== undefined && Buffer.compare(moved, bytes) === 0);
    assert.equal(await store.move('m/from', 'm/elsewhere'), false);
    await store.delete('m/to');
  });

  for (const sizes of stagingSizes) {
    run(
      `content staged in pieces of ${sizes.join(', ')} bytes is published whole`,
      async ({ store }, pool) => {
        const whole = pattern(sizes.reduce((sum, size) => sum + size, 0));
        let parts: readonly StagedPart[] = [];
        let at = 0;
        // Every piece comes with a request of its own: the hash and the rows are all that is kept in between.
        const hash = pool.open(0);
        for (const size of sizes) {
          assert.equal(await store.stagedBytes(place(parts)), at);
          const writer = await store.stage(place(parts), hash);
          assert.equal(writer.offset, at);
          const before = parts;
          await writer.write(Buffer.from(whole.subarray(at, at + size)));
          parts = await writer.settle();
          await writer.close();
          await store.discard(before.filter((old) => !parts.some((part) => part.key === old.key)));
          at += size;
        }
        await publishAndCheck(store, pool, { parts, hash, whole, place });
      },
    );
  }

  run(
    'a taken-over upload goes on behind what was told, and what its old holder still does has no effect',
    async (under, pool) => {
      const { store } = under;
      const whole = pattern(200_000);
      const first = await store.stage(place(), pool.open(0));
      await first.write(Buffer.from(whole.subarray(0, 120_000)));
      const told = await first.settle();
      const second = await store.takeOver(place(told, 1), pool.open(120_000));
      assert.equal(second.offset, 120_000);
      await second.write(Buffer.from(whole.subarray(120_000)));
      // The stalled holder wakes up and goes on writing.
      await Promise.allSettled([first.write(pattern(50_000, 9)), first.settle()]);
      await first.close();
      const sealed = await second.seal();
      await second.close();
      const key = await store.publish(sealed, canonicalKey(digest));
      assert.ok(Buffer.from((await store.get(key)) ?? []).equals(whole));
      await store.delete(key);
      await under.store.discard(told);
      for (const left of await under.leftovers()) await store.delete(left.replace(/\?$/, ''));
    },
  );

  run('abandoned content leaves nothing', async ({ store }, pool) => {
    const writer = await store.stage(place(), pool.open(0));
    await writer.write(pattern(150_000));
    const parts = await writer.settle();
    await writer.close();
    const again = await store.stage(place(parts), pool.open(150_000));
    await again.write(pattern(10));
    await again.abandon(false);
  });

  run('discarded parts leave nothing', async ({ store }, pool) => {
    const writer = await store.stage(place(), pool.open(0));
    await writer.write(pattern(150_000));
    const parts = await writer.settle();
    await writer.close();
    await store.discard(parts);
    await store.discard(parts);
  });

  run(
    'all of an upload can be discarded, also what its killed holder told nobody of',
    async ({ store }, pool) => {
      for (const generation of [0, 1]) {
        const writer = await store.stage(place([], generation), pool.open(0));
        await writer.write(pattern(150_000));
        await writer.settle();
        await writer.close();
      }
      await store.discardUpload(place([], 1));
    },
  );

  run('publishing over the same content again leaves one object', async ({ store }, pool) => {
    const whole = pattern(70_000);
    const keys = new Set<string>();
    for (const uploadId of ['u1', 'u2']) {
      const writer = await store.stage({ ...place(), uploadId }, pool.open(0));
      await writer.write(Buffer.from(whole));
      const sealed = await writer.seal();
      await writer.close();
      keys.add(await store.publish(sealed, canonicalKey(digest)));
    }
    assert.equal(keys.size, store.capabilities.atomicRename ? 1 : 2);
    for (const key of keys) {
      assert.ok(Buffer.from((await store.get(key)) ?? []).equals(whole));
      await store.delete(key);
    }
  });

  run('empty content can be published', async ({ store }, pool) => {
    const hash = pool.open(0);
    await publishAndCheck(store, pool, { parts: [], hash, whole: Buffer.alloc(0), place });
  });
}

/** Around the limits of the restricted store (64 KiB) and of the batches. */
const stagingSizes: readonly (readonly number[])[] = [
  [1],
  [65_535],
  [65_536],
  [65_537],
  [10, 20, 30],
  [65_536, 1],
  [1, 65_536, 65_535, 3],
  [100_000, 100_000, 100_000],
  [1_048_576, 2_500_000],
];

async function publishAndCheck(
  store: BlobStore,
  pool: HashPool,
  staged: {
    parts: readonly StagedPart[];
    hash: ReturnType<HashPool['open']>;
    whole: Buffer;
    place: (parts: readonly StagedPart[]) => StagedPlace;
  },
): Promise<void> {
  const { parts, hash, whole, place } = staged;
  const writer = await store.stage(place(parts), hash);
  const sealed = await writer.seal();
  await writer.close();
  await store.discard(parts.filter((old) => !sealed.some((part) => part.key === old.key)));
  assert.equal(sealed[0]?.size, whole.length);
  assert.deepEqual(await hash.hex(), (await pool.once([Buffer.from(whole)])).hex);
  const key = await store.publish(sealed, canonicalKey(digest));
  if (store.capabilities.atomicRename) assert.equal(key, canonicalKey(digest));
  assert.deepEqual(await store.stat(key), { sizeBytes: whole.length });
  assert.ok(Buffer.from((await store.get(key)) ?? []).equals(whole));
  await store.delete(key);
}
