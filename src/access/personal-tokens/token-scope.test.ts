import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededChance } from '../../lib/chance.testing.ts';
import { matchesRepository, parseRepositoryPattern } from '../../lib/oci/repository-pattern.ts';
import { administersSystem, can, canOnSystem } from '../authorize.ts';
import { actions } from '../grants/actions.ts';
import type { Grant } from '../grants/grant-reads.ts';
import { isAboutContent, permissions, projectRoles, systemAdmin } from '../grants/roles.ts';
import { systemPermissions } from '../grants/system-permissions.ts';
import { narrowGrants, type TokenScope } from './token-scope.ts';

const now = 1000;
const paths = ['app', 'team', 'team/api', 'team/api/v2', 'team-2/api', 'other'];
const patterns = ['app', 'team/**', 'team/api', 'team/api/**', '**', 'nothing/here'];
const projects = [
  { id: 1, public: true },
  { id: 2, public: false },
  { id: 3, public: false },
];
const { pick, whole } = seededChance(7);

function randomGrant(): Grant {
  const scope = pick(['system', 'project', 'repository', 'repository'] as const);
  return {
    role: scope === 'system' ? systemAdmin : pick(projectRoles),
    scope,
    projectId: scope === 'system' ? null : pick(projects).id,
    repositoryPattern: scope === 'repository' ? pick(patterns) : null,
    tagPattern: whole(5) === 0 ? pick(['v1', 'v*']) : null,
    expiresAt: pick([null, null, now - 1, now + 1]),
  };
}

function randomScope(): TokenScope {
  const projectId = pick([null, 1, 2, 3]);
  return {
    actions: actions.filter(() => whole(2) === 0),
    projectId,
    repositoryPattern: projectId === null ? null : pick([null, ...patterns]),
  };
}

/** Whether a limit names that place, said without the code that narrows. */
function names(scope: TokenScope, projectId: number, path: string | undefined): boolean {
  if (scope.projectId === null) return true;
  if (scope.projectId !== projectId) return false;
  if (scope.repositoryPattern === null) return true;
  const pattern = parseRepositoryPattern(scope.repositoryPattern);
  return pattern !== undefined && path !== undefined && matchesRepository(pattern, path);
}

test('a token never does more than its owner, nor more than it is limited to, and all that both allow', () => {
  let both = 0;
  for (let round = 0; round < 1500; round++) {
    const grants = Array.from({ length: 1 + whole(4) }, randomGrant);
    const scopes = Array.from({ length: whole(4) }, randomScope);
    const left = narrowGrants(grants, scopes);
    assert.ok(!administersSystem(left, now));
    for (const permission of systemPermissions) assert.ok(!canOnSystem(left, permission, now), permission);
    for (let ask = 0; ask < 20; ask++) {
      const project = { ...pick(projects), public: false };
      const path = pick([undefined, ...paths]);
      const tag = path === undefined ? undefined : pick([undefined, 'v1', 'latest']);
      const permission = pick(permissions);
      const resource = { project, ...(path && { path }), ...(tag && { tag }) };
      const owner = can(grants, permission, resource, now).allowed;
      const limited = can(left, permission, resource, now).allowed;
      if (limited) assert.ok(owner, 'more than the owner');
      const reaching = scopes.filter((scope) => names(scope, project.id, path));
      if (limited) assert.ok(reaching.length > 0, 'outside of its limits');
      const alone = reaching.some(
        ({ actions, repositoryPattern }) =>
          (repositoryPattern === null || isAboutContent(permission)) &&
          can(narrowGrants([all], [{ ...everywhere, actions }]), permission, resource, now).allowed,
      );
      if (limited) assert.ok(alone, `${permission} is in no limit`);
      if (owner && alone && path !== undefined) {
        both++;
        assert.ok(limited, `${permission} on ${path} is in both: ${JSON.stringify({ grants, scopes })}`);
      }
    }
  }
  assert.ok(both > 500, `${both} times both allowed it`);
});

const everywhere = { projectId: null, repositoryPattern: null };
const all: Grant = {
  role: systemAdmin,
  scope: 'system',
  projectId: null,
  repositoryPattern: null,
  tagPattern: null,
  expiresAt: null,
};

test('pull is for pulling and for reading what is pulled, push for both', () => {
  const scope = (action: TokenScope['actions'][number]): Grant[] =>
    narrowGrants([all], [{ actions: [action], projectId: 2, repositoryPattern: 'team/**' }]);
  const at = { project: { id: 2, public: false }, path: 'team/api' };
  const may = (grants: readonly Grant[], permission: (typeof permissions)[number]): boolean =>
    can(grants, permission, at, now).allowed;
  assert.deepEqual(
    (['repository:pull', 'repository:push', 'repository:delete', 'tag:list', 'member:list'] as const).map(
      (permission) => [
        may(scope('pull'), permission),
        may(scope('push'), permission),
        may(scope('delete'), permission),
      ],
    ),
    [
      [true, true, false],
      [false, true, false],
      [false, false, true],
      [true, true, false],
      [false, false, false],
    ],
  );
});
