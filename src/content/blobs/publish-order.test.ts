import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { CanonicalDigest, Digest } from '../../lib/oci/digest.ts';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import { canonicalKey, stagingRoot } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import { type FileOps, fileOps } from '../../platform/files/file-ops.ts';
import { imageManifest, openWorld, pushBlob, putManifest, type World } from '../testing/world.ts';

/** What happened, in the order in which it happened: calls twice, at their beginning and their end. */
interface Step {
  readonly what: 'sync' | 'rename' | 'folder' | 'body' | 'answer';
  readonly path: string;
  readonly at: 'begin' | 'end';
}

/** What a planted fault changes; it stands above the recorder, so that what it leaves out is not recorded. */
interface Sabotage {
  readonly files?: (real: FileOps) => FileOps;
  readonly db?: (real: Database) => Database;
}

const isStaged = (path: string): boolean => path.includes(`/${stagingRoot}/`);
const isLog = (path: string): boolean => path.endsWith('-wal');

function recorder() {
  const trace: Step[] = [];
  const paths = new Map<number, string>();
  const during = async (what: Step['what'], path: string, work: () => Promise<void>): Promise<void> => {
    trace.push({ what, path, at: 'begin' });
    await work();
    trace.push({ what, path, at: 'end' });
  };
  const files: FileOps = {
    ...fileOps,
    async open(path, flags, mode) {
      const fd = await fileOps.open(path, flags, mode);
      paths.set(fd, path);
      return fd;
    },
    fdatasync: (fd) => during('sync', paths.get(fd) ?? '', () => fileOps.fdatasync(fd)),
    syncFolder: (path) => during('folder', path, () => fileOps.syncFolder(path)),
    rename: (from, to) => during('rename', to, () => fileOps.rename(from, to)),
  };
  return { trace, files, pathOf: (fd: number) => paths.get(fd) ?? '' };
}

/** Pushes through real code on recorded files and returns the trace of the push alone. */
async function traced(
  sabotage: Sabotage,
  push: (world: World) => Promise<Digest>,
): Promise<{ trace: Step[]; folder: string; digest: Digest }> {
  const { trace, files, pathOf } = recorder();
  const above = sabotage.files?.({ ...files, ...withPaths(pathOf) }) ?? files;
  await using world = await openWorld({ files: above });
  const recorded = recordBodies(world.db, trace);
  const db = sabotage.db?.(recorded) ?? recorded;
  trace.length = 0;
  const digest = await push({ ...world, db, deps: { ...world.deps, db } });
  trace.push({ what: 'answer', path: '', at: 'end' });
  return { trace: [...trace], folder: world.folder, digest };
}

/** Lets a sabotage know which file a descriptor is of. */
function withPaths(pathOf: (fd: number) => string) {
  return { pathOf } as object;
}

