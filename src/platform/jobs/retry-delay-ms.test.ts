import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryDelayMs } from './retry-delay-ms.ts';

test('each failure makes the wait longer, by chance a little', () => {
  assert.deepEqual(
    [1, 2, 3].map((failures) => retryDelayMs(failures, 0)),
    [16_000, 31_000, 96_000],
  );
  assert.deepEqual([retryDelayMs(1, 0.999), retryDelayMs(3, 0.5)], [16_000 + 58_000, 96_000 + 60_000]);
});
