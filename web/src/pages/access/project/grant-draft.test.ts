import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayOf, endOf } from '../parts/day.ts';
import { draftOf, grantBody } from './grant-draft.ts';

test('a day ends when the next one begins, and is read back as that day', () => {
  const end = endOf('2027-12-31') ?? '';
  assert.equal(Date.parse(end), new Date(2028, 0, 1).getTime());
  assert.equal(dayOf(Date.parse(end) - 1), '2027-12-31');
  assert.equal(endOf(''), undefined);
});

test('a grant that is opened and saved as it is stays as it was', () => {
  const before = {
    id: 4,
    who: 'group:makers',
    role: 'pull,push',
    where: 'pay/team/**',
    tag: 'v*',
    expires_at: endOf('2027-03-31') ?? '',
    group_type: 'ldap',
  };
  const { id: _id, ...sent } = before;
  assert.deepEqual(grantBody('pay', draftOf('pay', before)), sent);
  assert.deepEqual(grantBody('pay', draftOf('pay', { who: 'bob', role: 'guest', where: 'pay' })), {
    who: 'bob',
    role: 'guest',
    where: 'pay',
  });
});
