import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BytesCache } from './bytes-cache.ts';

/** Its content is its own name, filled up. */
function bytesOf(name: string, length: number): Buffer {
  return Buffer.alloc(length, name);
}

/** Holds eight entries of ten bytes. */
function cacheOf80(): BytesCache {
  return new BytesCache(80);
}

function fill(cache: BytesCache, names: readonly string[], length = 10): void {
  for (const name of names) cache.set(name, bytesOf(name, length));
}

function held(cache: BytesCache, names: readonly string[]): string {
  return names.filter((name) => cache.get(name) !== undefined).join('');
}

const eight = 'abcdefgh'.split('');

test('what was put in comes out, and nothing else does', () => {
  const cache = cacheOf80();
  const bytes = bytesOf('a', 10);
  cache.set('a', bytes);
  assert.equal(cache.get('a'), bytes);
  assert.equal(cache.get('b'), undefined);
});

test('as many bytes as the limit are kept', () => {
  const cache = cacheOf80();
  fill(cache, eight);
  assert.equal(held(cache, eight), 'abcdefgh');
});

test('beyond the limit the entry that was not used for longest goes first', () => {
  const cache = cacheOf80();
  fill(cache, [...eight, 'i']);
  assert.equal(held(cache, [...eight, 'i']), 'bcdefghi');
});

test('reading an entry keeps it', () => {
  const cache = cacheOf80();
  fill(cache, eight);
  cache.get('a');
  fill(cache, ['i', 'j']);
  assert.equal(held(cache, [...eight, 'i', 'j']), 'adefghij');
});

test('putting an entry in again keeps it, and counts it once', () => {
  const cache = cacheOf80();
  fill(cache, eight);
  fill(cache, ['a', 'a', 'a']);
  fill(cache, ['i']);
  assert.equal(held(cache, [...eight, 'i']), 'acdefghi');
});

test('several small entries go for one large one, and no more than are needed', () => {
  const cache = new BytesCache(80);
  fill(cache, 'abcdefghijklmnop'.split(''), 5);
  cache.set('x', bytesOf('x', 10));
  assert.equal(held(cache, 'abcdefghijklmnopx'.split('')), 'cdefghijklmnopx');
});

test('an entry of more than an eighth of the limit is not kept and costs no other its place', () => {
  const cache = cacheOf80();
  fill(cache, eight);
  cache.set('x', bytesOf('x', 11));
  assert.equal(cache.get('x'), undefined);
  assert.equal(held(cache, eight), 'abcdefgh');
});

test('a deleted entry is gone and its bytes are free', () => {
  const cache = cacheOf80();
  fill(cache, eight);
  cache.delete('c');
  cache.delete('c');
  cache.delete('never there');
  assert.equal(cache.get('c'), undefined);
  fill(cache, ['i']);
  assert.equal(held(cache, [...eight, 'i']), 'abdefghi');
});

test('a cache without room keeps nothing', () => {
  const cache = new BytesCache(0);
  cache.set('a', bytesOf('a', 1));
  assert.equal(cache.get('a'), undefined);
});

test('what is kept lies in no more memory than it counts for', () => {
  const cache = cacheOf80();
  const whole = Buffer.alloc(1000, 'x');
  const part = whole.subarray(10, 20);
  cache.set('a', part);
  assert.deepEqual(cache.get('a'), part);
  assert.equal(cache.get('a')?.buffer.byteLength, 10);
});
