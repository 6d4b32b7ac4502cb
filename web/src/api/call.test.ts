import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRefusal } from './api-error.ts';
import { addressOf } from './call.ts';
import { allOf, contains } from './list-query.ts';

test('a name with slashes is encoded twice, everything else once', () => {
  const path = { project_name: 'team', repository_name: 'a/b', reference: 'sha256:00' };
  assert.equal(
    addressOf('/p/{project_name}/r/{repository_name}/a/{reference}', path, {}),
    '/p/team/r/a%252Fb/a/sha256%3A00',
  );
});

test('what a query does not have is left out of the address', () => {
  const query = { page: 2, q: undefined, name: '', public: false, sort: '-name' };
  assert.equal(addressOf('/list', {}, query), '/list?page=2&public=false&sort=-name');
});

test('a condition holds whatever is typed, and nothing is no condition', () => {
  assert.equal(contains('name', '  '), undefined);
  assert.equal(contains('name', 'a,b%'), 'name=~a%20b%25');
  assert.equal(allOf(undefined, contains('name', 'x'), undefined), 'name=~x');
  assert.equal(allOf(undefined), undefined);
});

test('a refusal is read in the words of the server, and that of a proxy by its number', () => {
  const body = '{"errors":[{"code":"DENIED","message":"no","detail":"ask alice"}]}';
  const refusal = readRefusal(403, body, 'id-1');
  assert.deepEqual(
    [refusal.status, refusal.code, refusal.message, refusal.detail, refusal.requestId],
    [403, 'DENIED', 'no', 'ask alice', 'id-1'],
  );
  for (const other of ['<html>', '', 'null', '{"errors":[]}', '{"errors":[{"code":1,"message":{}}]}'])
    assert.equal(readRefusal(502, other, undefined).message, 'HTTP 502', other);
});
