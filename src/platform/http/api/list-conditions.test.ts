import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../lib/errors.ts';
import { listConditions } from './list-conditions.ts';
import { parseListQuery } from './parse-list-query.ts';

const columns = { name: 'text', repo_id: 'integer', push_time: 'time', public: 'flag' } as const;

function read(q: string): unknown {
  return listConditions(parseListQuery(q), columns);
}

const cases: readonly [string, unknown][] = [
  ['name=a', [{ column: 'name', is: 'equal', value: 'a' }]],
  ['Name=~a', [{ column: 'name', is: 'containing', text: 'a' }]],
  ['name=7', [{ column: 'name', is: 'equal', value: '7' }]],
  ['RepoID=7', [{ column: 'repo_id', is: 'equal', value: 7 }]],
  [
    'repo_id=[1~9]',
    [
      { column: 'repo_id', is: 'from', value: 1 },
      { column: 'repo_id', is: 'to', value: 9 },
    ],
  ],
  ['repo_id=[~9]', [{ column: 'repo_id', is: 'to', value: 9 }]],
  ['repo_id={1 "2"}', [{ column: 'repo_id', is: 'one of', values: [1, 2], type: 'integer' }]],
  ['name__in=a', [{ column: 'name', is: 'one of', values: ['a'], type: 'text' }]],
  ['name__exact=a', [{ column: 'name', is: 'equal', value: 'a' }]],
  ['name__icontains=a', [{ column: 'name', is: 'containing', text: 'a' }]],
  ['push_time__gt=2026-01-02T03:04:05', [{ column: 'push_time', is: 'above', value: 1767323045000 }]],
  ['PushTime__lte=2026-01-02', [{ column: 'push_time', is: 'to', value: 1767312000000 }]],
  ['public=true', [{ column: 'public', is: 'equal', value: 1 }]],
  ['password=~a,name__regex=a,repoid=1,NAME=a,__proto__=a,constructor__in=a,name__in__in=a', []],
];

for (const [q, expected] of cases) {
  test(`conditions on the columns of a list: ${q}`, () => {
    assert.deepEqual(read(q), expected);
  });
}

const refused = [
  'repo_id=a',
  'repo_id=1.5',
  'repo_id=9007199254740993',
  'repo_id=~1',
  'repo_id={1 a}',
  'push_time=[a~b]',
  'push_time=2026-13-01',
  'public=yes please',
  'public=[0~1]',
  'name=(a b)',
  'name__gt={a b}',
];

for (const q of refused) {
  test(`a value that a column is not compared with is refused: ${q}`, () => {
    assert.throws(
      () => read(q),
      (error) => error instanceof AppError && error.message.startsWith('invalid query string value: '),
    );
  });
}
