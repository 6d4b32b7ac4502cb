import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededChance } from '../chance.testing.ts';
import { AppError } from '../errors.ts';
import { parseReference } from './tag.ts';

const first = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_';
const rest = `${first}.-`;
const hex = 'a'.repeat(64);

function refusal(text: string): AppError {
  try {
    parseReference(text);
  } catch (error) {
    assert.ok(error instanceof AppError);
    return error;
  }
  assert.fail(`${JSON.stringify(text)} was taken for a reference`);
}

test('a text without a colon is a tag', () => {
  for (const tag of ['latest', '1', '_', 'v1.2.3-rc.1', 'A', 'a..b', 'a--', 'a.', 'list', 'uploads'])
    assert.deepEqual({ ...parseReference(tag) }, { kind: 'tag', tag });
});

test('the name of a fallback tag is a tag, not a digest', () => {
  assert.deepEqual({ ...parseReference(`sha256-${hex}`) }, { kind: 'tag', tag: `sha256-${hex}` });
});

test('a text with a colon is a digest', () => {
  assert.deepEqual({ ...parseReference(`sha256:${hex}`) }, { kind: 'digest', digest: `sha256:${hex}` });
});

test('a broken digest is refused as a digest and never taken for a tag', () => {
  const broken = ['sha256:abc', 'sha256:', ':abc', ':', 'latest:1', `sha256:${hex.toUpperCase()}`];
  const wrongLength = [`sha256:${hex.slice(1)}`, `sha512:${hex}`, `sha256:${hex}/x`];
  for (const text of [...broken, ...wrongLength]) assert.equal(refusal(text).code, 'DIGEST_INVALID', text);
});

test('a dot or hyphen first, another sign, or nothing is no tag', () => {
  for (const text of [
    '',
    '.',
    '..',
    '-',
    '.a',
    '-a',
    'a/b',
    'a%2fb',
    'a b',
    'a+b',
    'a\n',
    '\n',
    'é',
    'a\u0000',
  ])
    assert.equal(refusal(text).code, 'TAG_INVALID', JSON.stringify(text));
});

test('a tag may have 128 characters and not one more', () => {
  assert.equal(parseReference('a'.repeat(128)).kind, 'tag');
  assert.equal(refusal('a'.repeat(129)).code, 'TAG_INVALID');
});

test('a refusal repeats no more of a long text than a tag could have', () => {
  for (const text of ['a'.repeat(100_000), '/'.repeat(100_000)])
    assert.ok(refusal(text).message.length < 200);
});

test('every tag of the grammar is taken unchanged', () => {
  const { text, whole } = seededChance(4);
  for (let round = 0; round < 500; round += 1) {
    const tag = text(first, 1) + text(rest, whole(128));
    assert.deepEqual({ ...parseReference(tag) }, { kind: 'tag', tag });
  }
});

test('a sign that no tag has spoils a tag wherever it is put', () => {
  const { text, whole, pick } = seededChance(5);
  for (let round = 0; round < 500; round += 1) {
    const tag = text(first, 1) + text(rest, whole(100));
    const at = whole(tag.length + 1);
    const sign = pick('/@%+~*?#&=\\"\'<>|,; \t\r\n\u0000é文:'.split(''));
    const spoilt = tag.slice(0, at) + sign + tag.slice(at);
    assert.equal(
      refusal(spoilt).code,
      sign === ':' ? 'DIGEST_INVALID' : 'TAG_INVALID',
      JSON.stringify(spoilt),
    );
  }
});
