import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../ui/text/say.ts';
import { type Decision, reasonOf } from './reason-of.ts';
import { retentionTexts } from './text.ts';

const both = (because: Decision['because']) =>
  (['en', 'zh'] as const).map((language) =>
    reasonOf(because === undefined ? {} : { because }, say(retentionTexts, language), language),
  );

test('why something goes or stays is told in the reader’s language, by the numbers of the page', () => {
  assert.deepEqual(both({ kind: 'rule', rule: 0, template: 'latestPushedK', number: 10 }), [
    'Rule 1 keeps it: one of the 10 pushed last',
    '规则 1 保留：属于最近推送的 10 个',
  ]);
  assert.deepEqual(both({ kind: 'no-rule', rules: [0, 2] }), [
    'Kept by none of the rules 1, 3',
    '规则 1、3 均未保留',
  ]);
  assert.deepEqual(both({ kind: 'immutable', tag: 'v1', rule: 7 })[1], '项目的不可变规则保护了 Tag v1');
  assert.deepEqual(
    both({ kind: 'rule', rule: 1, template: 'lastXDays', number: 7 })[0],
    'Rule 2 keeps it: pushed within 7 days',
  );
});

test('each kind of reason has words; one that is not known has none', () => {
  for (const kind of [
    'not-covered',
    'protected',
    'in-use',
    'in-use-ended',
    'pulled',
    'in-index',
    'untagged',
  ] as const) {
    const [en, zh] = both({ kind });
    assert.ok(en !== undefined && zh !== undefined && en !== zh, kind);
  }
  assert.deepEqual(both(undefined), [undefined, undefined]);
});
