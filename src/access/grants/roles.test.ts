import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harborRoles } from './harbor-roles.testing.ts';
import {
  isAboutContent,
  isPublic,
  type Permission,
  permissions,
  projectRoles,
  roleAllows,
  weakestRoleFor,
} from './roles.ts';

const letters: Readonly<Record<string, string>> = {
  projectAdmin: 'A',
  maintainer: 'M',
  developer: 'D',
  guest: 'G',
  limitedGuest: 'L',
};

test('there are the permissions of Harbor and no other', () => {
  const harbors = harborRoles.map(([resource, action]) => `${resource}:${action}`);
  assert.deepEqual([...permissions].sort(), harbors.sort());
});

test('each role may do exactly what it may in Harbor', (t) => {
  let combinations = 0;
  for (const [resource, action, holders] of harborRoles) {
    const permission = `${resource}:${action}` as Permission;
    for (const role of projectRoles) {
      assert.equal(
        roleAllows(role, permission),
        holders.includes(letters[role] ?? '?'),
        `${role} ${permission}`,
      );
      combinations += 1;
    }
    assert.equal(isPublic(permission), holders.includes('P'), `everybody ${permission}`);
    assert.equal(roleAllows('system-admin', permission), true);
    combinations += 2;
  }
  t.diagnostic(`${combinations} combinations of role, resource and action`);
});

test('a role that does not exist allows nothing', () => {
  for (const role of [
    '',
    'owner',
    'System-Admin',
    'system-admin ',
    'system',
    'constructor',
    '__proto__',
    'A',
  ])
    for (const permission of permissions) assert.equal(roleAllows(role, permission), false, role);
});

test('the weakest role that is enough is named', () => {
  assert.equal(weakestRoleFor('repository:pull'), 'limitedGuest');
  assert.equal(weakestRoleFor('repository:push'), 'developer');
  assert.equal(weakestRoleFor('repository:delete'), 'maintainer');
  assert.equal(weakestRoleFor('project:delete'), 'projectAdmin');
});

test('members, robots, webhooks, quotas and settings are not about content', () => {
  const about = new Set(permissions.filter(isAboutContent).map((permission) => permission.split(':')[0]));
  for (const resource of [
    'member',
    'robot',
    'notification-policy',
    'quota',
    'configuration',
    'metadata',
    'project',
  ])
    assert.equal(about.has(resource), false, resource);
  for (const resource of ['repository', 'artifact', 'tag']) assert.equal(about.has(resource), true, resource);
});
