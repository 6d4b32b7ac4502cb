import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restOf } from './rest-of.ts';

test('work that ended well may have left some of it, or all', () => {
  assert.equal(restOf(undefined), 'none');
  assert.equal(restOf({ done: 3, refused: 0, gone: 2 }), 'none');
  assert.equal(restOf({ done: 3, refused: 1 }), 'some');
  assert.equal(restOf({ done: 0, refused: 1 }), 'all');
  assert.equal(restOf({ quarantined: 5, left: 1, failed: 0 }), 'some');
});
