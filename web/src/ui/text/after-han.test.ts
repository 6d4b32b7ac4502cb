import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uiTexts } from '../text.ts';

test('in Chinese an order by what is not Chinese has a blank before it', () => {
  assert.equal(uiTexts.rising.zh('#'), '按 # ↑');
  assert.equal(uiTexts.falling.zh('Tag'), '按 Tag ↓');
  assert.equal(uiTexts.falling.zh('名称'), '按名称 ↓');
  assert.equal(uiTexts.sortBy.zh('Tag'), '按 Tag 排序');
  assert.equal(uiTexts.sortBy.zh('名称'), '按名称排序');
});
