import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitTabs } from './fit-tabs.ts';

const five = { widths: [100, 80, 60, 60, 90], gap: 4, more: 70, current: 0 };

test('tabs that fit stand side by side, without room for anything else', () => {
  assert.deepEqual(fitTabs({ ...five, room: 406 }), [0, 1, 2, 3, 4]);
  assert.deepEqual(fitTabs({ ...five, room: 405 }), [0, 1, 2, 3]);
});

test('of the others the first ones are seen, and the current one wherever it is', () => {
  assert.deepEqual(fitTabs({ ...five, room: 260 }), [0, 1]);
  assert.deepEqual(fitTabs({ ...five, room: 270, current: 4 }), [0, 4]);
  assert.deepEqual(fitTabs({ ...five, room: 100, current: 3 }), [3]);
  assert.deepEqual(fitTabs({ ...five, room: 100, current: -1 }), []);
});
