import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../ui/text/say.ts';
import { ApiError } from './api-error.ts';
import { failureText } from './failure-text.ts';
import { apiTexts } from './text.ts';

const refusal = new ApiError({
  status: 403,
  code: 'FORBIDDEN',
  message: 'bob may not push pay/api: that needs developer',
  detail: 'ask an administrator',
});

test('a refusal says its kind in Chinese before the sentence of the server; in English that sentence is enough', () => {
  assert.equal(
    failureText(refusal, 'zh', say(apiTexts, 'zh')),
    '没有权限，或被项目规则拒绝。bob may not push pay/api: that needs developer: ask an administrator',
  );
  assert.equal(
    failureText(refusal, 'en', say(apiTexts, 'en')),
    'bob may not push pay/api: that needs developer: ask an administrator',
  );
});

test('each status that people meet has words, others have the sentence alone', () => {
  const zh = say(apiTexts, 'zh');
  const textOf = (status: number) =>
    failureText(new ApiError({ status, code: 'X', message: 'why' }), 'zh', zh);
  const texts = [400, 401, 403, 404, 409, 412, 429, 507].map(textOf);
  assert.equal(new Set(texts).size, texts.length);
  for (const text of texts) assert.match(text, /。why$/);
  assert.equal(textOf(500), 'why');
  assert.equal(textOf(0), zh.away);
  assert.equal(failureText(new Error('x'), 'zh', zh), zh.broken);
});