function recordBodies(real: Database, trace: Step[]): Database {
  return {
    dialect: real.dialect,
    reader: real.reader,
    now: () => real.now(),
    transaction: (body, options) =>
      real.transaction(async (tx) => {
        const value = await body(tx);
        trace.push({ what: 'body', path: options?.durability ?? 'durable', at: 'end' });
        return value;
      }, options),
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
}

/** The order of `docs/design/publishing.md`; throws for whatever is missing or comes too early. */
function assertPublished({ trace, folder, digest }: { trace: Step[]; folder: string; digest: Digest }): void {
  const target = join(folder, canonicalKey(digest as CanonicalDigest));
  const find = (what: Step['what'], at: Step['at'], is: (path: string) => boolean, after = -1): number => {
    const index = trace.findIndex(
      (step, position) => position > after && step.what === what && step.at === at && is(step.path),
    );
    assert.ok(
      index >= 0,
      `no ${what} ${at} behind step ${after} in\n${trace.map((s) => `${s.what} ${s.at} ${s.path}`).join('\n')}`,
    );
    return index;
  };
  const synced = find('sync', 'end', isStaged);
  const renaming = find('rename', 'begin', (path) => path === target);
  assert.ok(synced < renaming, 'the file was renamed before it was synced');
  const renamed = find('rename', 'end', (path) => path === target);
  const folders = [dirname(target), dirname(dirname(target))].map((path) => {
    const begun = find('folder', 'begin', (synced) => synced === path, renamed);
    return find('folder', 'end', (synced) => synced === path, begun);
  });
  const linked = find('body', 'end', (durability) => durability === 'durable', renamed);
  assert.ok(Math.max(...folders) < linked, 'the rows were written before the folders were synced');
  assertFlushed(trace, linked);
}

/** A sync of the log began after the transaction's body and ended before the answer. */
function assertFlushed(trace: readonly Step[], body: number): void {
  const begun = trace.findIndex(
    (step, position) => position > body && step.what === 'sync' && step.at === 'begin' && isLog(step.path),
  );
  const ended = trace.findIndex(
    (step, position) => position > begun && step.what === 'sync' && step.at === 'end' && isLog(step.path),
  );
  const answered = trace.findIndex((step) => step.what === 'answer');
  assert.ok(
    begun >= 0 && ended > begun && ended < answered,
    'answered before the log was synced behind the commit',
  );
}

const small = (world: World) => pushBlob(world.deps, pattern(1000));
const large = (world: World) => pushBlob(world.deps, pattern(3 * 1024 * 1024));
const empty = (world: World) => pushBlob(world.deps, Buffer.alloc(0));

for (const [name, push] of [
  ['small', small],
  ['large', large],
  ['empty', empty],
] as const) {
  test(`a ${name} blob is synced, renamed, its folders synced, its rows committed and flushed, and only then answered`, async () => {
    assertPublished(await traced({}, push));
  });
}

test('a blob that another repository has is answered only when what its row rests on is flushed', async () => {
  const { trace } = await traced({}, async (world) => {
    await pushBlob(world.deps, pattern(1000), 'library/first');
    return pushBlob(world.deps, pattern(1000), 'library/second');
  });
  assertFlushed(
    trace,
    trace.findLastIndex((step) => step.what === 'body' && step.path === 'durable'),
  );
});

test('a manifest is answered only when its rows are flushed', async () => {
  const { trace } = await traced({}, async (world) => {
    const layer = await pushBlob(world.deps, pattern(10));
    return putManifest(world.deps, 'v1', imageManifest([{ digest: layer, size: 10 }]));
  });
  assertFlushed(
    trace,
    trace.findLastIndex((step) => step.what === 'body'),
  );
});

type WithPaths = FileOps & { pathOf(fd: number): string };

const sabotages: readonly (readonly [string, Sabotage])[] = [
  [
    'no sync of the file',
    {
      files: (real) => {
        const files = real as WithPaths;
        return {
          ...real,
          fdatasync: (fd) => (isStaged(files.pathOf(fd)) ? Promise.resolve() : real.fdatasync(fd)),
        };
      },
    },
  ],
  ['no sync of a folder', { files: (real) => ({ ...real, syncFolder: () => Promise.resolve() }) }],
  [
    'no sync of the log',
    {
      files: (real) => {
        const files = real as WithPaths;
        return {
          ...real,
          fdatasync: (fd) => (isLog(files.pathOf(fd)) ? Promise.resolve() : real.fdatasync(fd)),
        };
      },
    },
  ],
  [
    'answer before the commit',
    {
      db: (real) => ({
        ...real,
        now: () => real.now(),
        transaction: (body, options) =>
          new Promise((resolve, reject) => {
            if (options?.durability === 'relaxed') {
              real.transaction(body, options).then(resolve, reject);
              return;
            }
            const early = async (tx: Parameters<typeof body>[0]) => {
              const value = await body(tx);
              resolve(value);
              return value;
            };
            real.transaction(early, options).catch(reject);
          }),
      }),
    },
  ],
  [
    'rename before the sync',
    {
      files: (real) => {
        const files = real as WithPaths;
        const late: (() => Promise<void>)[] = [];
        return {
          ...real,
          fdatasync: async (fd) => {
            if (isStaged(files.pathOf(fd))) late.push(() => real.fdatasync(fd));
            else await real.fdatasync(fd);
          },
          close: async (fd) => {
            if (!isStaged(files.pathOf(fd))) await real.close(fd);
          },
          rename: async (from, to) => {
            await real.rename(from, to);
            for (const sync of late.splice(0)) await sync();
          },
        };
      },
    },
  ],
];

for (const [name, sabotage] of sabotages) {
  for (const [size, push] of [
    ['small', small],
    ['large', large],
  ] as const) {
    test(`the order test notices a planted fault with a ${size} blob: ${name}`, async () => {
      const result = await traced(sabotage, push);
      assert.throws(() => assertPublished(result), assert.AssertionError);
    });
  }
}
