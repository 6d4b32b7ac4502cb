import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf } from './place-of.ts';

test('what ends leads to where it is given another end', () => {
  const asker = { username: 'alice', isAdministrator: true };
  const at = (row: Parameters<typeof placeOf>[0]): string | undefined => placeOf(row, asker);
  assert.equal(at({ kind: 'robot', name: 'robot$ci', where: 'pay' }), '/p/pay/robots?q=robot%24ci');
  assert.equal(at({ kind: 'robot', name: 'robot$all' }), '/access/robots?q=robot%24all');
  assert.equal(
    at({ kind: 'grant', holder: 'group:makers', where: 'pay/api' }),
    '/p/pay/access?q=group%3Amakers',
  );
  assert.equal(at({ kind: 'grant', holder: 'bob' }), '/access/roles');
  assert.equal(at({ kind: 'token', holder: 'alice' }), '/me');
  assert.equal(at({ kind: 'token', holder: 'bob' }), '/access/people/bob');
  assert.equal(at({ kind: 'certificate', name: 'CN=x' }), undefined);
  assert.equal(placeOf({ kind: 'token', holder: 'bob' }, { ...asker, isAdministrator: false }), undefined);
});
