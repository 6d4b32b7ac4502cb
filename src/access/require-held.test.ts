import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../lib/errors.ts';
import { type Access, type BlockKind, blockRole, parseAccessList } from './grants/access-list.ts';
import type { Grant } from './grants/grant-reads.ts';
import { robotPermissions } from './grants/robot-permissions.ts';
import { requireGrantsHeld, requireHeld, requirePermissionsHeld, requireRoleHeld } from './require-held.ts';
import type { RobotBlock } from './robots/robot-reads.ts';

const robot = { kind: 'robot', robotId: 7, robotName: 'robot$maker' } as const;
const p1 = { id: 1, name: 'p1' };
const p2 = { id: 2, name: 'p2' };

type Place = 'system' | 'everywhere' | typeof p1;

function grants(kind: BlockKind, place: Place, list: string, ...patterns: readonly string[]): Grant[] {
  const projectId = typeof place === 'string' ? null : place.id;
  const all = patterns.length === 0 ? [null] : patterns;
  return all.map((repositoryPattern) => ({
    role: blockRole(kind, 0),
    scope: repositoryPattern !== null ? 'repository' : projectId === null ? 'system' : 'project',
    projectId,
    repositoryPattern,
    tagPattern: null,
    expiresAt: null,
    permissions: list,
  }));
}

function block(place: Place, list: string, ...repositories: readonly string[]): RobotBlock {
  const access: Access[] = parseAccessList(list);
  return {
    kind: place === 'system' ? 'system' : 'project',
    ...(typeof place === 'string' ? {} : { project: place }),
    access,
    repositories,
  };
}

function mayHandOut(held: readonly Grant[], wanted: RobotBlock, own = false): boolean {
  try {
    requireHeld({ principal: robot, grants: held, now: 0 }, [wanted], own);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'DENIED') return false;
    throw error;
  }
}

test('each permission in projects: a robot hands out what it holds there, and nothing else', (t) => {
  let combinations = 0;
  for (const held of robotPermissions.project) {
    for (const wanted of robotPermissions.project) {
      const right = held === wanted;
      assert.equal(mayHandOut(grants('project', p1, held), block(p1, wanted)), right, `${held} ${wanted}`);
      assert.equal(mayHandOut(grants('project', p1, held), block(p2, wanted)), false);
      assert.equal(mayHandOut(grants('project', p1, held), block('everywhere', wanted)), false);
      assert.equal(mayHandOut(grants('project', 'everywhere', held), block(p2, wanted)), right);
      assert.equal(mayHandOut(grants('project', 'everywhere', held), block('everywhere', wanted)), right);
      combinations += 5;
    }
  }
  t.diagnostic(`${combinations} combinations of held, wanted and place`);
});

test('each permission on the system: a robot hands out what it holds, and nothing in projects by it', () => {
  for (const held of robotPermissions.system) {
    for (const wanted of robotPermissions.system)
      assert.equal(mayHandOut(grants('system', 'system', held), block('system', wanted)), held === wanted);
    for (const place of [p1, 'everywhere'] as const)
      for (const wanted of robotPermissions.project)
        assert.equal(mayHandOut(grants('system', 'system', held), block(place, wanted)), false);
  }
  // `label:create` and others are words of both.
  for (const held of robotPermissions.project)
    for (const wanted of robotPermissions.system)
      assert.equal(mayHandOut(grants('project', 'everywhere', held), block('system', wanted)), false);
});

