import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { deleteProject } from '../../access/projects/delete-project.ts';
import { createRole } from '../../access/roles/create-role.ts';
import { deleteRole } from '../../access/roles/delete-role.ts';
import { requireDigest } from '../../lib/oci/digest.ts';
import { requireTag } from '../../lib/oci/tag.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { deleteArtifact } from '../artifacts/delete-artifact.ts';
import { deleteRepository } from '../artifacts/delete-repository.ts';
import { deleteTag } from '../tags/delete-tag.ts';
import { findByTag } from '../tags/tag-reads.ts';
import { digestOf, openWorld, projectId, silentLog, testActor, type World } from '../testing/world.ts';
import { keepTrash } from './create-trash-keeping.ts';
import { restoreTrash } from './restore-trash.ts';
import { actorIn, inTrash, places, pushTexts, requireConsistent } from './testing/trash-world.ts';

const [app, other] = places;
const keep = (world: World) => keepTrash({ ...world.deps, log: silentLog }, new AbortController().signal);

/** As code leaves it that does not know of the table. */
async function forgetTrash({ db }: World): Promise<void> {
  await db.transaction(async (tx) => {
    for (const table of ['repository', 'artifact', 'tag'])
      await sql`update ${sql.table(table)} set trash_id = null`.execute(tx.builder);
    await sql`delete from trash`.execute(tx.builder);
  });
}

for (const dialect of dialects) {
  test(`deletions by older code can be restored, each as a whole (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await pushTexts(world.deps, 'v1', ['config', 'one']);
    const second = await pushTexts(world.deps, 'v2', ['config', 'two']);
    await pushTexts(world.deps, 'v3', ['config', 'three'], other);
    await deleteArtifact(world, { ...actorIn(app), digest: requireDigest(digest) });
    await deleteTag(world, { ...actorIn(app), tag: requireTag('v2') });
    await deleteRepository(world, actorIn(other));
    await forgetTrash(world);
    await keep(world);
    const items = await inTrash(world);
    assert.deepEqual(
      items.map(({ kind, repository }) => `${kind} ${repository}`),
      [`repository ${other}`, `artifact ${app}`, `tag ${app}`],
    );
    const restored = [];
    for (const { id } of items) restored.push(await restoreTrash(world, { id, actor: testActor }));
    assert.deepEqual(
      restored.map(({ artifacts, tags }) => [artifacts, tags]),
      [
        [1, 1],
        [1, 1],
        [0, 1],
      ],
    );
    assert.equal((await findByTag(world.db.reader, app, 'v2'))?.digest, second);
    await requireConsistent(world);
    await keep(world);
    assert.deepEqual(await inTrash(world), []);
  });

  test(`a project that older code deleted is one of them (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await pushTexts(world.deps, 'v1', ['config', 'one']);
    await deleteRepository(world, actorIn(app));
    await deleteProject(world, { projectId, actor: testActor });
    await forgetTrash(world);
    await keep(world);
    const [item] = await inTrash(world);
    assert.equal(item?.kind, 'project');
    await restoreTrash(world, { id: item?.id ?? 0, actor: testActor });
    assert.ok((await world.db.reader.builder.selectFrom('live_project').select('id').execute()).length > 0);
  });

  test(`what older code took out of a repository that newer code deletes comes back with it (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await pushTexts(world.deps, 'v1', ['config', 'one']);
    await pushTexts(world.deps, 'v2', ['config', 'two']);
    const third = await pushTexts(world.deps, 'v3', ['config', 'three']);
    await deleteArtifact(world, { ...actorIn(app), digest: requireDigest(third) });
    await deleteRepository(world, actorIn(app));
    const [alone, whole] = await inTrash(world);
    await world.db.transaction(async ({ builder }) => {
      const first = sql`(select min(id) from artifact)`;
      await sql`update tag set trash_id = null where artifact_id = ${first}`.execute(builder);
      await sql`update artifact set trash_id = null where id = ${first}`.execute(builder);
    });
    await keep(world);
    assert.deepEqual(
      (await inTrash(world)).map(({ id }) => id),
      [alone?.id, whole?.id],
    );
    const { artifacts, tags } = await restoreTrash(world, { id: whole?.id ?? 0, actor: testActor });
    assert.deepEqual([artifacts, tags], [2, 2]);
    await requireConsistent(world);
  });

  test(`a role that is gone does not come back with a project, nor as another of its name (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const permissions = ['repository:pull' as const];
    const make = (name: string) =>
      createRole({ db }, { name, level: 'project', permissions, actor: testActor });
    for (const name of ['stays', 'goes', 'changes']) await make(name);
    await db.transaction(async ({ builder }) => {
      for (const role of ['stays', 'goes', 'changes', 'developer'])
        await sql`insert into "grant" (principal_kind, principal_id, role, scope, project_id, created_at)
          values ('user', 1, ${role}, 'project', ${projectId}, 0)`.execute(builder);
    });
    await deleteProject(world, { projectId, actor: testActor });
    for (const name of ['goes', 'changes']) await deleteRole({ db }, { name, actor: testActor });
    await make('changes');
    await db.transaction(({ builder }) =>
      sql`update role set created_at = created_at + 1 where name = 'changes'`.execute(builder),
    );
    const [item] = await inTrash(world);
    const { roles } = await restoreTrash(world, { id: item?.id ?? 0, actor: testActor });
    const given = await db.reader.builder.selectFrom('grant').select('role').orderBy('role').execute();
    assert.deepEqual(
      given.map(({ role }) => role),
      ['developer', 'stays'],
    );
    assert.equal(roles, 2);
  });

  test(`what a purge had begun when its process died is ended (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await pushTexts(world.deps, 'v1', ['config', 'cut off']);
    await deleteArtifact(world, { ...actorIn(app), digest: requireDigest(digest) });
    const layer = digestOf(Buffer.from('cut off'));
    await world.db.transaction(async ({ builder }) => {
      for (const table of ['tag', 'artifact', 'manifest', 'blob_link', 'trash'])
        await sql`delete from ${sql.table(table)}`.execute(builder);
      await sql`update blob set state = 'deleting', worker = 'purge-dead', generation = 1, state_at = 0
        where digest = ${layer}`.execute(builder);
    });
    await keep(world);
    assert.equal(await world.store.get(canonicalKey(layer)), undefined);
    const rows = await world.db.reader.builder
      .selectFrom('blob')
      .select('state')
      .where('digest', '=', layer)
      .execute();
    assert.deepEqual(rows, dialect === 'sqlite' ? [] : [{ state: 'burnt' }]);
    assert.equal(await pushTexts(world.deps, 'v1', ['config', 'cut off']), digest);
    await requireConsistent(world);
  });
}
