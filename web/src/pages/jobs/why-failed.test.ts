import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../ui/text/say.ts';
import { failedTexts } from './failed-text.ts';
import { asSentence, whyFailed } from './why-failed.ts';

test('why a job failed is told in Chinese where it is known, with its numbers; what is not known keeps its words', () => {
  const zh = say(failedTexts, 'zh');
  assert.deepEqual(whyFailed('7 blobs are damaged: 1 missing, 2 of a wrong size, 4 corrupt', zh), {
    why: '7 个数据块已损坏：缺失 1 个，大小错误 2 个，内容损坏 4 个。',
    next: failedTexts.damagedNext.zh,
  });
  const left = 'the storage did not delete 3 objects; the next run tries again. freed 0 B (0 bytes)';
  assert.equal(whyFailed(left, zh).why, '存储未能删除 3 个对象。');
  assert.deepEqual(whyFailed('connect ECONNREFUSED', zh), { why: undefined, next: failedTexts.next.zh });
  assert.equal(asSentence('so it is'), 'So it is.');
});