const pull = 'repository:pull';
const rows: readonly (readonly [what: string, held: readonly Grant[], wanted: RobotBlock, right: boolean])[] =
  [
    ['what is denied to it', grants('project', p1, `${pull} ${pull}=deny`), block(p1, pull), false],
    [
      'what is denied to it in this project',
      [...grants('project', 'everywhere', pull), ...grants('project', p1, `${pull}=deny`)],
      block(p1, pull),
      false,
    ],
    [
      'in all projects what is denied to it in one',
      [...grants('project', 'everywhere', pull), ...grants('project', p1, `${pull}=deny`)],
      block('everywhere', pull),
      false,
    ],
    [
      'a denial of what it does not hold',
      grants('project', p1, pull),
      block(p1, `${pull} tag:list=deny`),
      true,
    ],
    ['nothing but a denial', [], block(p1, `${pull}=deny`), true],
    ['all of the project, when it is limited', grants('project', p1, pull, 'a/**'), block(p1, pull), false],
    ['its own limit', grants('project', p1, pull, 'a/**'), block(p1, pull, 'a/**'), true],
    ['less than its limit', grants('project', p1, pull, 'a/**'), block(p1, pull, 'a/b', 'a/c/**'), true],
    ['more than its limit', grants('project', p1, pull, 'a/**'), block(p1, pull, 'a/b', 'other'), false],
    [
      'the folder of its limit as a repository',
      grants('project', p1, pull, 'a/**'),
      block(p1, pull, 'a'),
      false,
    ],
    ['a neighbour of its limit', grants('project', p1, pull, 'a/**'), block(p1, pull, 'a-b/**'), false],
    ['everything below, when it has one', grants('project', p1, pull, 'a'), block(p1, pull, 'a/**'), false],
    ['a limit, when it has none', grants('project', p1, pull), block(p1, pull, '**'), true],
    [
      'another right in its limit',
      grants('project', p1, pull, 'a/**'),
      block(p1, 'repository:push', 'a/**'),
      false,
    ],
  ];

for (const [what, held, wanted, right] of rows) {
  test(`a robot ${right ? 'hands out' : 'cannot hand out'} ${what}`, () => {
    assert.equal(mayHandOut(held, wanted), right);
  });
}

test('pushing brings pulling to a robot of a project, so both have to be held', () => {
  const push = 'repository:push';
  assert.equal(mayHandOut(grants('project', p1, push), block(p1, push), true), false);
  assert.equal(mayHandOut(grants('project', p1, `${push} ${pull}`), block(p1, push), true), true);
  assert.equal(mayHandOut(grants('own', p1, push), block(p1, push), true), true);
});

const owner = { kind: 'user', id: 3, username: 'owner' } as const;

function role(name: string, more: Partial<Grant> = {}): Grant {
  const place = { scope: 'project', projectId: p1.id, repositoryPattern: null, tagPattern: null } as const;
  return { role: name, ...place, expiresAt: null, ...more };
}

const onSystem = { scope: 'system', projectId: null } as const;
const refuses = (act: () => void) => assert.throws(act, { code: 'DENIED' });

test('an administrator of a project hands out anything in it, one of the system anything', () => {
  for (const permission of robotPermissions.project) {
    const asked = (grant: Grant, ...wanted: RobotBlock[]) =>
      requireHeld({ principal: owner, grants: [grant], now: 0 }, wanted, true);
    asked(role('projectAdmin'), block(p1, permission), block(p1, permission, 'app/**'));
    refuses(() => asked(role('projectAdmin'), block(p2, permission)));
    refuses(() => asked(role('projectAdmin'), block('everywhere', permission)));
    asked(role('system-admin', onSystem), block('everywhere', permission));
  }
});

test('who has a role of the registry’s own hands out what it says, to robots and to people', () => {
  const held = [role('inviter', { permissions: 'member:create repository:pull robot:create' })];
  const giver = { principal: owner, grants: held, now: 0 };
  requireHeld(giver, [block(p1, 'repository:pull')], true);
  refuses(() => requireHeld(giver, [block(p1, 'repository:push')], true));
  refuses(() => requireRoleHeld(giver, 'limitedGuest', p1.id));
  requireGrantsHeld(giver, [role('puller', { permissions: 'repository:pull' })]);
  refuses(() => requireGrantsHeld(giver, [role('puller', { permissions: 'repository:push' })]));
  refuses(() =>
    requireGrantsHeld(giver, [role('puller', { permissions: 'repository:pull', projectId: p2.id })]),
  );
});

