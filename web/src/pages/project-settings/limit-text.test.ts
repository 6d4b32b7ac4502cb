import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitOf, limitText, limitUnit } from './limit-text.ts';

test('a limit is short to read, and as it was when nobody changes it', () => {
  for (const [bytes, said] of [
    [-1, ' GiB'],
    [100, '100 B'],
    [3609, '3.524 KiB'],
    [1024 ** 3 / 2, '512 MiB'],
    [1024 ** 3, '1 GiB'],
    [1024 ** 3 + 1, '1 GiB'],
    [5 * 1024 ** 4, '5120 GiB'],
  ] as const) {
    const unit = limitUnit(bytes);
    const text = limitText(bytes, unit);
    assert.equal(`${text} ${unit}`, said);
    assert.equal(limitOf(text, unit, bytes), bytes);
  }
});

test('what is written is meant in the unit; what is no number is none', () => {
  assert.equal(limitOf('0.5', 'GiB', -1), 1024 ** 3 / 2);
  assert.equal(limitOf(' 4 ', 'KiB', 3609), 4096);
  assert.equal(limitOf('', 'KiB', 3609), -1);
  for (const wrong of ['0', '-1', 'x', '1e99', '0,5'])
    assert.equal(limitOf(wrong, 'GiB', -1), undefined, wrong);
});
