import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { makeTempFolder } from '../../db/testing/test-database.ts';
import { systemCode } from '../../files/file-ops.ts';
import { testThreads } from '../../threads/testing/threads.ts';
import type { Threads } from '../../threads/threads.ts';
import { Remover } from './remover.ts';

test('a thread removes files with the folders of their own, and says of each what became of it', async () => {
  const root = makeTempFolder();
  try {
    const paths = ['one', 'two', 'full', 'folder'].map((name) => join(root, name, 'data'));
    for (const path of paths) mkdirSync(dirname(path));
    const [one = '', two = '', full = '', folder = ''] = paths;
    for (const path of [one, two, full]) writeFileSync(path, 'four');
    writeFileSync(join(dirname(full), 'another'), '');
    mkdirSync(folder);
    await using remover = new Remover(testThreads);
    const [gone, kept, ...rest] = await Promise.all([
      remover.remove([{ path: one, hasOwnFolder: true }]),
      remover.remove([{ path: two, hasOwnFolder: false }]),
      remover.remove([
        { path: full, hasOwnFolder: true },
        { path: join(root, 'nothing', 'data'), hasOwnFolder: true },
        { path: folder, hasOwnFolder: true },
      ]),
    ]);
    assert.deepEqual(gone, [{ kind: 'removed', sizeBytes: 4, folderIsGone: true }]);
    assert.deepEqual(kept, [{ kind: 'removed', sizeBytes: 4, folderIsGone: false }]);
    const [filled, absent, failed] = rest[0] ?? [];
    assert.deepEqual(filled, { kind: 'removed', sizeBytes: 4, folderIsGone: false });
    assert.deepEqual(absent, { kind: 'removed', sizeBytes: undefined, folderIsGone: true });
    assert.ok(failed?.kind === 'failed' && ['EISDIR', 'EPERM'].includes(systemCode(failed.error) ?? ''));
    assert.deepEqual(
      paths.map((path) => existsSync(path)),
      [false, false, false, true],
    );
    assert.deepEqual([existsSync(dirname(one)), existsSync(dirname(two))], [false, true]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('many files go in several threads, and what became of each is told in their order', async () => {
  const root = makeTempFolder();
  try {
    const paths = Array.from({ length: 1200 }, (_, index) => join(root, String(index), 'data'));
    for (const path of paths) mkdirSync(dirname(path));
    for (const [index, path] of paths.entries()) writeFileSync(path, 'x'.repeat(index));
    let started = 0;
    const start: Threads['start'] = (...input) => {
      started += 1;
      return testThreads.start(...input);
    };
    await using remover = new Remover({ start } as Threads);
    const removed = await remover.remove(paths.map((path) => ({ path, hasOwnFolder: true })));
    assert.deepEqual(
      removed.map((each) => each.kind === 'removed' && each.sizeBytes),
      paths.map((_, index) => index),
    );
    assert.deepEqual(readdirSync(root), []);
    assert.equal(started, 8);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('when a thread ends nobody is told before the others are at their end, and those go on', async () => {
  const threads = new SilentThreads();
  await using remover = new Remover(threads as unknown as Threads);
  const doomed = Array.from({ length: 200 }, () => ({ path: '/none', hasOwnFolder: false }));
  let told = false;
  const failing = assert.rejects(remover.remove(doomed), /it died/).finally(() => {
    told = true;
  });
  const [one, two] = threads.started;
  one?.emit('error', new Error('it died'));
  await new Promise(setImmediate);
  assert.equal(told, false, 'the other may still be at it');
  two?.emit('message', { names: doomed.slice(100).map(() => ({ kind: 'removed' })) });
  await failing;
  const next = remover.remove(doomed.slice(0, 1));
  two?.emit('message', { names: [{ kind: 'removed', sizeBytes: 1, folderIsGone: false }] });
  assert.equal((await next).length, 1);
});

test('where no further thread can be started the others do it, and without any nothing is done later', async () => {
  const threads = new SilentThreads();
  const asked: (readonly unknown[])[] = [];
  let room = 0;
  const start = (): EventEmitter => {
    if (threads.started.length >= room) throw new Error('no more threads');
    const worker = threads.start();
    const postMessage = ({ doomed }: { doomed: readonly unknown[] }): void => {
      asked.push(doomed);
      const names = doomed.map(() => ({ kind: 'removed', sizeBytes: 1, folderIsGone: false }));
      setImmediate(() => worker.emit('message', { names }));
    };
    return Object.assign(worker, { postMessage });
  };
  await using remover = new Remover({ start } as unknown as Threads);
  const doomed = Array.from({ length: 1200 }, (_, index) => ({
    path: `/none/${index}`,
    hasOwnFolder: false,
  }));
  await assert.rejects(remover.remove(doomed), /no more threads/);
  room = 1;
  assert.equal((await remover.remove(doomed.slice(0, 1))).length, 1);
  assert.deepEqual(asked.flat(), doomed.slice(0, 1));
  assert.equal((await remover.remove(doomed)).length, 1200);
  assert.equal(threads.started.length, 1);
});

test('threads that nobody asks for end, and the next removal starts one', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const threads = new SilentThreads();
  await using remover = new Remover(threads as unknown as Threads);
  const doomed = [{ path: '/none', hasOwnFolder: false }];
  const removeBy = async (index: number): Promise<void> => {
    const removing = remover.remove(doomed);
    threads.started[index]?.emit('message', { names: [{ kind: 'removed', folderIsGone: false }] });
    assert.equal((await removing).length, 1);
  };
  await removeBy(0);
  t.mock.timers.tick(4000);
  await removeBy(0);
  t.mock.timers.tick(4000);
  assert.equal(threads.terminated, 0, 'it was asked within its time');
  t.mock.timers.tick(1000);
  assert.equal(threads.terminated, 1);
  await removeBy(1);
  assert.equal(threads.started.length, 2);
});

/** Say only what a test has them say. */
class SilentThreads {
  readonly started: EventEmitter[] = [];
  terminated = 0;

  start(): EventEmitter {
    const worker = Object.assign(new EventEmitter(), {
      ref() {},
      unref() {},
      postMessage() {},
      terminate: () => {
        this.terminated += 1;
        return Promise.resolve(0);
      },
    });
    this.started.push(worker);
    return worker;
  }
}
