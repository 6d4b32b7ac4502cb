import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../ui/text/say.ts';
import { ApiError, readRefusal } from './api-error.ts';
import { readBecause } from './because/because.ts';
import { becauseTexts, placesIn } from './because/because-texts.ts';
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

const zh = say(apiTexts, 'zh');

/** As it comes from the server, on a page in Chinese. */
function told(because: unknown): string {
  const body = JSON.stringify({ errors: [{ code: 'FORBIDDEN', message: 'so it is', because }] });
  return failureText(readRefusal(403, body, undefined), 'zh', zh);
}

test('a reason that is known is told in Chinese, its words too, names as they are', () => {
  const values = {
    who: 'guest',
    action: 'push',
    where: 'pay/push',
    permission: 'repository:push',
    needs: 'developer',
    has: 'guest, pull,push',
    ask: 'alice, guest',
  };
  assert.equal(
    told({ kind: 'role missing', values }),
    'guest 在 pay/push 没有“推送”权限（repository:push），需要“开发者”，目前为“访客、拉取、推送”。可联系 alice、guest 授予。',
  );
  assert.equal(
    told({ kind: 'role missing', values: { ...values, has: 'guest', tags: 'v1.*, v2', ask: '' } }),
    'guest 在 pay/push 没有“推送”权限（repository:push），需要“开发者”，目前为“访客”（仅限 Tag v1.*、v2）。',
  );
  assert.equal(
    told({ kind: 'role missing', values: { ...values, has: '', ask: '' } }),
    'guest 在 pay/push 没有“推送”权限（repository:push），需要“开发者”。',
  );
  assert.equal(
    told({
      kind: 'number wrong',
      values: { what: 'session_timeout', least: '1', most: '9999999999', also: '' },
    }),
    '“session_timeout”须为 1 到 9999999999 之间的整数。',
  );
  assert.equal(
    told({ kind: 'form wrong', values: { what: 'name', form: 'robot name' } }),
    '“名称”的格式不正确：只能使用小写字母和数字，中间可用单个 .、_ 或 -。',
  );
  assert.equal(told({ kind: 'read only', values: {} }), '系统处于只读模式，不能进行任何修改。');
  assert.match(
    told({ kind: 'name kept', values: { name: 'pay', until: '2026-12-04T10:00:00.000Z' } }),
    /^名称 pay 因改名而保留至 2026年12月4日/,
  );
});

test('a reason that is not known here, or lacks a value, is the kind of refusal and the sentence', () => {
  const sentence = `${zh.refused}so it is`;
  for (const because of [
    undefined,
    null,
    'read only',
    { kind: 'of a newer server', values: {} },
    { kind: 'constructor', values: {} },
    { kind: 'tag immutable', values: { tag: 'v1' } },
    { kind: 'tag immutable', values: { tag: 'v1', rule: 7 } },
    { kind: 'tag immutable', values: null },
  ])
    assert.equal(told(because), sentence, JSON.stringify(because));
});

test('each text has all its values in it', () => {
  for (const [kind, text] of Object.entries(becauseTexts)) {
    const values = Object.fromEntries(placesIn(text).map((name, no) => [name, `wert-${'abcdef'[no] ?? ''}`]));
    const made = told({ kind, values });
    for (const value of Object.values(values)) assert.ok(made.includes(value), made);
    assert.doesNotMatch(made, /[{}[\]]/, kind);
    assert.deepEqual(readBecause({ kind, values }), { kind, values });
  }
});

test('each status that people meet has words, others have the sentence alone', () => {
  const textOf = (status: number) =>
    failureText(new ApiError({ status, code: 'X', message: 'why' }), 'zh', zh);
  const texts = [400, 401, 403, 404, 409, 412, 429, 507].map(textOf);
  assert.equal(new Set(texts).size, texts.length);
  for (const text of texts) assert.match(text, /。why$/);
  assert.equal(textOf(500), 'why');
  assert.equal(textOf(0), zh.away);
  assert.equal(failureText(new Error('x'), 'zh', zh), zh.broken);
});