test('what somebody holds for some tags they do not hand out for all', () => {
  const inviter = role('inviter', { permissions: 'member:create robot:create' });
  const tagged = role('puller', { permissions: 'repository:pull', tagPattern: 'v*' });
  const giver = { principal: owner, grants: [inviter, tagged], now: 0 };
  const puller = role('puller', { permissions: 'repository:pull' });
  refuses(() => requireGrantsHeld(giver, [puller]));
  refuses(() => requireHeld(giver, [block(p1, 'repository:pull')], true));
  requireGrantsHeld({ ...giver, grants: [inviter, { ...tagged, tagPattern: null }] }, [puller]);
});

test('what is about the system only its administrators give', () => {
  const giver = { principal: owner, grants: [role('auditor', onSystem)], now: 0 };
  const systems = [
    role('auditor', onSystem),
    role('operator', onSystem),
    role('system-admin', onSystem),
    role('own', { ...onSystem, permissions: '@system user:list' }),
  ];
  for (const given of systems) {
    refuses(() => requireGrantsHeld(giver, [given]));
    requireGrantsHeld({ ...giver, grants: [role('system-admin', onSystem)] }, [given]);
  }
  requirePermissionsHeld(giver, 'system', ['audit-log:list']);
  requirePermissionsHeld(giver, 'project', ['repository:pull']);
  refuses(() => requirePermissionsHeld(giver, 'system', ['user:update']));
  refuses(() => requirePermissionsHeld(giver, 'project', ['repository:push']));
  refuses(() =>
    requirePermissionsHeld({ ...giver, grants: [role('projectAdmin')] }, 'project', ['repository:pull']),
  );
});

test('Harbor has 70 permissions for robots on the system and 70 in projects', () => {
  assert.equal(new Set(robotPermissions.system.filter((each) => each !== 'in-use:update')).size, 70);
  assert.equal(robotPermissions.system.length, 71);
  assert.equal(new Set(robotPermissions.project).size, 70);
});

test('nobody gives a role or actions beyond what they hold there, users no more than robots', () => {
  const user = { kind: 'user', id: 3, username: 'u' } as const;
  const held = (role: string, repositoryPattern: string | null = null): Grant => ({
    role,
    scope: repositoryPattern === null ? 'project' : 'repository',
    projectId: 1,
    repositoryPattern,
    tagPattern: null,
    expiresAt: null,
  });
  const may = (has: Grant, gives: Grant, principal: typeof user | typeof robot = user): boolean => {
    try {
      requireGrantsHeld({ principal, grants: [has], now: 0 }, [gives]);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'DENIED') return false;
      throw error;
    }
  };
  assert.equal(may(held('projectAdmin'), held('projectAdmin')), true);
  assert.equal(may(held('projectAdmin'), held('push,delete', 'a/**')), true);
  assert.equal(may(held('maintainer'), held('projectAdmin')), false);
  assert.equal(may(held('developer'), held('delete')), false);
  assert.equal(may(held('pull'), held('pull')), true);
  assert.equal(may(held('pull', 'a/**'), held('pull', 'a/b')), true);
  assert.equal(may(held('pull', 'a/**'), held('pull', 'b')), false);
  assert.equal(may(held('pull', 'a/**'), held('pull')), false);
  assert.equal(may(held('projectAdmin'), { ...held('guest'), projectId: 2 }), false);
  assert.equal(
    may(held('projectAdmin'), { ...held('system-admin'), scope: 'system', projectId: null }),
    false,
  );
  const robots = { ...held('robot-project:0'), permissions: 'repository:pull member:create' };
  assert.equal(may(robots, held('pull'), robot), false);
  assert.equal(may(robots, held('push'), robot), false);
});
