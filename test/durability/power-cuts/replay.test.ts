// The model of the disk that the cuts are drawn from: what a sync covers, and what may be left of the rest.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listing } from '../../harness/listing.ts';
import { temporaryFolder } from '../../harness/temporary-folder.ts';
import { drawSurvival } from './power-cut.ts';
import { contentWith, type FileState, materialise, Replay } from './replay.ts';
import type { RecordKind, TraceRecord } from './trace-reader.ts';

type Call = Partial<Omit<TraceRecord, 'bytes'>> & { readonly bytes?: Buffer | string };

const rootInode = 1;

function replayed(...calls: (Call & { readonly kind: RecordKind })[]): Replay {
  const replay = new Replay(rootInode);
  for (const { bytes = '', ...call } of calls)
    replay.apply({
      inode: 0,
      value: 0,
      dataOnly: false,
      name: '',
      endOffset: 0,
      ...call,
      bytes: Buffer.from(bytes),
    });
  return replay;
}

const create = (name: string, inode: number) => ({ kind: 'create', name, inode, value: 0o644 }) as const;
const mkdir = (name: string, inode: number) => ({ kind: 'mkdir', name, inode, value: 0o755 }) as const;
const write = (inode: number, value: number, bytes: Buffer | string) =>
  ({ kind: 'write', inode, value, bytes }) as const;
const begin = (inode: number, value: number) => ({ kind: 'syncBegin', inode, value }) as const;
const end = (inode: number, value: number) => ({ kind: 'syncEnd', inode, value }) as const;

function fileOf(replay: Replay, name: string): FileState {
  const file = replay.root.now.get(name);
  assert.ok(file?.kind === 'file');
  return file;
}

const durable = (file: FileState): string => contentWith(file, []).toString();

/** What is left when everything that no sync covered is dropped. */
function leastNames(replay: Replay): string[] {
  const folder = temporaryFolder();
  materialise(replay, { content: (file) => contentWith(file, []), keepsName: () => false }, folder);
  return listing(folder);
}

test('a sync covers what was written before it began, and not what was written while it ran', () => {
  const replay = replayed(create('a', 2), write(2, 0, 'one'), begin(2, 1), write(2, 3, 'two'), end(2, 1));
  const file = fileOf(replay, 'a');
  assert.equal(durable(file), 'one');
  assert.equal(contentWith(file, file.pending).toString(), 'onetwo');
});

test('a sync that has not ended covers nothing, and none ends that began in an earlier life', () => {
  const open = replayed(create('a', 2), write(2, 0, 'one'), begin(2, 1));
  assert.equal(durable(fileOf(open, 'a')), '');
  assert.throws(
    () => replayed(create('a', 2), begin(2, 1), { kind: 'life' }, end(2, 1)),
    /ends without a beginning/,
  );
});

test('a truncation waits for a sync as a write does, and what is written behind it leaves zeros between', () => {
  const calls = [create('a', 2), write(2, 0, 'a long text'), begin(2, 1), end(2, 1)] as const;
  const truncate = { kind: 'truncate', inode: 2, value: 1 } as const;
  const pending = fileOf(replayed(...calls, truncate, write(2, 3, 'z')), 'a');
  assert.equal(durable(pending), 'a long text');
  assert.equal(contentWith(pending, pending.pending).toString(), 'a\0\0z');
  const synced = fileOf(replayed(...calls, truncate, begin(2, 2), end(2, 2), write(2, 3, 'z')), 'a');
  assert.equal(durable(synced), 'a');
  assert.equal(contentWith(synced, synced.pending).toString(), 'a\0\0z');
});

test('a name is durable by a sync of its folder only, and lost with the name of that folder', () => {
  const calls = [mkdir('f', 2), create('f/a', 3), write(3, 0, 'one'), begin(3, 1), end(3, 1)] as const;
  assert.deepEqual(leastNames(replayed(...calls)), []);
  assert.deepEqual(leastNames(replayed(...calls, begin(2, 2), end(2, 2))), []);
  assert.deepEqual(leastNames(replayed(...calls, begin(2, 2), end(2, 2), begin(1, 3), end(1, 3))), [
    'f/',
    'f/a',
  ]);
});

test('a renaming between two folders has two halves, each durable by its own folder', () => {
  const rename = { kind: 'rename', name: 'f/a', bytes: 'g/b' } as const;
  const made = [mkdir('f', 2), mkdir('g', 3), create('f/a', 4)] as const;
  const calls = [...made, begin(1, 1), end(1, 1), begin(2, 2), end(2, 2), rename] as const;
  assert.deepEqual(leastNames(replayed(...calls)), ['f/', 'f/a', 'g/']);
  assert.deepEqual(leastNames(replayed(...calls, begin(3, 3), end(3, 3))), ['f/', 'f/a', 'g/', 'g/b']);
  assert.deepEqual(leastNames(replayed(...calls, begin(2, 3), end(2, 3))), ['f/', 'g/']);
});

test('an inode that is used again is another file', () => {
  const old = [create('a', 2), write(2, 0, 'old'), { kind: 'unlink', name: 'a' }] as const;
  const replay = replayed(...old, create('b', 2), write(2, 0, 'new'), begin(2, 1), end(2, 1));
  assert.equal(durable(fileOf(replay, 'b')), 'new');
});

test('a torn write keeps whole sectors, some of them, and a hole has its whole length', () => {
  const bytes = Buffer.alloc(64 * 512, 'x');
  const replay = replayed(create('a', 2), write(2, 100, bytes));
  const file = fileOf(replay, 'a');
  const contentOf = (content: 'torn' | 'holes', seed: string): Buffer =>
    drawSurvival(replay, { content, names: 'all' }, seed).content(file);
  for (const seed of ['a', 'b', 'c']) {
    const content = contentOf('torn', seed);
    let kept = 0;
    for (let at = 512; at + 512 <= content.length; at += 512) {
      const sector = content.subarray(at, at + 512);
      const whole = sector.equals(Buffer.alloc(512, 'x'));
      assert.ok(whole || sector.equals(Buffer.alloc(512)), `half a sector at ${at}`);
      if (whole) kept += 1;
    }
    assert.ok(kept > 5 && kept < 60, `${kept} sectors were kept`);
    assert.equal(contentOf('holes', seed).length, 100 + bytes.length);
    assert.ok(contentOf('torn', seed).equals(content), 'the same seed draws the same');
  }
  assert.ok(!contentOf('torn', 'a').equals(contentOf('torn', 'b')));
});

test('a prefix keeps nothing behind its end, and what came late nothing before it', () => {
  const writes = Array.from({ length: 40 }, (_, index) => write(2, index * 512, Buffer.alloc(512, 'x')));
  const replay = replayed(create('a', 2), ...writes);
  const file = fileOf(replay, 'a');
  const lengths = new Set<number>();
  for (const seed of ['a', 'b', 'c', 'd']) {
    const prefix = drawSurvival(replay, { content: 'prefix', names: 'all' }, seed).content(file);
    assert.ok(!prefix.includes(0), 'something in the middle is missing');
    const late = drawSurvival(replay, { content: 'late', names: 'all' }, seed).content(file);
    assert.equal(late.length, 40 * 512);
    assert.ok(!late.subarray(late.indexOf('x')).includes(0), 'something late is missing');
    lengths.add(prefix.length);
  }
  assert.ok(lengths.size > 1);
});
