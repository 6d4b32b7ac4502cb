import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, languageOf } from './language.ts';

test('every form of a Chinese locale is Chinese', () => {
  for (const locale of ['zh', 'zh_CN', 'zh_CN.UTF-8', 'zh-Hans', 'zh.UTF-8', 'zh@pinyin', 'ZH_tw'])
    assert.equal(languageOf(locale), 'zh', locale);
});

test('every other locale, and none, is English', () => {
  for (const locale of [
    undefined,
    '',
    'C',
    'C.UTF-8',
    'POSIX',
    'en_US.UTF-8',
    'de',
    'zhx',
    'xzh_CN',
    'en_zh',
  ])
    assert.equal(languageOf(locale), 'en', String(locale));
});

test('values take the place of their names, as often as those occur', () => {
  assert.equal(fill('{a} of {b}, {a}', { a: 1, b: 'two' }), '1 of two, 1');
});

test('a name without a value stays, so that the slip is seen', () => {
  assert.equal(fill('in {folder}', {}), 'in {folder}');
  assert.equal(fill('{constructor} {toString} {__proto__}', {}), '{constructor} {toString} {__proto__}');
});

test('a value is put in as it is: neither braces nor dollar signs in it mean anything', () => {
  assert.equal(fill('<{a}{b}>', { a: '{b}', b: "$& $1 $' $$" }), "<{b}$& $1 $' $$>");
});

test('an empty value and zero are values', () => {
  assert.equal(fill('[{a}{b}]', { a: '', b: 0 }), '[0]');
});

test('braces that hold no name stay', () => {
  assert.equal(fill('{} { a } {a-b} {a', { a: 1, b: 2 }), '{} { a } {a-b} {a');
});
