import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import { parseAuditFilter } from './audit-filter.ts';

test('a filter is what q says and what its own parameters say', () => {
  const { types, conditions } = parseAuditFilter({
    q: 'username=~o,operation=delete',
    actor: 'bob',
    object: 'shop/app:v1',
    type: 'tag.deleted, tag.moved',
    project: 'shop',
    from: '2026-01-31',
    to: '2026-02-01T08:00:00+08:00',
  });
  assert.deepEqual(types, ['tag.deleted', 'tag.deleted.refused']);
  assert.deepEqual(conditions, [
    { column: 'username', is: 'containing', text: 'o' },
    { column: 'username', is: 'equal', value: 'bob' },
    { column: 'resource', is: 'equal', value: 'shop/app:v1' },
    { column: 'project', is: 'equal', value: 'shop' },
    { column: 'op_time', is: 'from', value: Date.UTC(2026, 0, 31) },
    { column: 'op_time', is: 'below', value: Date.UTC(2026, 1, 1) },
  ]);
});

test('a type is named as the event or as Harbor does; a name may be a part of one', () => {
  const typesOf = (given: object) => parseAuditFilter(given).types;
  assert.deepEqual(typesOf({ type: 'delete_tag', result: 'refused' }), ['tag.deleted.refused']);
  assert.deepEqual(typesOf({ type: 'tag.deleted', result: 'done' }), ['tag.deleted']);
  assert.deepEqual(typesOf({ type: 'tag.deleted.refused' }), ['tag.deleted.refused']);
  assert.deepEqual(parseAuditFilter({ actor: '~ali', object: '~:v1', request_id: 'r' }).conditions, [
    { column: 'username', is: 'containing', text: 'ali' },
    { column: 'resource', is: 'containing', text: ':v1' },
    { column: 'request_id', is: 'equal', value: 'r' },
  ]);
});

test('what is empty does not count', () => {
  assert.deepEqual(parseAuditFilter({ q: '', actor: '', from: '' }).conditions, []);
});

for (const given of [
  { from: 'yesterday' },
  { to: '2026-13-01' },
  { to: '2026-01-01T25:00:00' },
  { type: 'tag.eaten' },
  { type: '' },
  { q: 'op_time=x' },
])
  test(`${JSON.stringify(given)} is refused`, () => {
    assert.throws(
      () => parseAuditFilter(given),
      (error) => error instanceof AppError && error.row.status === 400,
    );
  });
