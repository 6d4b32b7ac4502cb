import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { chatProblem } from './chat-problem.ts';
import { signRequest } from './sign-request.ts';

const message = { id: 'berth-1', body: '{"msg_type":"text"}', now: 1_767_225_600_123 };
const sha256 = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('base64');

// DingTalk, "custom robot security settings": HMAC-SHA256 with the secret over "timestamp\nsecret", milliseconds, in the query.
test('DingTalk is shown its proof in the query', () => {
  const address = 'https://oapi.dingtalk.example/robot/send?access_token=a%2Bb';
  const { url, body, headers } = signRequest({ type: 'dingtalk', address }, 'SECthis is secret', message);
  assert.deepEqual([body, headers], [message.body, {}]);
  const sign = sha256('SECthis is secret', '1767225600123\nSECthis is secret');
  assert.equal(
    url,
    `https://oapi.dingtalk.example/robot/send?access_token=a%2Bb&timestamp=1767225600123&sign=${encodeURIComponent(sign)}`,
  );
});

// Feishu, "custom bot, signature": HMAC-SHA256 of nothing with the key "timestamp\nsecret", seconds, in the body.
test('Feishu is shown its proof in the body', () => {
  const address = 'https://open.feishu.example/open-apis/bot/v2/hook/x';
  const { url, body, headers } = signRequest({ type: 'feishu', address }, 'this is secret', message);
  assert.deepEqual([url, headers], [address, {}]);
  const sign = sha256('1767225600\nthis is secret', '');
  assert.deepEqual(JSON.parse(body), { timestamp: '1767225600', sign, msg_type: 'text' });
});

test('all others are shown that of Standard Webhooks, and nobody anything without a secret', () => {
  for (const type of ['http', 'teams', 'slack', 'wecom'] as const) {
    const { url, body, headers } = signRequest({ type, address: 'https://a.example/' }, 'text', message);
    assert.deepEqual([url, body], ['https://a.example/', message.body]);
    assert.deepEqual(headers, {
      'Webhook-Signature': `v1,${sha256('text', `berth-1.1767225600.${message.body}`)}`,
    });
  }
  for (const type of ['dingtalk', 'feishu'] as const)
    assert.deepEqual(signRequest({ type, address: 'https://a.example/' }, '', message), {
      url: 'https://a.example/',
      body: message.body,
      headers: {},
    });
});

test('chats that answer 200 to what they do not take are understood', () => {
  assert.equal(chatProblem('dingtalk', '{"errcode":0,"errmsg":"ok"}'), undefined);
  assert.equal(
    chatProblem('dingtalk', '{"errcode":310000,"errmsg":"sign not match"}'),
    'the answer is 200 with errcode 310000: sign not match',
  );
  assert.equal(chatProblem('wecom', '{"errcode":93000}'), 'the answer is 200 with errcode 93000');
  assert.equal(
    chatProblem('feishu', '{"code":19021,"msg":"sign match fail"}'),
    'the answer is 200 with code 19021: sign match fail',
  );
  assert.equal(chatProblem('feishu', '{"code":0,"StatusCode":0}'), undefined);
  for (const answer of ['', 'ok', '[1]', 'null']) assert.equal(chatProblem('wecom', answer), undefined);
  assert.equal(chatProblem('http', '{"errcode":1}'), undefined);
});
