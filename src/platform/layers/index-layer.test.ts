import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { extractFile } from './extract-file.ts';
import { indexLayer } from './index-layer.ts';
import { decodeIndex, encodeIndex, type LayerIndex } from './layer-index.ts';
import { type LayerLimits, layerLimits } from './layer-limits.ts';
import { type LayerProblem, UnreadableLayer } from './layer-problem.ts';
import { inChunks, type Member, paxOf, tarOf } from './testing/tar-of.ts';

const index = (bytes: Uint8Array, limits: Partial<LayerLimits> = {}): Promise<LayerIndex> =>
  indexLayer(inChunks(bytes), { ...layerLimits, ...limits });
const paths = async (members: readonly Member[]): Promise<string[]> =>
  (await index(tarOf(members))).entries.map(({ path, kind }) => `${kind} ${path}`);

async function refusal(bytes: Uint8Array, limits: Partial<LayerLimits> = {}): Promise<LayerProblem> {
  try {
    await index(bytes, limits);
  } catch (error) {
    if (error instanceof UnreadableLayer) return error.problem;
    throw error;
  }
  return assert.fail('it was read');
}

const some: readonly Member[] = [
  { name: './', type: '5' },
  { name: 'etc/', type: '5', mode: 0o755 },
  { name: 'etc/passwd', body: 'root:x:0:0', mode: 0o4644 },
  { name: 'bin/sh', type: '2', target: 'busybox' },
  { name: 'bin/busybox', body: 'ELF' },
  { name: 'bin/ls', type: '1', target: './bin/busybox' },
  { name: 'dev/null', type: '3' },
];

test('a layer is read alike whether it is packed with gzip, zstd, in several parts or not at all', async () => {
  const tar = tarOf(some);
  const plain = await index(tar);
  assert.deepEqual(
    plain.entries.map(({ path, kind, size, mode, target }) => [path, kind, size, mode, target]),
    [
      ['bin', 'implied', 0, 0, ''],
      ['bin/busybox', 'file', 3, 0o644, ''],
      ['bin/ls', 'hardlink', 0, 0o644, 'bin/busybox'],
      ['bin/sh', 'symlink', 0, 0o644, 'busybox'],
      ['dev', 'implied', 0, 0, ''],
      ['dev/null', 'device', 0, 0o644, ''],
      ['etc', 'folder', 0, 0o755, ''],
      ['etc/passwd', 'file', 10, 0o4644, ''],
    ],
  );
  const halves = [tar.subarray(0, 1000), tar.subarray(1000)];
  for (const packed of [
    gzipSync(tar),
    zstdCompressSync(tar),
    Buffer.concat(halves.map((half) => gzipSync(half))),
    Buffer.concat(halves.map((half) => zstdCompressSync(half))),
  ])
    assert.deepEqual(await index(packed), plain);
  assert.deepEqual(decodeIndex(encodeIndex(plain, 10_000)), plain);
});

test('names that lead out of the image are left out and counted, absolute ones are below its root', async () => {
  const members: Member[] = [
    { name: '../etc/shadow', body: 'x' },
    { name: 'a/../../b', body: 'x' },
    { name: '..', type: '5' },
    { name: 'link', type: '1', target: '../../etc/shadow' },
    { name: '/etc//./hosts', body: 'x' },
    { name: '...', body: 'x' },
    { name: 'out', type: '2', target: '../../../etc/shadow' },
  ];
  assert.deepEqual(await paths(members), ['file ...', 'implied etc', 'file etc/hosts', 'symlink out']);
  assert.equal((await index(tarOf(members))).outside, 4);
});

test('names are kept as they are, with whatever signs, and of those that come twice the last one counts', async () => {
  const evil = '<img src=x onerror=alert(1)>\n\u0007\u202e"';
  const { entries } = await index(
    tarOf([
      { name: evil, body: 'one' },
      { name: evil, body: 'three' },
    ]),
  );
  assert.deepEqual(
    entries.map(({ path, size }) => [path, size]),
    [[evil, 5]],
  );
});

test('long names come by pax and by GNU, and sparse files with their size', async () => {
  const long = `${'folder/'.repeat(60)}file`;
  const members: Member[] = [
    paxOf({ path: long, mtime: '1.5' }),
    { name: 'short', body: 'x' },
    { name: 'L', type: 'L', body: `${long}2\0` },
    { name: 'short', body: 'x' },
    paxOf({ 'GNU.sparse.name': 'holes', 'GNU.sparse.realsize': '1000000' }),
    { name: 'GNUSparseFile.0/holes', body: 'x' },
  ];
  const files = (await index(tarOf(members))).entries.filter(({ kind }) => kind === 'file');
  assert.deepEqual(
    files.map(({ path, size }) => [path, size]),
    [
      [long, 1],
      [`${long}2`, 1],
      ['holes', 1_000_000],
    ],
  );
});

