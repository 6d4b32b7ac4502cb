import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingTitles } from './setting-titles.ts';
import { settingKeys } from './table.ts';

test('every setting has a short title of its own in both languages, and a Chinese one says tags as all texts do', () => {
  const titles = settingKeys.map((key) => settingTitles[key]);
  for (const language of ['en', 'zh'] as const) {
    const all = titles.map((title) => title[language]);
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual(
      all.filter((title) => title.length > 60 || /[.。_]/.test(title)),
      [],
    );
  }
  assert.deepEqual(
    titles.filter(({ zh }) => !/\p{Script=Han}/u.test(zh) || zh.includes('标签')),
    [],
  );
});
