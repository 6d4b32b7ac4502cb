import assert from 'node:assert/strict';
import { test } from 'node:test';
import { can, canOnSystem, type Resource } from './authorize.ts';
import type { Grant } from './grants/grant-reads.ts';
import type { Permission } from './grants/roles.ts';

const now = 1_800_000_000_000;
const closed = { id: 7, public: false };
const open = { id: 8, public: true };

function grant(more: Partial<Grant> = {}): Grant {
  return {
    role: 'developer',
    scope: 'project',
    projectId: closed.id,
    repositoryPattern: null,
    tagPattern: null,
    expiresAt: null,
    ...more,
  };
}

const below = (repositoryPattern: string, more: Partial<Grant> = {}) =>
  grant({ scope: 'repository', repositoryPattern, ...more });

interface Row {
  readonly what: string;
  readonly grants: readonly Grant[];
  readonly permission: Permission;
  readonly at: Resource;
  /** Whether it may, and whether it may know. */
  readonly right: 'may' | 'sees' | 'hidden';
}

const ofRobot = (role: string, permissions: string, more: Partial<Grant> = {}) =>
  grant({ role, permissions, ...more });
const onAll = { scope: 'system', projectId: null } as const;

const app = { project: closed, path: 'backend/app' };
const systemAdmin = grant({ role: 'system-admin', scope: 'system', projectId: null });

const table: readonly Row[] = [
  {
    what: 'without a grant a closed project is hidden',
    grants: [],
    permission: 'repository:pull',
    at: app,
    right: 'hidden',
  },
  {
    what: 'without a grant an open one can be pulled from',
    grants: [],
    permission: 'repository:pull',
    at: { project: open, path: 'a' },
    right: 'may',
  },
  {
    what: 'without a grant an open one cannot be pushed to',
    grants: [],
    permission: 'repository:push',
    at: { project: open, path: 'a' },
    right: 'sees',
  },
  {
    what: 'a role counts in its project',
    grants: [grant()],
    permission: 'repository:push',
    at: app,
    right: 'may',
  },
  {
    what: 'a role counts nowhere else',
    grants: [grant({ projectId: 99 })],
    permission: 'repository:pull',
    at: app,
    right: 'hidden',
  },
  {
    what: 'a role that is too weak lets its holder see',
    grants: [grant({ role: 'guest' })],
    permission: 'repository:push',
    at: app,
    right: 'sees',
  },
  {
    what: 'a role that does not exist lets its holder see',
    grants: [grant({ role: 'owner' })],
    permission: 'repository:pull',
    at: app,
    right: 'sees',
  },
  {
    what: 'grants add up',
    grants: [grant({ role: 'guest' }), grant()],
    permission: 'repository:push',
    at: app,
    right: 'may',
  },
  {
    what: 'the order of grants does not matter',
    grants: [grant(), grant({ role: 'guest' })],
    permission: 'repository:push',
    at: app,
    right: 'may',
  },
  {
    what: 'a grant everywhere does not swallow the one here',
    grants: [grant({ role: 'guest', scope: 'system', projectId: null }), grant()],
    permission: 'repository:push',
    at: app,
    right: 'may',
  },
  {
    what: 'a role on the system counts in every project',
    grants: [grant({ role: 'guest', scope: 'system', projectId: null })],
    permission: 'repository:pull',
    at: app,
    right: 'may',
  },
  {
    what: 'the administrator of the system may do everything',
    grants: [systemAdmin],
    permission: 'project:delete',
    at: { project: closed },
    right: 'may',
  },
  {
    what: 'a grant that ends in a moment counts',
    grants: [grant({ expiresAt: now + 1 })],
    permission: 'repository:push',
    at: app,
    right: 'may',
  },
  {
    what: 'a grant that ends now does not',
    grants: [grant({ expiresAt: now })],
    permission: 'repository:push',
    at: app,
    right: 'hidden',
  },
  {
    what: 'a grant that ended in 1970 does not',
    grants: [grant({ expiresAt: 0 })],
    permission: 'repository:push',
    at: app,
    right: 'hidden',
  },
  {
    what: 'a grant on a folder counts below it',
    grants: [below('backend/**')],
    permission: 'repository:push',
    at: app,
    right: 'may',
  },
  {
    what: 'it hides the rest of the project',
    grants: [below('backend/**')],
    permission: 'repository:pull',
    at: { project: closed, path: 'frontend/app' },
    right: 'hidden',
  },
  {
    what: 'it hides the project itself',
    grants: [below('backend/**')],
    permission: 'project:read',
    at: { project: closed },
    right: 'hidden',
  },
  {
    what: 'in an open project the rest can be pulled',
    grants: [below('backend/**', { projectId: open.id })],
    permission: 'repository:pull',
    at: { project: open, path: 'x' },
    right: 'may',
  },
  {
    what: 'the strongest role on a repository confers no members',
    grants: [below('**', { role: 'projectAdmin' })],
    permission: 'member:create',
    at: { project: closed, path: 'backend/app' },
    right: 'sees',
  },
  {
    what: 'a pattern that is none covers nothing',
    grants: [below('*')],
    permission: 'repository:pull',
    at: app,
    right: 'hidden',
  },
  {
    what: 'a grant on a project without its id covers nothing',
    grants: [grant({ projectId: null })],
    permission: 'repository:pull',
    at: app,
    right: 'hidden',
  },
  {
    what: 'a grant for tags counts for them',
    grants: [grant({ tagPattern: 'v*' })],
    permission: 'repository:push',
    at: { ...app, tag: 'v1' },
    right: 'may',
  },
  {
    what: 'it does not count for others',
    grants: [grant({ tagPattern: 'v*' })],
    permission: 'repository:push',
    at: { ...app, tag: 'latest' },
    right: 'sees',
  },
  {
    what: 'it takes content, which has no tag',
    grants: [grant({ tagPattern: 'v*' })],
    permission: 'repository:push',
    at: app,
    right: 'may',
  },
  {
    what: 'it does not delete by digest',
    grants: [grant({ role: 'maintainer', tagPattern: 'v*' })],
    permission: 'repository:delete',
    at: app,
    right: 'sees',
  },
  {
    what: 'it deletes its tags',
    grants: [grant({ role: 'maintainer', tagPattern: 'v*' })],
    permission: 'repository:delete',
    at: { ...app, tag: 'v1' },
    right: 'may',
  },
  {
    what: 'a list of a robot for the system shows no project',
    grants: [ofRobot('robot-system:0', 'label:create', onAll)],
    permission: 'label:create',
    at: { project: closed },
    right: 'hidden',
  },
  {
    what: 'a list of a robot for all projects counts in each',
    grants: [ofRobot('robot-project:0', 'repository:push', onAll)],
    permission: 'repository:push',
    at: app,
    right: 'may',
  },
  {
    what: 'it does not swallow the one here (H06)',
    grants: [
      ofRobot('robot-project:0', 'repository:pull', onAll),
      ofRobot('robot-project:1', 'repository:pull repository:push'),
    ],
    permission: 'repository:push',
    at: app,
    right: 'may',
  },
  {
    what: 'what is denied to a robot is denied in spite of another list',
    grants: [
      ofRobot('robot-project:0', 'repository:push', onAll),
      ofRobot('robot-project:1', 'repository:push=deny'),
    ],
    permission: 'repository:push',
    at: app,
    right: 'sees',
  },
  {
    what: 'what is denied to a robot is denied in an open project',
    grants: [ofRobot('robot-project:0', 'repository:pull=deny', { projectId: open.id })],
    permission: 'repository:pull',
    at: { project: open, path: 'a' },
    right: 'sees',
  },
  {
    what: 'a list that only denies shows nothing',
    grants: [ofRobot('robot-project:0', 'repository:push=deny')],
    permission: 'repository:pull',
    at: app,
    right: 'hidden',
  },
  {
    what: 'pushing brings pulling to a robot in its own project',
    grants: [ofRobot('robot-own:0', 'repository:push')],
    permission: 'repository:pull',
    at: app,
    right: 'may',
  },
  {
    what: 'pushing brings no pulling to a robot of the system',
    grants: [ofRobot('robot-project:0', 'repository:push')],
    permission: 'repository:pull',
    at: app,
    right: 'sees',
  },
  {
    what: 'it confers no members',
    grants: [grant({ role: 'projectAdmin', tagPattern: '*' })],
    permission: 'member:create',
    at: { project: closed },
    right: 'sees',
  },
];

