import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUntil } from './parse-until.ts';

test('a day ends at its midnight, a time when it says', () => {
  assert.equal(parseUntil('2027-01-31'), Date.UTC(2027, 1, 1));
  assert.equal(parseUntil('2028-02-29'), Date.UTC(2028, 2, 1));
  assert.equal(parseUntil('2027-01-31T18:00Z'), Date.UTC(2027, 0, 31, 18));
  assert.equal(parseUntil('2027-01-31T18:00:30+08:00'), Date.UTC(2027, 0, 31, 10, 0, 30));
});

test('what is no date, or leaves open which moment it means, is none', () => {
  for (const text of [
    '',
    'tomorrow',
    '2027',
    '2027-01',
    '2027-02-29',
    '2027-02-31',
    '2027-13-01',
    '2027-1-1',
    ' 2027-01-01',
    '2027-01-31T18:00',
    '2027-01-31T25:00Z',
    '2027-02-30T10:00Z',
    '2027-01-31 18:00Z',
    '1893456000000',
    '+002027-01-01',
  ])
    assert.equal(parseUntil(text), undefined, text);
});
