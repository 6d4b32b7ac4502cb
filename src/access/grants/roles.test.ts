import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicActions, repositoryActions, roleAllows, roles } from './roles.ts';

test('every role allows exactly its actions', () => {
  for (const [role, actions] of Object.entries(roles))
    for (const action of repositoryActions)
      assert.equal(roleAllows(role, action), actions.includes(action), role);
});

test('an administrator of the system may do everything', () => {
  assert.deepEqual(
    repositoryActions.map((action) => roleAllows('system-admin', action)),
    [true, true, true],
  );
});

test('a role that does not exist allows nothing', () => {
  for (const role of ['', 'owner', 'System-Admin', 'system-admin ', 'system'])
    for (const action of repositoryActions) assert.equal(roleAllows(role, action), false, role);
});

test('the public may pull and nothing else', () => {
  assert.deepEqual(publicActions, ['pull']);
});
