import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../platform/db/database.ts';
import { raiseSequence } from '../../platform/db/raise-sequence.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { plantRepository } from '../testing/plant-repository.ts';
import { insertUser } from '../users/user-writes.ts';
import { createProject } from './create-project.ts';
import { dropUnusedProject, reapProjects } from './create-project-reap.ts';

const actor: Actor = { principal: 'user:1', address: '127.0.0.1', client: 'test', requestId: 'r' };

for (const dialect of dialects) {
  test(`${dialect}: of a push that never came to an end the project goes after a day; what anybody made, or uses, stays`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await db.transaction(async (tx) => {
      await insertUser(tx, { id: 1, username: 'owner', passwordHash: null, now: 0, deletedAt: null });
      await raiseSequence(tx, 'user');
    });
    const create = (name: string, firstPush: boolean): Promise<number> => {
      const input = { public: false, sparseManifests: false, ownerId: 1, limitBytes: -1, actor };
      return createProject({ db }, { ...input, name, firstPush });
    };
    await create('made-by-hand', false);
    const abandoned = await create('abandoned', true);
    const used = await create('used', true);
    const changed = await create('changed', true);
    const uploading = await create('uploading', true);
    const now = await db.now();
    await db.transaction(async (tx) => {
      await plantRepository(tx, { projectId: used, name: 'used/app', artifact: false });
      const event = { at: now, actor, projectId: changed, object: 'changed' } as const;
      await append(tx, { ...event, type: 'project.updated' });
      await append(tx, { ...event, type: 'artifact.pushed.refused', projectId: abandoned });
      const upload = { generation: 0, lease_holder: null, lease_until: 0, offset_bytes: 0, blob_id: null };
      const place = { project_id: uploading, repository_name: 'uploading/app', principal: 'user:1' };
      const times = { expires_at: now + 60_000, created_at: now };
      const row = { id: 'u', ...place, ...upload, finished_digest: null, ...times };
      await tx.builder.insertInto('upload').values(row).execute();
    });
    assert.equal(await reapProjects({ db }), 0, 'they are young');
    for (const id of [used, changed, uploading]) assert.equal(await dropUnusedProject({ db }, id), false);
    await db.transaction((tx) =>
      tx.builder
        .updateTable('project')
        .set({ created_at: now - 2 * 24 * 60 * 60 * 1000 })
        .execute(),
    );
    assert.equal(await reapProjects({ db }), 1);
    assert.deepEqual(await names(db), ['changed', 'made-by-hand', 'uploading', 'used']);
    await db.transaction((tx) => tx.builder.updateTable('upload').set({ expires_at: 0 }).execute());
    assert.equal(await reapProjects({ db }), 1);
    assert.deepEqual(await names(db), ['changed', 'made-by-hand', 'used']);
    assert.ok(await create('abandoned', true), 'its name is free');
  });
}

async function names(db: Database): Promise<string[]> {
  const rows = await db.reader.builder
    .selectFrom('project')
    .select('name')
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name);
}
