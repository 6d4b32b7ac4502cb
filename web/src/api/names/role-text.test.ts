import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../ui/text/say.ts';
import { endingInWords, roleTexts } from './role-text.ts';

test('what ends is told with whose it is and where', () => {
  const told = (row: Parameters<typeof endingInWords>[0]): readonly string[] =>
    (['en', 'zh'] as const).map((language) => endingInWords(row, say(roleTexts, language)).join(' · '));
  const grant = { kind: 'grant', name: 'pull', holder: 'bob' };
  assert.deepEqual(told({ ...grant, where: 'pay/api' }), ['bob · pull · pay/api', 'bob · 拉取 · pay/api']);
  assert.deepEqual(told(grant), ['bob · pull · the whole registry', 'bob · 拉取 · 整个系统']);
  assert.deepEqual(told({ kind: 'token', name: 'laptop', holder: 'bob' }), ['bob · laptop', 'bob · laptop']);
  assert.deepEqual(told({ kind: 'robot', name: 'robot$ci', where: 'pay' }), ['robot$ci', 'robot$ci']);
});
