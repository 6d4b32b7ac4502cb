import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import { inOrder } from './in-order.ts';
import type { StrayManifest } from './stray-manifest.ts';

function manifestOf(digest: string, ...children: string[]): [string, StrayManifest] {
  const references = children.map((child) => ({
    kind: 'child' as const,
    digest: child,
    sizeBytes: 1,
    mediaType: '',
    required: true,
  }));
  return [digest, { digest: digest as CanonicalDigest, sizeBytes: 1, mediaType: '', references, hints: {} }];
}

const orderOf = (...manifests: [string, StrayManifest][]) =>
  [...inOrder(new Map(manifests))].map(({ digest }) => digest as string);

test('what a manifest needs comes before it, once, and what is not there is left out', () => {
  assert.deepEqual(
    orderOf(
      manifestOf('a', 'b', 'c', 'b', 'gone'),
      manifestOf('b', 'd'),
      manifestOf('c', 'd'),
      manifestOf('d'),
      manifestOf('e'),
    ),
    ['d', 'b', 'c', 'a', 'e'],
  );
});

test('indexes nested to a depth that no stack has are ordered', () => {
  const depth = 50_000;
  const chain = Array.from({ length: depth }, (_, no) => manifestOf(`m${no}`, `m${no + 1}`));
  const order = orderOf(...chain);
  assert.deepEqual([order.length, order[0], order.at(-1)], [depth, `m${depth - 1}`, 'm0']);
});
