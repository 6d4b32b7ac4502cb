import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countHolders } from './count-holders.ts';

test('people and groups are counted apart by their role, what is given on a part for itself, robot accounts not', () => {
  const grants = [
    { who: 'bob', role: 'release-manager', where: 'pay' },
    { who: 'ann', role: 'developer', where: 'pay' },
    { who: 'group:makers', role: 'developer', where: 'pay' },
    { who: 'cy', role: 'projectAdmin', where: 'pay' },
    { who: 'dan', role: 'developer', where: 'pay/api' },
    { who: 'eve', role: 'pull', where: 'pay', tag: 'v*' },
    { who: 'robot:robot$pay+ci', role: 'pull', where: 'pay' },
  ];
  assert.deepEqual(countHolders(grants, 'pay'), {
    roles: [
      { role: 'projectAdmin', people: 1, groups: 0 },
      { role: 'developer', people: 1, groups: 1 },
      { role: 'release-manager', people: 1, groups: 0 },
    ],
    inPart: 2,
  });
});
