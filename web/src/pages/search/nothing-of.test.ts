import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nothingOf } from './nothing-of.ts';

test('who looked for a digest is not told to write less of it', () => {
  const told = [
    'de32b',
    'sha256:de',
    'pay/api@sha256:de32',
    'de32b0f',
    'sha256:de32b0f1',
    'web',
    'v2',
    'cafe',
  ];
  assert.deepEqual(told.map(nothingOf), [
    'nothingShort',
    'nothingShort',
    'nothingShort',
    'nothingDigest',
    'nothingDigest',
    'nothingText',
    'nothingText',
    'nothingText',
  ]);
});