test('what a layer takes away is told by the path that it hides', async () => {
  const members: Member[] = [
    { name: 'a/.wh.gone', body: '' },
    { name: 'b/.wh..wh..opq', body: '' },
    { name: '.wh..wh.plnk', type: '5' },
    { name: 'c/.wh.', body: '' },
    { name: 'c/.wh...', body: '' },
  ];
  assert.deepEqual(await paths(members), ['hidden a/gone', 'emptied b']);
  assert.equal((await index(tarOf(members))).outside, 2);
});

test('what is no archive, is cut off or damaged is told apart', async () => {
  const tar = tarOf([{ name: 'a', body: 'x'.repeat(2000) }]);
  const packed = gzipSync(tar);
  assert.equal(await refusal(Buffer.alloc(0)), 'no-archive');
  assert.equal(await refusal(Buffer.from('{"predicate":{}}')), 'no-archive');
  assert.equal(await refusal(Buffer.alloc(5000, 'x')), 'no-archive');
  assert.equal(await refusal(gzipSync(Buffer.alloc(5000, 'x'))), 'no-archive');
  assert.equal(await refusal(tar.subarray(0, 1000)), 'cut-off');
  assert.equal(await refusal(tar.subarray(0, 1025)), 'cut-off');
  assert.equal(await refusal(packed.subarray(0, packed.length - 12)), 'cut-off');
  assert.equal(await refusal(zstdCompressSync(tar).subarray(0, 30)), 'cut-off');
  assert.equal(await refusal(Buffer.concat([tar.subarray(0, 2560), Buffer.alloc(512, 'x')])), 'damaged');
  assert.equal(await refusal(tarOf([{ name: 'x', type: 'x', size: 2 ** 31 }])), 'damaged');
  assert.equal(await refusal(tarOf([{ name: 'x', type: 'x', body: 'no record\n' }])), 'damaged');
  const broken = Buffer.from(packed);
  broken.fill(0xff, 12, 20);
  assert.match(await refusal(broken), /damaged|no-archive/);
  // Programs leave the end out.
  assert.equal((await index(tarOf([{ name: 'a', body: 'x' }], false))).entries.length, 1);
  assert.equal((await index(Buffer.alloc(1024))).entries.length, 0);
});

test('a small layer that becomes a large one is given up, however it does so', async () => {
  const limits = { denseFromBytes: 1_000_000 };
  const zeros = tarOf([{ name: 'zeros', body: Buffer.alloc(20_000_000) }]);
  assert.equal(await refusal(gzipSync(zeros), limits), 'too-dense');
  assert.equal(await refusal(zstdCompressSync(zeros), limits), 'too-dense');
  assert.equal(await refusal(zeros, { unpackedBytes: 10_000_000 }), 'too-large');
  assert.equal((await index(zeros, limits)).entries.length, 1);
});

test('a layer of too many, too long or too deep names is given up', async () => {
  const many = Array.from({ length: 101 }, (_, at) => ({ name: `f${at}`, body: '' }));
  assert.equal(await refusal(tarOf(many), { entries: 100 }), 'too-many-entries');
  assert.equal((await index(tarOf(many), { entries: 101 })).entries.length, 101);
  const folders = [{ name: 'a/b/c/d/e', body: '' }];
  assert.equal(await refusal(tarOf(folders), { entries: 4 }), 'too-many-entries');
  assert.equal(await refusal(tarOf([paxOf({ path: 'x'.repeat(4097) }), ...folders])), 'name-too-long');
  assert.equal(await refusal(tarOf([paxOf({ path: 'x/'.repeat(300) }), ...folders])), 'name-too-long');
  assert.equal(await refusal(tarOf(many), { allNamesBytes: 100 }), 'too-many-names');
  const { entries, outside } = await index(tarOf(many));
  assert.throws(() => encodeIndex({ entries, outside }, 100), { problem: 'too-many-names' });
});

test('a file is found again by its path and sum, the last one of that path', async () => {
  const packed = gzipSync(
    tarOf([
      { name: 'a/b', body: 'first' },
      { name: 'large', body: 'x'.repeat(1001) },
      { name: './a/b', body: 'second' },
    ]),
  );
  const { entries } = await index(packed);
  const extract = async (path: string) => {
    const sum = entries.find((entry) => entry.path === path)?.sum ?? '';
    return extractFile(inChunks(packed, 7), { path, sum, maxBytes: 1000 }, layerLimits);
  };
  assert.deepEqual(await extract('a/b'), { kind: 'file', bytes: new Uint8Array(Buffer.from('second')) });
  assert.deepEqual(await extract('large'), { kind: 'too-large', size: 1001 });
  assert.deepEqual(await extract('nothing'), { kind: 'absent' });
});
