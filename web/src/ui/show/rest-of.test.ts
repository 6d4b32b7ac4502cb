import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOf, restOf } from './rest-of.ts';

test('work that ended well may have left some of it, or all', () => {
  assert.equal(restOf(undefined), 'none');
  assert.equal(restOf({ done: 3, refused: 0, gone: 2 }), 'none');
  assert.equal(restOf({ done: 3, refused: 1 }), 'some');
  assert.equal(restOf({ done: 0, refused: 1 }), 'all');
  assert.equal(restOf({ quarantined: 5, left: 1, failed: 0 }), 'some');
});

test('what was done and what stayed are counted', () => {
  assert.deepEqual(outcomeOf({ done: 0, refused: 1, gone: 2 }), { ended: 0, stayed: 1 });
  assert.deepEqual(outcomeOf({ done: 3, left: 1, failed: 1 }), { ended: 3, stayed: 2 });
  assert.deepEqual(outcomeOf(undefined), { ended: 0, stayed: 0 });
});
