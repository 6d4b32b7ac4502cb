import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import { CreationConflicts } from './creation-conflicts.ts';

function open() {
  let now = 1000;
  const conflicts = new CreationConflicts(() => now);
  return {
    conflicts,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

function retryAfter(conflicts: CreationConflicts, who: string): string | undefined {
  try {
    conflicts.begin(who);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'TOO_MANY_REQUESTS');
    return error.headers['Retry-After'];
  }
}

test('an account is told of thirty taken names a minute, others of theirs', () => {
  const { conflicts, pass } = open();
  for (let count = 0; count < 30; count += 1) assert.equal(retryAfter(conflicts, 'user:3'), undefined);
  pass(20_500);
  assert.equal(retryAfter(conflicts, 'user:3'), '40');
  assert.equal(retryAfter(conflicts, 'user:4'), undefined);
  pass(39_500);
  assert.equal(retryAfter(conflicts, 'user:3'), undefined);
});

test('an attempt that told nothing does not count', () => {
  const { conflicts } = open();
  for (let count = 0; count < 100; count += 1) conflicts.begin('user:3')();
  for (let count = 0; count < 29; count += 1) conflicts.begin('user:3');
  const giveBack = conflicts.begin('user:3');
  assert.equal(retryAfter(conflicts, 'user:3'), '60');
  giveBack();
  assert.equal(retryAfter(conflicts, 'user:3'), undefined);
});

test('what was begun in one minute gives nothing back to the next', () => {
  const { conflicts, pass } = open();
  const giveBack = conflicts.begin('user:3');
  pass(60_000);
  for (let count = 0; count < 30; count += 1) conflicts.begin('user:3');
  giveBack();
  assert.notEqual(retryAfter(conflicts, 'user:3'), undefined);
});
