import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BlobState } from '../../platform/db/schema.ts';
import { decideClaim, mayBecomeLive } from './blob.ts';

const found = { storageKey: 'k', generation: 3 };
const states: readonly BlobState[] = ['pending', 'live', 'missing', 'condemned', 'deleting', 'burnt'];

test('what a publisher does first depends on the state it finds', () => {
  const claims = states.map((state) => decideClaim({ ...found, state, uncopied: false }, 'canonical'));
  assert.deepEqual(claims, [
    { kind: 'publish', state: 'pending', storageKey: 'k' },
    { kind: 'check', storageKey: 'k' },
    { kind: 'publish', state: 'missing', storageKey: 'k' },
    { kind: 'publish', state: 'pending', storageKey: 'k' },
    { kind: 'wait' },
    { kind: 'publish', state: 'pending', storageKey: 'canonical.3' },
  ]);
  assert.deepEqual(
    decideClaim({ ...found, state: 'live', uncopied: true }, 'canonical'),
    { kind: 'publish', state: 'live', storageKey: 'k' },
    'a copy of a manifest that is being made is not relied on',
  );
  assert.deepEqual(decideClaim(undefined, 'canonical'), {
    kind: 'publish',
    state: 'pending',
    storageKey: null,
  });
});

test('a blob becomes live by what was put in place, or stays live by what was found there', () => {
  const allowed = (published: boolean) => states.filter((state) => mayBecomeLive(state, published));
  assert.deepEqual(allowed(true), ['pending', 'live', 'missing']);
  assert.deepEqual(allowed(false), ['live'], 'what was called missing since needs new content');
});
