import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../lib/errors.ts';
import { type Match, parseListQuery } from './parse-list-query.ts';
import { parseSort } from './parse-sort.ts';

const read: Readonly<Record<string, readonly (readonly [string, Match])[]>> = {
  'name=app': [['name', { kind: 'exact', value: 'app' }]],
  'name=a=b': [['name', { kind: 'exact', value: 'a=b' }]],
  'name=\\~app': [['name', { kind: 'exact', value: '~app' }]],
  'name=~p%25': [['name', { kind: 'fuzzy', value: 'p%' }]],
  'size=[1~5]': [['size', { kind: 'range', min: '1', max: '5' }]],
  'size=[~5]': [['size', { kind: 'range', min: undefined, max: '5' }]],
  'id={1 2}': [['id', { kind: 'any', values: ['1', '2'] }]],
  'labels=("a" \'b\')': [['labels', { kind: 'all', values: ['a', 'b'] }]],
  'a=1,b=~2': [
    ['a', { kind: 'exact', value: '1' }],
    ['b', { kind: 'fuzzy', value: '2' }],
  ],
  '': [],
  '__proto__=x': [['__proto__', { kind: 'exact', value: 'x' }]],
};

for (const [text, matches] of Object.entries(read)) {
  test(`conditions are read as Harbor writes them: ${text}`, () => {
    assert.deepEqual([...parseListQuery(text)], matches);
  });
}

for (const text of [
  'name',
  'name=',
  '=x',
  'a=1,',
  ',',
  'a=~',
  'a=[1]',
  'a=[~]',
  'a=[1~2~3]',
  'a=[1',
  'a={',
  'a={}',
  'a=()',
  'a=%',
  'a=%00',
]) {
  test(`what is no condition is refused: ${text}`, () => {
    assert.throws(
      () => parseListQuery(text),
      (error) =>
        error instanceof AppError &&
        error.code === 'BAD_REQUEST' &&
        error.message.startsWith('invalid query string'),
    );
  });
}

test('a list is sorted by the keys that it has, in their order, or else as it always is', () => {
  const keys = ['name', 'id'] as const;
  const otherwise = { key: 'name', descending: false } as const;
  assert.deepEqual(parseSort('-id,password,name', keys, otherwise), [
    { key: 'id', descending: true },
    { key: 'name', descending: false },
  ]);
  assert.deepEqual(parseSort('-ID,Name', keys, otherwise), parseSort('-id,name', keys, otherwise));
  for (const text of [undefined, '', 'password', 'salt,-hash', '-', '__proto__', 'name;drop table user'])
    assert.deepEqual(parseSort(text, keys, otherwise), [otherwise]);
});

test('a key counts once, in its first place: a database takes no order of thousands', () => {
  const otherwise = { key: 'name', descending: false } as const;
  assert.deepEqual(parseSort('-name,name,id,name'.concat(',id'.repeat(20_000)), ['name', 'id'], otherwise), [
    { key: 'name', descending: true },
    { key: 'id', descending: false },
  ]);
});

test('a value of many quotes is read in no time', () => {
  const before = performance.now();
  const text = `name={a${`'`.repeat(60_000)}x "b'}`;
  assert.deepEqual(parseListQuery(text).get('name'), {
    kind: 'any',
    values: [`a${`'`.repeat(60_000)}x`, 'b'],
  });
  assert.ok(performance.now() - before < 500);
});
