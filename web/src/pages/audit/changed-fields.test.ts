import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../ui/text/say.ts';
import { uiTexts } from '../../ui/text.ts';
import { changedFields, fieldName, fieldValue } from './changed-fields.ts';
import { auditTexts } from './text.ts';

test('of an event with a before only what differs is shown', () => {
  const event = {
    before: { public: '0', sparseManifests: '0' },
    after: { public: '1', sparseManifests: '0' },
  };
  assert.deepEqual(changedFields(event), [{ field: 'public', before: '0', after: '1' }]);
  assert.deepEqual(changedFields({ after: { owner: 'ann' } }), [
    { field: 'owner', before: undefined, after: 'ann' },
  ]);
});

test('flags, sizes and times are words', () => {
  const zh = { said: { ...say(uiTexts, 'zh'), ...say(auditTexts, 'zh') }, language: 'zh' } as const;
  const en = { said: { ...say(uiTexts, 'en'), ...say(auditTexts, 'en') }, language: 'en' } as const;
  assert.equal(fieldValue({ field: 'public', text: '1' }, zh), '是');
  assert.equal(fieldValue({ field: 'limitBytes', text: '-1' }, zh), '不限');
  assert.equal(fieldValue({ field: 'limitBytes', text: '1048576' }, en), '1.0 MiB');
  assert.equal(fieldValue({ field: 'count', text: '1' }, en), '1');
  assert.match(fieldValue({ field: 'expiresAt', text: '1764547200000' }, en), /1 Dec 2025/);
  assert.match(fieldValue({ field: 'deletedAt', text: '1764547200000' }, en), /1 Dec 2025/);
  assert.equal(fieldValue({ field: 'comment', text: '' }, en), 'empty');
});

test('tags are a pattern of a rule, and a number of what came back', () => {
  assert.equal(fieldName({ event: 'protection.created' }, 'tags')?.zh, 'Tag 范围');
  assert.equal(fieldName({ event: 'artifact.restored' }, 'tags')?.zh, 'Tag 数量');
  assert.equal(fieldName({ event: 'artifact.restored' }, 'artifacts')?.zh, '制品数量');
  assert.equal(fieldName({}, 'whatever'), undefined);
});

test('no two fields of an event are called alike', () => {
  for (const fields of [
    ['message', 'why', 'reason'],
    ['deletedAt', 'deleted', 'deletedCount'],
    ['previous', 'was', 'digest'],
  ])
    for (const language of ['en', 'zh'] as const)
      assert.equal(new Set(fields.map((field) => fieldName({}, field)?.[language])).size, fields.length);
});