for (const { what, grants, permission, at, right } of table) {
  test(what, () => {
    const { allowed, visible, reason } = can(grants, permission, at, now);
    assert.deepEqual({ allowed, visible }, { allowed: right === 'may', visible: right !== 'hidden' });
    assert.equal(reason.kind === 'role missing', !allowed);
  });
}

test('a decision tells which grant gave the right, or which were not enough', () => {
  const guest = grant({ role: 'guest' });
  const developer = grant();
  assert.deepEqual(can([guest, developer], 'repository:push', app, now).reason, {
    kind: 'grant',
    grant: developer,
  });
  assert.deepEqual(can([guest], 'repository:push', app, now).reason, { kind: 'role missing', held: [guest] });
  assert.deepEqual(can([], 'repository:pull', { project: open, path: 'a' }, now).reason, { kind: 'public' });
});

test('on the system a robot may do what a list for it allows, and no list denies', () => {
  const may = (...lists: readonly Grant[]) => canOnSystem(lists, 'user:list', now);
  const list = (text: string) => ofRobot('robot-system:0', text, onAll);
  assert.equal(may(list('user:list')), true);
  assert.equal(may(list('user:read')), false);
  assert.equal(may(list('user:list'), list('user:list=deny')), false);
  assert.equal(may(ofRobot('robot-project:0', 'user:list', onAll)), false);
  assert.equal(may(systemAdmin), true);
});
