import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatePassword } from '../../lib/text/generate-password.ts';
import { isWeakPassword } from './is-weak-password.ts';

test("other products' defaults and first guesses are weak, however they are decorated", () => {
  for (const password of [
    'Harbor12345',
    'harbor12345',
    'HARBOR12345',
    'Harbor-12345!',
    'admin',
    'Administrator',
    'A d m i n i s t r a t o r',
    'pass-WORD',
    'change me',
    'Registry',
    'berth',
    'Let.Me.In!',
  ])
    assert.equal(isWeakPassword(password), true, password);
});

test('fewer than 8 characters are weak, whatever they are', () => {
  for (const password of ['', 'a', 'aB3$', 'aB3$xY7']) assert.equal(isWeakPassword(password), true, password);
});

test('8 to 11 characters are weak unless they are of three kinds', () => {
  for (const password of [
    'abcdefgh',
    'abcdefghijk',
    'ABCDefgh',
    'abcd1234',
    'abcd-efg',
    '1234-5678',
    'ABCD1234',
  ])
    assert.equal(isWeakPassword(password), true, password);
  for (const password of ['Abcdefg1', 'abcdefg1!', 'ABCdefg!', 'ABC-1234a', 'abcdéf12', 'Abcdefghi-1'])
    assert.equal(isWeakPassword(password), false, password);
});

test('12 characters of any kind are enough', () => {
  for (const password of [
    'abcdefghijkl',
    '123456789012',
    'correct horse',
    'ABCDEFGHIJKL',
    '密码密码很长很长很长很长吗',
  ])
    assert.equal(isWeakPassword(password), false, password);
});

test('12 characters are weak when fewer than five of them differ', () => {
  for (const password of ['aaaaaaaaaaaa', 'abababababab', 'aaaabbbbcccc', 'abcdabcdabcdabcd', ' '.repeat(40)])
    assert.equal(isWeakPassword(password), true, password);
  assert.equal(isWeakPassword('abcdeabcdeab'), false);
});

test('a password that Berth makes itself is never weak', () => {
  for (let round = 0; round < 100; round += 1) assert.equal(isWeakPassword(generatePassword()), false);
});
