import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { plantRepository } from '../../access/testing/plant-repository.ts';
import { openRestWorld, type RestWorld } from '../../access/testing/rest-world.ts';
import { pageOfTree } from '../../content/repositories/repository-tree-reads.ts';
import { AppError } from '../../lib/errors.ts';
import { plansOf } from '../../platform/db/testing/plans.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { repositoryTreeRoute } from './repository-tree-route.ts';

const names = ['api', 'backend', 'backend/tools/a', 'backend/worker', 'backend0', 'web/front'];

/** Alice sees all of `pay`, Bob what is below `backend/tools` only. */
async function openFilled(dialect: (typeof dialects)[number]): Promise<RestWorld> {
  const world = await openRestWorld(dialect, (deps) => [repositoryTreeRoute(deps)]);
  await world.db.transaction(async (tx) => {
    await sql`insert into project (id, name, owner_id, public, created_at, updated_at)
      values (11, 'pay', 1, 0, 0, 0), (12, 'payday', 1, 1, 0, 0)`.execute(tx.builder);
    for (const name of names)
      await plantRepository(tx, { projectId: 11, name: `pay/${name}`, artifact: true });
    await plantRepository(tx, { projectId: 11, name: 'pay/unseen/x', artifact: false });
    await plantRepository(tx, { projectId: 12, name: 'payday/x', artifact: true });
    await sql`insert into "grant" (principal_kind, principal_id, role, scope, project_id, repository_pattern, created_at)
      values ('user', 3, 'guest', 'project', 11, null, 0), ('user', 4, 'guest', 'repository', 11, 'backend/tools/**', 0)`.execute(
      tx.builder,
    );
  });
  return world;
}

async function ask(world: RestWorld, who: string, parameters: object): Promise<string[]> {
  const { body } = await world.ask('listRepositoryTree', who, {
    parameters: { project_name: 'pay', ...parameters },
  });
  const rows = body as { path: string; repositories: number; repository?: { artifact_count: number } }[];
  return rows.map(
    ({ path, repositories, repository }) =>
      `${path} ${repositories} ${repository === undefined ? '-' : repository.artifact_count}`,
  );
}

for (const dialect of dialects) {
  test(`a folder has what is in it, counted below, by name (${dialect})`, async () => {
    await using world = await openFilled(dialect);
    assert.deepEqual(await ask(world, 'alice', {}), ['api 0 1', 'backend 2 1', 'backend0 0 1', 'web 1 -']);
    assert.deepEqual(await ask(world, 'alice', { under: 'backend' }), [
      'backend/tools 1 -',
      'backend/worker 0 1',
    ]);
    assert.deepEqual(await ask(world, 'alice', { under: 'backend/tools' }), ['backend/tools/a 0 1']);
    assert.deepEqual(await ask(world, 'alice', { under: 'nothing' }), []);
    assert.deepEqual(await ask(world, 'alice', { page: 2, page_size: 2 }), ['backend0 0 1', 'web 1 -']);
  });

  test(`who may see a part sees the way there and no more (${dialect})`, async () => {
    await using world = await openFilled(dialect);
    assert.deepEqual(await ask(world, 'bob', {}), ['backend 1 -']);
    assert.deepEqual(await ask(world, 'bob', { under: 'backend' }), ['backend/tools 1 -']);
    await assert.rejects(
      ask(world, '', {}),
      (error) => error instanceof AppError && error.row.status === 401,
    );
  });

  test(`what is no folder is refused (${dialect})`, async () => {
    await using world = await openFilled(dialect);
    for (const under of ['/', 'backend/', '/backend', 'a//b', '../x', 'A', '%', 'x'.repeat(300)])
      await assert.rejects(
        ask(world, 'alice', { under }),
        (error) => error instanceof AppError && error.row.status === 400,
        under,
      );
  });

  test(`one folder of many is counted by the index of names (${dialect})`, async () => {
    await using world = await openFilled(dialect);
    await world.db.transaction(async (tx) => {
      const rows = Array.from({ length: 1000 }, (_, each) => ({
        project_id: 11,
        full_name: `pay/group-${each % 50}/many-${each}`,
        created_at: 0,
        updated_at: 0,
        visible_at: 0,
        deleted_at: null,
        purge_after: null,
      }));
      await tx.builder.insertInto('repository').values(rows).execute();
    });
    const top = await ask(world, 'alice', { page_size: 100 });
    assert.equal(top.length, 54);
    assert.ok(top.includes('group-7 20 -'));
    const plans = await plansOf(world.db, (reader) =>
      pageOfTree(reader, { visible: { kind: 'all' }, folder: 'pay/web/', offset: 0, limit: 10 }),
    );
    assert.ok(plans.length >= 2);
    for (const plan of plans)
      assert.doesNotMatch(plan, /SCAN (?:live_)?repository\b(?!.*USING)|Seq Scan on "?repository\b/);
  });
}
