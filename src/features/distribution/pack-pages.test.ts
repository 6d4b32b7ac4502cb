import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdoptedManifest } from '../../content/artifacts/adopt-content.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import { parseManifest } from '../../lib/oci/manifest.ts';
import type { Tag } from '../../lib/oci/tag.ts';
import { type Item, maxWeight, packPages, weightOf } from './pack-pages.ts';

const digest = `sha256:${'0'.repeat(64)}` as AdoptedManifest['digest'];
const blob: Item = { blob: { digest, sizeBytes: 1, aliases: [] } };
const tag: Item = { tag: { tag: 'v1' as Tag, digest } };

/** An index of so many, with so many bytes of annotations. */
function index(children: number, padBytes: number): Item {
  const child = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 };
  const manifests = Array.from({ length: children }, (_, number) => ({
    ...child,
    digest: `sha256:${String(number).padStart(64, '0')}` as Digest,
  }));
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const annotations = { pad: 'x'.repeat(padBytes) };
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests, annotations }));
  return { manifest: { digest, bytes, manifest: parseManifest(bytes, undefined) } };
}

async function* of(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function shapes(items: readonly Item[]): Promise<number[][]> {
  const found: number[][] = [];
  for await (const { blobs, manifests, tags } of packPages(of(items)))
    found.push([blobs.length, manifests.length, tags.length]);
  return found;
}

test('a page holds what weighs little together, and its parts in their order', async () => {
  assert.deepEqual(await shapes([]), []);
  assert.deepEqual(await shapes([blob, index(1, 0), tag]), [[1, 1, 1]]);
  const many = Array.from({ length: maxWeight * 2 + 1 }, () => blob);
  assert.deepEqual(await shapes([...many, tag]), [
    [maxWeight, 0, 0],
    [maxWeight, 0, 0],
    [1, 0, 1],
  ]);
});

test('manifests weigh by bytes and by what they refer to; one that is too heavy for a page has one for itself', async () => {
  assert.ok(weightOf(index(1, 0)) < 10);
  assert.ok(weightOf(index(1, 3_000_000)) >= 40);
  assert.ok(weightOf(index(2048, 2_000_000)) > maxWeight);
  const pages = await shapes([blob, index(2048, 2_000_000), tag, index(1, 3_000_000), index(1, 3_000_000)]);
  assert.deepEqual(pages, [
    [1, 0, 0],
    [0, 1, 0],
    [0, 1, 1],
    [0, 1, 0],
  ]);
});
