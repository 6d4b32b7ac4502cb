import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededChance } from '../chance.testing.ts';
import { AppError } from '../errors.ts';
import {
  digestAlgorithm,
  digestHex,
  isCanonical,
  parseDigest,
  requireAlgorithm,
  requireDigest,
  sha256Digest,
  sha512Digest,
} from './digest.ts';

const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Looks like a digest and is none, or none that this registry can verify. */
const broken = [
  '',
  ':',
  'sha256',
  'sha256:',
  'sha256:abc',
  `:${hex}`,
  hex,
  `sha256:${hex.slice(1)}`,
  `sha256:${hex}0`,
  `sha256:${hex.toUpperCase()}`,
  `SHA256:${hex}`,
  `sha256:${hex.slice(1)}g`,
  `sha256:${hex}/x`,
  `sha256:${hex}\n`,
  ` sha256:${hex}`,
  `sha256::${hex.slice(1)}`,
  `sha256%3A${hex}`,
  'sha256:../../../../etc/passwd',
  `sha256+x:${hex}`,
  `sha512:${hex}`,
  `sha512:${hex}${hex}0`,
  `sha512:${hex}${hex.toUpperCase()}`,
  `blake3:${hex}`,
  `md5:${hex.slice(32)}`,
  `constructor:${hex}`,
  `__proto__:${hex}`,
  `toString:${hex}`,
];

test('sha256 with 64 lower-case hex digits is a digest', () => {
  assert.equal(parseDigest(`sha256:${hex}`), `sha256:${hex}`);
  assert.equal(requireDigest(`sha256:${hex}`), `sha256:${hex}`);
});

test('sha512 with 128 lower-case hex digits is a digest too, but names no rows', () => {
  const digest = requireDigest(`sha512:${hex}${hex}`);
  assert.equal(digest, sha512Digest(`${hex}${hex}`));
  assert.equal(isCanonical(digest), false);
  assert.equal(isCanonical(sha256Digest(hex)), true);
});

test('uploads are announced by an algorithm that can be verified', () => {
  assert.deepEqual(['sha256', 'sha512'].map(requireAlgorithm), ['sha256', 'sha512']);
  for (const name of ['', 'SHA256', 'md5', 'blake3', 'constructor', 'x'.repeat(1000)])
    assert.throws(
      () => requireAlgorithm(name),
      (error) => error instanceof AppError && error.code === 'DIGEST_INVALID' && error.message.length < 200,
    );
});

test('nothing else is a digest', () => {
  for (const text of broken) assert.equal(parseDigest(text), undefined, JSON.stringify(text));
});

test('what is no digest where one has to be is refused as DIGEST_INVALID, with what to use', () => {
  for (const text of broken) {
    assert.throws(
      () => requireDigest(text),
      (error) => error instanceof AppError && error.code === 'DIGEST_INVALID' && error.detail !== undefined,
      JSON.stringify(text),
    );
  }
});

test('a refusal tells a wrong form from an algorithm that is not supported', () => {
  assert.throws(() => requireDigest('latest'), { message: /does not have the form/ });
  assert.throws(() => requireDigest(`blake3:${hex}`), { message: /algorithm is not supported/ });
  assert.throws(() => requireDigest('sha256:abc'), { message: /hex has the wrong length/ });
});

test('a refusal repeats no more than the beginning of a long text, and is quick about it', () => {
  for (const text of ['sha256:', 'a', 'a.', 'a.-', '%2f'].map((part) => part.repeat(60_000)))
    assert.throws(
      () => requireDigest(text),
      (error) => error instanceof AppError && error.message.length < 300,
    );
});

test('a digest falls apart into its algorithm and its hex', () => {
  const digest = sha256Digest(hex);
  assert.equal(digest, `sha256:${hex}`);
  assert.equal(digestAlgorithm(digest), 'sha256');
  assert.equal(digestHex(digest), hex);
});

test('any 64 hex digits make a digest, and one changed sign unmakes it', () => {
  const { text, whole, pick } = seededChance(1);
  for (let round = 0; round < 500; round += 1) {
    const digest = `sha256:${text('0123456789abcdef', 64)}`;
    assert.equal(parseDigest(digest), digest);
    const at = whole(digest.length);
    const sign = pick('ABCDEFghxyz:/._-%+ \n\u0000é'.split(''));
    const spoilt = `${digest.slice(0, at)}${sign}${digest.slice(at + 1)}`;
    if (spoilt !== digest) assert.equal(parseDigest(spoilt), undefined, JSON.stringify(spoilt));
    const shorter = digest.slice(0, at) + digest.slice(at + 1);
    assert.equal(parseDigest(shorter), undefined, shorter);
  }
});
