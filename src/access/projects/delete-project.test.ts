import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Database, Tx } from '../../platform/db/database.ts';
import { raiseSequence } from '../../platform/db/raise-sequence.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { plantRepository } from '../testing/plant-repository.ts';
import { insertUser } from '../users/user-writes.ts';
import { createProject } from './create-project.ts';
import { deleteProject } from './delete-project.ts';
import { findProjectById } from './project-reads.ts';
import { keepProject } from './project-writes.ts';

const actor: Actor = { principal: 'user:1', address: '127.0.0.1', client: 'test', requestId: 'r' };

async function openWithOwner(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  await opened.db.transaction(async (tx) => {
    await insertUser(tx, { id: 1, username: 'owner', passwordHash: null, now: 0, deletedAt: null });
    await raiseSequence(tx, 'user');
  });
  return opened;
}

function create(db: Database, name: string): Promise<number> {
  const input = { public: false, sparseManifests: false, ownerId: 1, limitBytes: -1, actor };
  return createProject({ db }, { ...input, name });
}

/** What a push does to the rows that matter here. False: the project was gone. */
async function pushInto(tx: Tx, projectId: number, pause: boolean): Promise<boolean> {
  const project = await keepProject(tx, projectId);
  if (project === undefined) return false;
  if (pause && tx.dialect === 'postgres') await sql`select pg_sleep(0.3)`.execute(tx.builder);
  await plantRepository(tx, { projectId, name: `${project.name}/app`, artifact: true });
  return true;
}

for (const dialect of dialects) {
  test(`a push and a deletion at once: the project is gone and the push refused, or both stay (${dialect})`, async (t) => {
    await using opened = await openWithOwner(dialect);
    const { db } = opened;
    const other = dialect === 'postgres' ? await opened.second() : db;
    let deletions = 0;
    for (let round = 0; round < 20; round += 1) {
      const projectId = await create(db, `p${round}`);
      const push = () => db.transaction((tx) => pushInto(tx, projectId, false));
      const remove = () => deleteProject({ db: other }, { projectId, actor });
      const [pushed, deleted] =
        round % 2 === 0
          ? await Promise.allSettled([push(), remove()])
          : (await Promise.allSettled([remove(), push()])).toReversed();
      assert.equal(pushed?.status, 'fulfilled');
      const gone = deleted?.status === 'fulfilled';
      if (gone) deletions += 1;
      assert.deepEqual(pushed.value, !gone);
      assert.equal((await findProjectById(db.reader, projectId)) === undefined, gone);
    }
    t.diagnostic(`${deletions} of 20 rounds ended with the project gone`);
  });

  test(`a deletion that waits for a push sees what was pushed (${dialect})`, async () => {
    await using opened = await openWithOwner(dialect);
    const { db } = opened;
    const other = dialect === 'postgres' ? await opened.second() : db;
    const projectId = await create(db, 'team');
    const pushing = db.transaction((tx) => pushInto(tx, projectId, true));
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    await assert.rejects(deleteProject({ db: other }, { projectId, actor }), { code: 'PROJECT_NOT_EMPTY' });
    assert.equal(await pushing, true);
  });

  test(`what is on its way into a deleted project is nobody's and has expired (${dialect})`, async () => {
    await using opened = await openWithOwner(dialect);
    const { db } = opened;
    const projectId = await create(db, 'team');
    const elsewhere = await create(db, 'other');
    const upload = { generation: 3, offset_bytes: 7, blob_id: null, expires_at: 9e12, created_at: 0 };
    const held = { lease_holder: 'x/1', lease_until: 8e12, principal: 'user:1', finished_digest: null };
    await db.transaction(async ({ builder }) => {
      for (const row of [
        { id: 'held', project_id: projectId, repository_name: 'team/a', ...held },
        { id: 'finished', project_id: projectId, repository_name: 'team/a', ...held, finished_digest: 'd' },
        { id: 'elsewhere', project_id: elsewhere, repository_name: 'other/a', ...held },
      ])
        await builder
          .insertInto('upload')
          .values({ ...upload, ...row })
          .execute();
    });
    await deleteProject({ db }, { projectId, actor });
    const rows = await db.reader.builder.selectFrom('upload').selectAll().orderBy('id').execute();
    assert.deepEqual(
      rows.map((row) => [row.id, row.principal, row.lease_holder, row.lease_until, row.expires_at]),
      [
        ['elsewhere', 'user:1', 'x/1', 8e12, 9e12],
        // The lease's time stays: what was staged is not taken away under whoever still writes.
        ['held', '', null, 8e12, 0],
      ],
    );
  });
}
