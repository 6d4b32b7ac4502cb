import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUserCode, parseUserCode, shownUserCode } from './new-user-code.ts';

test('a code for people has eight letters without vowels, and each is another', () => {
  const codes = Array.from({ length: 1000 }, newUserCode);
  for (const code of codes) assert.match(code, /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
  assert.equal(new Set(codes).size, codes.length);
  assert.match(shownUserCode(codes[0] ?? ''), /^[A-Z]{4}-[A-Z]{4}$/);
});

test('a code is known however a person writes it', () => {
  for (const text of ['WDJBMJHT', 'WDJB-MJHT', 'wdjb mjht', ' wdjb-mjht\n'])
    assert.equal(parseUserCode(text), 'WDJBMJHT', text);
  for (const text of ['', 'WDJB-MJH', 'WDJB-MJHTT', 'WDJB-MJHA', 'WDJB_MJHT', 'W'.repeat(1000)])
    assert.equal(parseUserCode(text), undefined, text);
});
