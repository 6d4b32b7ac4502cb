import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entityTagMatches } from './entity-tag-matches.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test('a list names a digest with and without quotes, in any place', () => {
  for (const header of [`"${digest}"`, digest, `"x", "${digest}"`, ` "${digest}" ,"x"`, '*', '"x",*'])
    for (const comparison of ['strong', 'weak'] as const)
      assert.ok(entityTagMatches(header, digest, comparison), header);
});

test('a weak tag counts in a weak comparison only', () => {
  assert.ok(entityTagMatches(`W/"${digest}"`, digest, 'weak'));
  assert.ok(!entityTagMatches(`W/"${digest}"`, digest, 'strong'));
  assert.ok(entityTagMatches(`W/"${digest}", "${digest}"`, digest, 'strong'));
});

test('another tag, a part of one, or none is no match', () => {
  for (const header of [
    '',
    ',',
    '"',
    '""',
    `"${digest}`,
    `${digest}"`,
    `"${digest.slice(1)}"`,
    'sha256',
    '"*"',
  ])
    for (const comparison of ['strong', 'weak'] as const)
      assert.ok(!entityTagMatches(header, digest, comparison), header);
});
