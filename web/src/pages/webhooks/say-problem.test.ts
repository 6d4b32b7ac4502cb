import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemTexts } from './problem-text.ts';
import { sayProblem } from './say-problem.ts';

const cases: readonly [string, string][] = [
  ['the answer is 500', '响应为 500'],
  [
    'the answer is 301: redirects are not followed, set the address it leads to',
    '响应为 301：不跟随重定向，请填写其指向的地址',
  ],
  [
    'the answer is 200 with errcode 310000: keywords not in content',
    '响应为 200，errcode 为 310000：keywords not in content',
  ],
  ['the answer is 200 with code 19001', '响应为 200，code 为 19001'],
  ['hooks.slack.com cannot be reached', '无法连接 hooks.slack.com'],
  ['the mail server cannot be reached', '无法连接邮件服务器'],
  [
    '127.0.0.1:5399 is not on the public internet; an administrator has to permit its address',
    '127.0.0.1:5399 不在公共互联网上；需由系统管理员在 outgoing_addresses 中允许其地址',
  ],
  ['the mail server refused the message: 550 no\nsuch user', '邮件服务器拒绝了该邮件：550 no\nsuch user'],
];

test('a known sentence about a failed delivery is Chinese in Chinese', () => {
  for (const [problem, text] of cases) assert.deepEqual(sayProblem(problem, 'zh'), { text, language: 'zh' });
});

test('each known sentence is told by its own words', () => {
  for (const { en, zh } of Object.values(problemTexts)) assert.equal(sayProblem(en, 'zh').text, zh);
});

test('in English, and of what is not known, the sentence of the server stays', () => {
  assert.deepEqual(sayProblem('the answer is 500', 'en'), { text: 'the answer is 500', language: 'en' });
  assert.deepEqual(sayProblem('something new', 'zh'), { text: 'something new', language: 'en' });
});
