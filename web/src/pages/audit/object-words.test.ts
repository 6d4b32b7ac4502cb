import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goneInWords, objectInWords } from './object-words.ts';

type Given = Parameters<typeof objectInWords>[0];

const inWords = (event: Given): readonly (string | undefined)[] =>
  (['en', 'zh'] as const).map((language) => objectInWords(event, language));

test('a job, a queue and a schedule are called by their kind', () => {
  assert.deepEqual(inWords({ event: 'job.started', object: 'BATCH 7' }), ['Bulk change 7', '批量操作 7']);
  const within = { event: 'job.started', object: 'BATCH 7', project_id: 2 } as const;
  assert.deepEqual(inWords(within), ['Bulk change 7', '批量操作 7']);
  assert.deepEqual(inWords({ event: 'queue.paused', object: 'WEBHOOK' }), ['Webhooks', 'Webhook']);
  assert.deepEqual(inWords({ event: 'schedule.updated', object: 'GARBAGE_COLLECTION' }), [
    'Garbage collection',
    '垃圾回收',
  ]);
  assert.deepEqual(inWords({ event: 'job.started', object: 'NEW_ONE 7' }), ['NEW_ONE 7', 'NEW_ONE 7']);
  // An account may be called so, too.
  assert.deepEqual(inWords({ event: 'user.created', object: 'BATCH' }), [undefined, undefined]);
});

test('what there is one of, and what is gone, is said in words', () => {
  assert.deepEqual(inWords({ event: 'configuration.updated', object: 'configuration' }), [
    'settings',
    '系统设置',
  ]);
  assert.deepEqual(inWords({ event: 'defaultretention.updated', object: 'default' }), [
    'default policy of the system',
    '系统默认策略',
  ]);
  assert.deepEqual(inWords({ event: 'user.updated', object: 'user:12' }), [
    'account 12, deleted',
    '账户 12（已删除）',
  ]);
  assert.equal(goneInWords('robot:3', 'en'), 'robot account 3, deleted');
  assert.equal(goneInWords('robot$ci', 'en'), undefined);
});

test('in a project the words are those of people, but for rules', () => {
  const rule = { event: 'immutable.created', object: 'pay/3', project_id: 2 } as const;
  assert.deepEqual(inWords(rule), ['rule 3 of pay', 'pay 的规则 3']);
  assert.deepEqual(inWords({ event: 'label.created', object: 'trash', project_id: 2 }), [
    undefined,
    undefined,
  ]);
  assert.deepEqual(inWords({ event: 'repository.deleted', object: 'pay/3', project_id: 2 }), [
    undefined,
    undefined,
  ]);
});
