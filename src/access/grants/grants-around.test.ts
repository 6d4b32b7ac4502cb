import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { systemActor } from '../../platform/events/append.ts';
import { createProject } from '../projects/create-project.ts';
import { openTeam } from '../testing/team.ts';
import { disableUser } from '../users/disable-user.ts';
import { grantsAround } from './grant-page-reads.ts';
import { putGrant } from './grant-writes.ts';

for (const dialect of dialects)
  test(`what counts in a project is there with its holders, also what counts everywhere (${dialect})`, async () => {
    await using team = await openTeam(dialect);
    const { db, ownerId, userId, projectId } = team;
    const other = await createProject(
      { db },
      { name: 'other', public: false, sparseManifests: false, ownerId, limitBytes: -1, actor: systemActor },
    );
    const held = { kind: 'user', principalId: userId, repositoryPattern: null, tagPattern: null } as const;
    const given = { expiresAt: null, now: 0 };
    await db.transaction(async (tx) => {
      await putGrant(tx, { ...held, role: 'guest', scope: 'project', projectId, ...given });
      await putGrant(tx, { ...held, role: 'auditor', scope: 'system', projectId: null, ...given });
      await putGrant(tx, { ...held, role: 'developer', scope: 'project', projectId: other, ...given });
    });
    const roles = async () =>
      (await grantsAround(db.reader, projectId, 1))
        .filter(({ holder }) => holder === 'alice')
        .map(({ role, off }) => `${role} ${off}`);
    assert.deepEqual(await roles(), ['guest false', 'auditor false']);
    await disableUser({ db }, { username: 'alice', actor: systemActor });
    assert.deepEqual(await roles(), ['guest true', 'auditor true']);
  });
