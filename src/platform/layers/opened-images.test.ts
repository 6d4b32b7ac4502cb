import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImageAnswers } from './image-question.ts';
import { indexLayer } from './index-layer.ts';
import { encodeIndex, type IndexedEntry } from './layer-index.ts';
import { layerLimits } from './layer-limits.ts';
import type { ListOf } from './list-files.ts';
import { OpenedImages } from './opened-images.ts';
import { inChunks, type Member, tarOf } from './testing/tar-of.ts';

const everything: ListOf = {
  layer: undefined,
  wasted: false,
  folder: '',
  deep: true,
  part: '',
  sort: 'name',
  descending: false,
  offset: 0,
  limit: 1000,
};

async function open(...layers: readonly (readonly Member[])[]): Promise<OpenedImages> {
  const images = new OpenedImages();
  await openInto(images, 'image', ...layers);
  return images;
}

async function openInto(
  images: OpenedImages,
  key: string,
  ...layers: readonly (readonly Member[])[]
): Promise<void> {
  const indexes = await Promise.all(
    layers.map(async (members) =>
      encodeIndex(await indexLayer(inChunks(tarOf(members)), layerLimits), layerLimits.indexBytes),
    ),
  );
  images.open(key, indexes);
}

const list = (images: OpenedImages, of: Partial<ListOf> = {}): ImageAnswers['list'] =>
  images.answer({ kind: 'list', image: 'image', of: { ...everything, ...of } }) as ImageAnswers['list'];
const summary = (images: OpenedImages): ImageAnswers['summary'] =>
  images.answer({ kind: 'summary', image: 'image' }) as ImageAnswers['summary'];
const shown = (images: OpenedImages, of: Partial<ListOf> = {}): unknown =>
  list(images, of)?.items.map(({ path, size, layer, change }) =>
    change === undefined ? `${path} ${size} ${layer}` : `${change} ${path} ${size}`,
  );
const file = (name: string, size: number): Member => ({ name, body: 'x'.repeat(size) });

test('an image shows what its layers bring, replace and take away, and tells what of it is wasted', async () => {
  const images = await open(
    [file('etc/a', 1), file('etc/b', 2), file('var/log', 4), file('tmp/x/y', 8), file('keep', 16)],
    [file('etc/b', 32), file('etc/.wh.a', 0), file('tmp/.wh..wh..opq', 0), file('tmp/new', 64)],
    [file('.wh.var', 0), { name: 'keep', type: '5' }, file('keep/inside', 128)],
  );
  assert.deepEqual(shown(images), ['etc/b 32 1', 'keep/inside 128 2', 'tmp/new 64 1']);
  assert.deepEqual(shown(images, { layer: 1 }), [
    'removed etc/a 1',
    'changed etc/b 32',
    'added tmp/new 64',
    'removed tmp/x 8',
  ]);
  assert.deepEqual(shown(images, { wasted: true }), [
    'removed etc/a 1',
    'changed etc/b 2',
    'changed keep 16',
    'removed tmp/x/y 8',
    'removed var/log 4',
  ]);
  assert.deepEqual(shown(images, { deep: false }), ['etc 32 0', 'keep 128 2', 'tmp 64 0']);
  assert.deepEqual(shown(images, { deep: false, folder: 'tmp' }), ['tmp/new 64 1']);
  assert.equal(list(images, { folder: 'etc/b' }), undefined);
  const { files, bytes, wastedBytes, layers } = summary(images);
  assert.deepEqual({ files, bytes, wastedBytes }, { files: 3, bytes: 224, wastedBytes: 31 });
  assert.deepEqual(layers[0], {
    files: 5,
    bytes: 31,
    // Folders count as what is added, too.
    added: 9,
    changed: 0,
    removed: 0,
    wastedBytes: 31,
    outside: 0,
  });
});

test('what a layer hides and brings anew is changed, and its own entries are not hidden', async () => {
  const images = await open(
    [file('a/b', 1), file('a/c', 2)],
    [file('a/.wh..wh..opq', 0), file('a/b', 4), file('d', 8), file('.wh.d', 0)],
  );
  assert.deepEqual(shown(images), ['a/b 4 1', 'd 8 1']);
  assert.deepEqual(shown(images, { layer: 1 }), ['changed a/b 4', 'removed a/c 2', 'added d 8']);
});

test('a folder that is a link in a lower layer is followed within the image', async () => {
  const images = await open(
    [
      file('usr/lib/a', 1),
      { name: 'lib', type: '2', target: 'usr/lib' },
      { name: 'up', type: '2', target: '../../usr' },
    ],
    [file('lib/b', 2), file('up/c', 4), file('lib/.wh.a', 0)],
    [{ name: 'loop', type: '2', target: 'loop' }, file('x', 8)],
    [file('loop/y', 16)],
  );
  assert.deepEqual(shown(images), [
    'lib 0 0',
    'loop/y 16 3',
    'up 0 0',
    'usr/c 4 1',
    'usr/lib/b 2 1',
    'x 8 2',
  ]);
});

