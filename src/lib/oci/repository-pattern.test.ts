import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTagPattern, matchesRepository, matchesTag, parseRepositoryPattern } from './repository-pattern.ts';

function matches(pattern: string, path: string): boolean {
  const parsed = parseRepositoryPattern(pattern);
  assert.ok(parsed, pattern);
  return matchesRepository(parsed, path);
}

test('an exact path matches itself only', () => {
  assert.equal(matches('backend/api', 'backend/api'), true);
  for (const path of ['backend', 'backend/api/v2', 'backend/ap', 'backend/apis', 'x/backend/api'])
    assert.equal(matches('backend/api', path), false, path);
});

test('a folder matches what lies below it, at any depth, and not what only begins like it', () => {
  for (const path of ['backend/api', 'backend/a/b/c']) assert.equal(matches('backend/**', path), true, path);
  for (const path of ['backend', 'backend-2/api', 'backend2', 'backen/d', 'a/backend/b'])
    assert.equal(matches('backend/**', path), false, path);
  assert.equal(matches('**', 'anything/at/all'), true);
});

test('what is no pattern is refused instead of matching too much', () => {
  for (const text of [
    '',
    '*',
    '/**',
    'a/*',
    'a**',
    'a/**/b',
    '**/a',
    'A',
    'a//b',
    'a/',
    '/a',
    'a/***',
    'a b',
    '../a',
    'a\0',
  ])
    assert.equal(parseRepositoryPattern(text), undefined, JSON.stringify(text));
});

test('a tag pattern is a tag, or the beginning of tags', () => {
  for (const text of ['v1', 'v*', '*', 'v1.2-rc_*', '_', 'a'.repeat(128)])
    assert.equal(isTagPattern(text), true, text);
  for (const text of ['', '**', 'v*x', '.v', '-v', 'v 1', 'a'.repeat(129), 'v/*'])
    assert.equal(isTagPattern(text), false, text);
  assert.equal(matchesTag('v*', 'v1.2'), true);
  assert.equal(matchesTag('v*', 'V1'), false);
  assert.equal(matchesTag('v1', 'v10'), false);
  assert.equal(matchesTag('*', 'anything'), true);
});
