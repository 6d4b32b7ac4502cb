import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offeredTag } from './offered-tag.ts';

test('the tag that is offered is one that may be pulled', () => {
  const rows = ['latest', 'v2', 'v1.2'].map((name) => ({ name }));
  const offered = (...patterns: string[]): string | undefined => offeredTag(rows, patterns)?.name;
  assert.equal(offeredTag(rows, 'all')?.name, 'latest');
  assert.deepEqual(
    [offered('v1.*'), offered('v1'), offered('v1', 'v2'), offered('*'), offered()],
    ['v1.2', undefined, 'v2', 'latest', undefined],
  );
});