test('a hard link shows the size of its file and adds nothing to the image', async () => {
  const images = await open(
    [file('z', 100), { name: 'a', type: '1', target: 'z' }],
    [{ name: 'later', type: '1', target: 'z' }],
  );
  assert.deepEqual(shown(images), ['a 100 0', 'later 100 1', 'z 100 0']);
  assert.equal(summary(images).bytes, 100);
  const found = images.answer({ kind: 'find', image: 'image', path: 'later', layer: undefined });
  assert.deepEqual((found as ImageAnswers['find'])?.source?.path, 'z');
});

test('lists come in pages, by name with folders first, by size, and with what is searched for', async () => {
  const images = await open([file('b', 5), file('A/file', 1), file('a/FILE2', 9), file('c', 3)]);
  assert.deepEqual(shown(images, { deep: false }), ['A 1 0', 'a 9 0', 'b 5 0', 'c 3 0']);
  assert.deepEqual(shown(images, { sort: 'size', descending: true, limit: 2 }), ['a/FILE2 9 0', 'b 5 0']);
  assert.deepEqual(shown(images, { offset: 1, limit: 1 }), ['a/FILE2 9 0']);
  assert.deepEqual(shown(images, { part: 'file' }), ['A/file 1 0', 'a/FILE2 9 0']);
  assert.deepEqual(shown(images, { part: 'a', folder: 'a' }), []);
  assert.equal(list(images, { limit: 1 })?.total, 4);
});

test('two images are compared by what they show, whichever layers bring it', async () => {
  const images = new OpenedImages();
  await openInto(images, 'old', [
    file('same', 5),
    { name: 'text', body: 'one' },
    { name: 'mode', body: 'x', mode: 0o644 },
    file('gone/deep/file', 7),
    { name: 'becomes', body: 'x' },
    { name: 'empty/', type: '5' },
    { name: 'link', type: '2', target: 'a' },
  ]);
  await openInto(
    images,
    'new',
    [{ name: 'text', body: 'two' }],
    [file('same', 5), { name: 'mode', body: 'x', mode: 0o755 }, file('becomes/file', 3)],
    [
      { name: 'link', type: '2', target: 'b' },
      { name: 'twin', type: '1', target: 'same' },
    ],
  );
  const of = { before: 'old', after: 'new', part: '', offset: 0, limit: 100 } as const;
  const all = images.answer({ kind: 'compare', change: undefined, ...of }) as ImageAnswers['compare'];
  assert.deepEqual(
    all.items.map(({ path, change, sizeBefore, size }) => [path, change, sizeBefore, size]),
    [
      ['becomes', 'removed', 1, undefined],
      ['becomes/file', 'added', undefined, 3],
      ['empty', 'removed', 0, undefined],
      ['gone/deep/file', 'removed', 7, undefined],
      ['link', 'changed', 0, 0],
      ['mode', 'changed', 1, 1],
      ['text', 'changed', 3, 3],
      // A hard link brings a name.
      ['twin', 'added', undefined, 5],
    ],
  );
  assert.deepEqual([all.added, all.changed, all.removed, all.total], [2, 3, 3, 8]);
  const some = images.answer({ kind: 'compare', change: 'added', ...of, part: 'TWIN' });
  assert.equal((some as ImageAnswers['compare']).total, 1);
});

test('an image of too many files is refused, and one with a layer that cannot be read shows the others', async () => {
  const images = new OpenedImages(2);
  const index = encodeIndex(await indexLayer(inChunks(tarOf([file('a', 1)])), layerLimits), 1000);
  images.open('image', [undefined, index, index]);
  assert.deepEqual(shown(images), ['a 1 2']);
  assert.throws(() => images.open('large', [index, index, index]), { problem: 'too-many-entries' });
});

test('links that lead through each other are followed as far as that costs little, and the image is refused', () => {
  const entry = (path: string, kind: IndexedEntry['kind'], target = ''): IndexedEntry => {
    return { path, kind, size: 0, mode: 0o755, target, sum: '' };
  };
  const deep = '/n'.repeat(2000);
  const links = Array.from({ length: 39 }, (_, at) => entry(`l${at}`, 'symlink', `l${at + 1}${deep}`));
  const lower = [entry(deep.slice(1), 'folder'), entry('l39', 'symlink', '/'), ...links];
  const hidden = Array.from({ length: 40 }, (_, at) => entry(`l0/${at}`, 'hidden'));
  const indexes = [lower, hidden].map((entries) => encodeIndex({ entries, outside: 0 }, 10_000_000));
  assert.throws(() => new OpenedImages().open('image', indexes), { problem: 'too-slow' });
});
