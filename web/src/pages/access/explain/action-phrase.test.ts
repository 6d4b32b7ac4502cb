import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionPhrase } from './action-phrase.ts';

test('what somebody may is a sentence in both languages, with the place in it', () => {
  for (const [action, where, en, zh] of [
    ['repository:pull', 'shop/api', 'pull from shop/api', '从 shop/api 拉取'],
    ['repository:push', 'shop/api:v1', 'push to shop/api:v1', '向 shop/api:v1 推送'],
    ['project:delete', 'shop', 'delete shop', '删除 shop'],
    ['member:create', 'shop', 'add members to shop', '为 shop 添加成员'],
    [
      'immutable-tag:update',
      'shop',
      'change rules for immutable tags in shop',
      '在 shop 中修改不可变 Tag 规则',
    ],
    ['tag:list', 'shop', 'list tags in shop', '在 shop 中列出 Tag'],
    ['user:create', 'system', 'create accounts (whole registry)', '创建账户（整个系统）'],
    ['new:thing', '$&', 'do new:thing in $&', '在 $& 执行 new:thing'],
  ] as const) {
    assert.equal(actionPhrase(action, where, 'en'), en);
    assert.equal(actionPhrase(action, where, 'zh'), zh);
  }
});
