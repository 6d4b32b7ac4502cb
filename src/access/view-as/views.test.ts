import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testMasterKey } from '../../platform/crypto/test-master-key.testing.ts';
import { readView, writeView } from './views.ts';

const key = testMasterKey();
const admin = { kind: 'user', id: 1, username: 'admin' } as const;
const bob = { kind: 'user', id: 4, username: 'bob' } as const;
const token = writeView(key, admin, { of: bob, until: 1000 });

test('a view is read by whom it was written for, until it ends', () => {
  assert.deepEqual(readView(key, admin, { token, now: 999 }), bob);
  assert.equal(readView(key, admin, { token, now: 1000 }), undefined);
  assert.equal(readView(key, { ...admin, id: 3 }, { token, now: 0 }), undefined);
  assert.equal(readView(key, { ...admin, personalToken: 1 }, { token, now: 0 }), undefined);
});

test('what was changed, cut or made up is no view', () => {
  const [text = '', seal = ''] = token.split('.');
  const other = Buffer.from(JSON.stringify({ of: { ...bob, id: 3 }, until: 1000 })).toString('base64url');
  for (const made of [
    '',
    '.',
    text,
    `${text}.`,
    `.${seal}`,
    `${other}.${seal}`,
    `${text}.${seal.slice(4)}`,
    'a.b',
  ])
    assert.equal(readView(key, admin, { token: made, now: 0 }), undefined, made);
});
