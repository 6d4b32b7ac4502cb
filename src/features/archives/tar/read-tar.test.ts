import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ArchiveProblem } from '../../../lib/archive-problem.ts';
import { paddingOf, readTarHeader, writeTarHeader } from '../../../lib/tar/tar-header.ts';
import type { ByteSource } from './byte-source.ts';
import { packFiles, zipped } from './pack-files.ts';
import { readTar, type TarEntry } from './read-tar.ts';

/** Gives a few bytes at a time, as a stream does. */
class Bytes implements ByteSource {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(most: number): Promise<Uint8Array> {
    const piece = this.#bytes.subarray(this.at, this.at + Math.min(most, 100));
    this.at += piece.length;
    return Promise.resolve(piece);
  }

  skip(count: number): Promise<number> {
    const passed = Math.min(count, this.#bytes.length - this.at);
    this.at += passed;
    return Promise.resolve(passed);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

function file(name: string, text: string): Uint8Array[] {
  const bytes = Buffer.from(text);
  return [writeTarHeader(name, bytes.length), bytes, Buffer.alloc(paddingOf(bytes.length))];
}

async function entriesOf(...parts: readonly Uint8Array[]): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const entry of readTar(new Bytes(Buffer.concat(parts)))) entries.push(entry);
  return entries;
}

/** The same head as another type. */
function typed(head: Uint8Array, type: string, link = ''): Uint8Array {
  const block = Buffer.from(head);
  block.write(type, 156, 'latin1');
  block.write(link, 157);
  block.write(' '.repeat(8), 148);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

test('files are told with where their bytes are, whatever stands between them', async () => {
  const entries = await entriesOf(
    ...file('./a/b', 'hello'),
    ...file('c', ''),
    ...file('d', 'x'.repeat(513)),
    Buffer.alloc(1024),
    Buffer.from('garbage behind the end'),
  );
  assert.deepEqual(entries, [
    { name: 'a/b', sizeBytes: 5, at: 512, target: undefined },
    { name: 'c', sizeBytes: 0, at: 1536, target: undefined },
    { name: 'd', sizeBytes: 513, at: 2048, target: undefined },
  ]);
});

test('names and sizes that do not fit into a head stand before it', async () => {
  const long = `${'n'.repeat(300)}/x`;
  const [gnuHead = Buffer.alloc(0), ...gnuBody] = file('././@LongLink', `${long}\0`);
  const record = `path=${long}\n`;
  const [paxHead = Buffer.alloc(0), ...paxBody] = file('pax', `${record.length + 4} ${record}`);
  const [sizeHead = Buffer.alloc(0), ...sizeBody] = file('pax', '10 size=3\n');
  const entries = await entriesOf(
    typed(gnuHead, 'L'),
    ...gnuBody,
    ...file('short', 'one'),
    typed(paxHead, 'x'),
    ...paxBody,
    ...file('short', 'two'),
    typed(sizeHead, 'x'),
    ...sizeBody,
    writeTarHeader('sized', 0),
    Buffer.alloc(512),
    ...file('plain', ''),
  );
  assert.deepEqual(
    entries.map(({ name, sizeBytes }) => [name, sizeBytes]),
    [
      [long, 3],
      [long, 3],
      ['sized', 3],
      ['plain', 0],
    ],
  );
});

test('links lead to other entries, and have no bytes whatever their head says', async () => {
  const entries = await entriesOf(
    typed(writeTarHeader('a/link', 900), '2', '../b/layer.tar'),
    typed(writeTarHeader('hard', 900), '1', 'b/layer.tar'),
    typed(writeTarHeader('folder/', 900), '5'),
    ...file('last', ''),
  );
  assert.deepEqual(
    entries.map(({ name, target }) => [name, target]),
    [
      ['a/link', 'b/layer.tar'],
      ['hard', 'b/layer.tar'],
      ['last', undefined],
    ],
  );
});

test('what is written is read, up to sizes beyond eleven octal digits and names beyond a hundred bytes', async () => {
  for (const size of [0, 8 ** 11 - 1, 8 ** 11, Number.MAX_SAFE_INTEGER])
    assert.deepEqual(readTarHeader(writeTarHeader('index.json', size), 0), {
      name: 'index.json',
      type: '0',
      sizeBytes: size,
      mode: 0o644,
      target: '',
    });
  for (const length of [87, 88, 128, 900]) {
    const name = `blobs/sha512/${'a'.repeat(length)}`;
    const [entry] = await entriesOf(...file(name, 'hello'));
    assert.deepEqual([entry?.name, entry?.sizeBytes], [name, 5]);
  }
});

test('an archive that ends too early, at whatever byte, is a problem, and never a shorter archive', async () => {
  const whole = Buffer.concat([...file('a', 'hello'), ...file('b', 'world')]);
  for (let end = 1; end < whole.length; end += 1) {
    // Between two entries nothing tells that more was to come.
    if (end === 1024) continue;
    await assert.rejects(
      entriesOf(whole.subarray(0, end)),
      (error) => error instanceof ArchiveProblem && error.code === 'truncated',
      `byte ${end}`,
    );
  }
});

test('what was packed is read again, and is the same each time', async () => {
  const long = `${'folder/'.repeat(20)}file`;
  const files = [
    ['a', 'one'],
    [long, new Uint8Array(600).fill(7)],
    ['empty', ''],
  ] as const;
  const packed = packFiles(files);
  assert.deepEqual(
    (await entriesOf(packed)).map(({ name, sizeBytes, at }) => [
      name,
      packed.subarray(at, at + sizeBytes).toString('latin1'),
    ]),
    [
      ['a', 'one'],
      [long, '\x07'.repeat(600)],
      ['empty', ''],
    ],
  );
  assert.deepEqual(gunzipSync(zipped(packed)), packed);
  assert.deepEqual(zipped(packFiles(files)), zipped(packed));
});
