import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../ui/text/say.ts';
import { uiTexts } from '../../ui/text.ts';
import { settingWords } from './setting-words.ts';

type Given = Parameters<typeof settingWords>[0];

const inWords = (setting: Given, text: string): readonly (string | undefined)[] =>
  (['en', 'zh'] as const).map((language) =>
    settingWords(setting, text, { said: say(uiTexts, language), language }),
  );

test('a number has its unit, and none is no limit, in both languages', () => {
  const storage = { type: 'integer', unit: 'bytes', unlimited: -1 } as const;
  assert.deepEqual(inWords(storage, '-1'), ['unlimited', '不限']);
  assert.deepEqual(inWords(storage, '1073741824'), ['1.0 GiB', '1.0 GiB']);
  assert.deepEqual(inWords({ type: 'integer', unit: 'minutes' }, '30'), ['30 minutes', '30 分钟']);
  assert.deepEqual(inWords({ type: 'integer', unit: 'minutes' }, '1'), ['1 minute', '1 分钟']);
  assert.deepEqual(inWords({ type: 'integer', unit: 'seconds' }, '5'), ['5 seconds', '5 秒']);
  assert.deepEqual(inWords({ type: 'integer', unit: 'days' }, '1000'), ['1,000 days', '1,000 天']);
  assert.deepEqual(inWords({ type: 'integer' }, '12345'), ['12,345', '12,345']);
});

test('flags are words, also as the log has them, and texts stand for themselves', () => {
  assert.deepEqual(inWords({ type: 'boolean' }, 'true'), ['yes', '是']);
  assert.deepEqual(inWords({ type: 'boolean' }, '0'), ['no', '否']);
  assert.deepEqual(inWords({ type: 'string' }, '60'), [undefined, undefined]);
  assert.deepEqual(inWords({ type: 'integer', unit: 'bytes' }, 'many'), [undefined, undefined]);
});

test('a choice says what it means in both languages, and one that is not known stands for itself', () => {
  const restriction = { type: 'string', choices: ['everyone', 'adminonly', 'constructor'] } as const;
  assert.deepEqual(inWords(restriction, 'adminonly'), ['administrators only', '仅管理员']);
  assert.deepEqual(inWords(restriction, 'constructor'), [undefined, undefined]);
  assert.deepEqual(inWords(restriction, 'db_auth'), [undefined, undefined]);
});
