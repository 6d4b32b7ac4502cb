import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Grant } from '../../access/grants/grant-reads.ts';
import type { ProjectRow } from '../../access/project-page-reads.ts';
import { projectView } from './project-view.ts';

const project: ProjectRow = {
  id: 7,
  name: 'p',
  ownerId: 3,
  ownerName: 'alice',
  public: false,
  sparseManifests: true,
  createdAt: 0,
  updatedAt: 1_800_000_000_123,
  repositoryCount: 2,
};

function grant(more: Partial<Grant>): Grant {
  const whole = {
    scope: 'project',
    projectId: 7,
    repositoryPattern: null,
    tagPattern: null,
    expiresAt: null,
  } as const;
  return { role: 'guest', ...whole, ...more };
}

const roles = (...grants: Grant[]): unknown => {
  const view = projectView(project, { grants, now: 1000 }, undefined);
  return [view['current_user_role_id'], view['current_user_role_ids']];
};

test('the roles held in the whole project are told by their ids in Harbor, the strongest first', () => {
  assert.deepEqual(roles(), [undefined, []]);
  assert.deepEqual(
    roles(
      ...['limitedGuest', 'guest', 'developer', 'maintainer', 'projectAdmin'].map((role) => grant({ role })),
    ),
    [1, [1, 4, 2, 3, 5]],
  );
  assert.deepEqual(roles(grant({}), grant({ role: 'developer', scope: 'system', projectId: null })), [
    2,
    [2, 3],
  ]);
});

test('a role elsewhere, in a part, of the past or of the system is none in the project', () => {
  const none = [undefined, []];
  assert.deepEqual(roles(grant({ projectId: 8 })), none);
  assert.deepEqual(roles(grant({ scope: 'repository', repositoryPattern: '**' })), none);
  assert.deepEqual(roles(grant({ tagPattern: 'v*' })), none);
  assert.deepEqual(roles(grant({ expiresAt: 1000 })), none);
  assert.deepEqual(roles(grant({ role: 'system-admin', scope: 'system', projectId: null })), none);
});

test('times have three decimals, metadata are texts, what is zero is left out', () => {
  const view = projectView(
    project,
    { grants: [], now: 0 },
    { metadata: new Map([['severity', 'low']]), allowlist: undefined },
  );
  assert.equal(view['creation_time'], '1970-01-01T00:00:00.000Z');
  assert.equal(view['update_time'], '2027-01-15T08:00:00.123Z');
  assert.deepEqual(view['metadata'], { public: 'false', sparse_manifests: 'true', severity: 'low' });
  assert.ok(!('current_user_role_id' in view));
  assert.equal(view['repo_count'], 2);
});
