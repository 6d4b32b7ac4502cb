import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RememberedTokens } from './remembered-tokens.ts';

test('however many tokens are shown, those that are remembered fit into a few megabytes', () => {
  const remembered = new RememberedTokens<number>();
  const token = (no: number): string => `${no}.${'x'.repeat(20_000)}`;
  for (let no = 0; no < 1000; no++) {
    remembered.remember(token(no), no);
    remembered.remember(token(no), no);
  }
  assert.ok(remembered.letters <= 8 * 1024 * 1024);
  assert.ok(remembered.letters > 7 * 1024 * 1024);
  assert.equal(remembered.recall(token(999)), 999);
  assert.equal(remembered.recall(token(0)), undefined);
  for (let no = 0; no < 1000; no++) remembered.forget(token(no));
  assert.equal(remembered.letters, 0);
});
