import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpires } from './parse-expires.ts';

const now = Date.parse('2027-01-01T00:00:00Z');

test('the end of a token is so many days or hours from now, a day, or a time', () => {
  assert.equal(parseExpires('90d', now), Date.parse('2027-04-01T00:00:00Z'));
  assert.equal(parseExpires('12h', now), Date.parse('2027-01-01T12:00:00Z'));
  assert.equal(parseExpires('2027-03-31', now), Date.parse('2027-04-01T00:00:00Z'));
  assert.equal(parseExpires('2027-03-31T12:00:00Z', now), Date.parse('2027-03-31T12:00:00Z'));
});

test('what is no end of a token is none', () => {
  for (const text of ['', '0d', '-1d', '90', 'd', '1.5d', '90 d', '123456d', 'tomorrow', '2027-02-31'])
    assert.equal(parseExpires(text, now), undefined, text);
});
