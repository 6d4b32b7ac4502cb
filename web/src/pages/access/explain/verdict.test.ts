import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../../ui/text/say.ts';
import { explainTexts } from './text.ts';
import { type Explanation, verdict } from './verdict.ts';

test('the answer is about you or about somebody, and no for an account that is disabled or has ended', () => {
  const told = (answer: Explanation, who: string | undefined): readonly string[] =>
    (['en', 'zh'] as const).map((language) =>
      verdict(
        { answer: { action: 'repository:pull', ...answer }, who, where: 'pay/api', language },
        say(explainTexts, language),
      ),
    );
  const off = (kind: 'account disabled' | 'account ended'): Explanation => ({
    allowed: true,
    gates: [{ kind: 'account', message: '', because: { kind, values: { who: 'bob' } } }],
  });
  assert.deepEqual(told({ allowed: true }, undefined), [
    'You may pull from pay/api',
    '你可以从 pay/api 拉取',
  ]);
  assert.deepEqual(told({ allowed: false }, undefined), [
    'You may not pull from pay/api',
    '你不可以从 pay/api 拉取',
  ]);
  assert.deepEqual(told({ allowed: true }, 'bob'), ['bob may pull from pay/api', 'bob 可以从 pay/api 拉取']);
  assert.deepEqual(told(off('account disabled'), 'bob'), [
    'bob may not pull from pay/api: the account is disabled',
    'bob 不可以从 pay/api 拉取：账户已停用',
  ]);
  assert.deepEqual(told(off('account ended'), 'bob'), [
    'bob may not pull from pay/api: the account has ended',
    'bob 不可以从 pay/api 拉取：账户已到期',
  ]);
});
