import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCurrentName } from '../../../access/names/former-name-reads.ts';
import { renameProject } from '../../../access/projects/rename-project.ts';
import { setProjectLimit } from '../../../access/projects/set-project-limit.ts';
import type { Database } from '../../../platform/db/database.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import { checkUsage } from '../../repositories/check-usage.ts';
import { findRepositoryId } from '../../repositories/repository-reads.ts';
import { createProtection, deleteProtection } from '../../tags/update-protection.ts';
import { openTwoProjects, otherProject } from '../../testing/open-two-projects.ts';
import {
  digestOf,
  imageManifest,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  testActor,
  type World,
} from '../../testing/world.ts';
import { deleteRepository } from '../delete-repository.ts';
import { moveRepository } from './move-repository.ts';

const keptMs = 60_000;

async function push({ deps }: World, seeds: readonly string[], tag: string, name = repositoryName) {
  const layers = [];
  for (const seed of seeds) {
    const bytes = Buffer.from(seed);
    await pushBlob(deps, bytes, name);
    layers.push({ digest: digestOf(bytes), size: bytes.length });
  }
  return putManifest(deps, tag, imageManifest(layers), { name });
}

const move = (db: Database, to: string, toProject = projectId, from = 'app', fromProject = projectId) =>
  moveRepository(
    { db },
    {
      from: { projectId: fromProject, path: from },
      to: { projectId: toProject, path: to },
      keptMs,
      actor: testActor,
    },
  );

const usageOf = async (db: Database, id: number): Promise<number> =>
  (
    await db.reader.builder
      .selectFrom('project_usage')
      .select('used_bytes')
      .where('project_id', '=', id)
      .executeTakeFirstOrThrow()
  ).used_bytes;

async function plantRule(db: Database, project: number, tags: string): Promise<void> {
  const selector = (decoration: string, pattern: string) => ({
    kind: 'doublestar',
    decoration,
    pattern,
    extras: '',
  });
  const definition = JSON.stringify({
    priority: 0,
    params: {},
    tags: [selector('matches', tags)],
    repositories: [selector('repoMatches', '**')],
  });
  await db.transaction(({ builder }) =>
    builder
      .insertInto('immutable_rule')
      .values({
        project_id: project,
        disabled: 0,
        definition,
        accept_same_digest: 0,
        created_at: 0,
        updated_at: 0,
      })
      .execute(),
  );
}

for (const dialect of dialects) {
  test(`a moved repository keeps its id, tags and history, and its old place leads to it (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const { db } = world;
    await push(world, ['a', 'b'], 'v1');
    const id = await findRepositoryId(db.reader, repositoryName);
    await move(db, 'deep/app', otherProject);
    assert.equal(await findRepositoryId(db.reader, 'other/deep/app'), id);
    assert.equal(await findRepositoryId(db.reader, repositoryName), undefined);
    const asked = { project: 'library', path: 'app' };
    assert.equal((await findCurrentName({ db }, asked))?.name.fullName, 'other/deep/app');
    await renameProject({ db }, { projectId: otherProject, name: 'third', keptMs, actor: testActor });
    await renameProject({ db }, { projectId, name: 'books', keptMs, actor: testActor });
    for (const project of ['library', 'books'])
      assert.equal(
        (await findCurrentName({ db }, { project, path: 'app' }))?.name.fullName,
        'third/deep/app',
      );
    await move(db, 'app', projectId, 'deep/app', otherProject);
    assert.equal(await findRepositoryId(db.reader, 'books/app'), id);
    const history = await db.reader.builder.selectFrom('tag_history').select('repository_id').execute();
    assert.deepEqual(
      history.map((row) => row.repository_id),
      [id],
    );
  });

  test(`each project is charged for what it holds, shared content in both (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const { db } = world;
    await push(world, ['shared', 'only here'], 'v1');
    await push(world, ['shared', 'stays'], 'v1', 'library/stays');
    const before = await usageOf(db, projectId);
    await move(db, 'app', otherProject);
    assert.deepEqual(await checkUsage({ db }, { repair: false }), []);
    assert.ok((await usageOf(db, projectId)) < before);
    assert.equal(
      (await usageOf(db, projectId)) + (await usageOf(db, otherProject)),
      before + 'shared'.length,
    );
    await move(db, 'app', projectId, 'app', otherProject);
    assert.deepEqual([await usageOf(db, projectId), await usageOf(db, otherProject)], [before, 0]);
    assert.deepEqual(await checkUsage({ db }, { repair: false }), []);
  });

  test(`a limit of the other project that would be exceeded leaves everything as it was (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const { db } = world;
    await push(world, ['large content'], 'v1');
    await setProjectLimit({ db }, { projectId: otherProject, limitBytes: 10, actor: testActor });
    const before = await usageOf(db, projectId);
    await assert.rejects(move(db, 'app', otherProject), { code: 'QUOTA_EXCEEDED' });
    assert.ok((await findRepositoryId(db.reader, repositoryName)) !== undefined);
    assert.deepEqual([await usageOf(db, projectId), await usageOf(db, otherProject)], [before, 0]);
    assert.equal((await db.reader.builder.selectFrom('former_repository').selectAll().execute()).length, 0);
  });

  test(`a place that is taken, or kept free for another, is refused; a push into it, too (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const { db } = world;
    await push(world, ['a'], 'v1');
    await push(world, ['b'], 'v1', 'library/second');
    await assert.rejects(move(db, 'second'), {
      code: 'CONFLICT',
      message: /there is a repository library\/second/,
    });
    await move(db, 'first');
    await assert.rejects(move(db, 'app', projectId, 'second'), {
      code: 'CONFLICT',
      message: /kept free until/,
    });
    await assert.rejects(push(world, ['c'], 'v1'), { code: 'CONFLICT', message: /kept free until/ });
    await assert.rejects(move(db, 'x', projectId, 'nothing'), { code: 'NOT_FOUND' });
    await deleteRepository({ db }, { projectId, repositoryName: 'library/first', actor: testActor });
    await push(world, ['c'], 'v1');
  });

  test(`a tag that must stay moves only where a rule keeps it as well (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const { db } = world;
    await push(world, ['a'], 'v1');
    await plantRule(db, projectId, 'v*');
    await assert.rejects(move(db, 'app', otherProject), {
      code: 'TAG_IMMUTABLE',
      message: /no rule would keep it at other\/app/,
    });
    await plantRule(db, otherProject, '**');
    await move(db, 'app', otherProject);
    const artifacts = await db.reader.builder.selectFrom('artifact').select('project_id').execute();
    assert.deepEqual(
      artifacts.map((row) => row.project_id),
      [otherProject],
    );
  });

  test(`a tag that is protected from the mover, here or there, stays (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const { db } = world;
    await push(world, ['a'], 'v1');
    const actor = { ...testActor, principal: 'user:7' };
    const asSomebody = (to: string, toProject: number) =>
      moveRepository(
        { db },
        { from: { projectId, path: 'app' }, to: { projectId: toProject, path: to }, keptMs, actor },
      );
    const of = { repositories: '**', tags: 'v*', allowed: ['admin'], actor: testActor };
    const rule = await createProtection({ db }, { ...of, projectId, projectName: 'library' });
    await assert.rejects(asSomebody('app', otherProject), {
      code: 'DENIED',
      message: /library\/app:v1 is protected/,
    });
    await deleteProtection(
      { db },
      {
        projectId,
        projectName: 'library',
        id: rule,
        actor: testActor,
      },
    );
    await createProtection({ db }, { ...of, projectId: otherProject, projectName: 'other' });
    await assert.rejects(asSomebody('app', otherProject), {
      code: 'DENIED',
      message: /other\/app:v1 is protected/,
    });
    await asSomebody('elsewhere', projectId);
  });

  test(`labels of the project become those of the same name, those of the system stay (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const { db } = world;
    await push(world, ['a'], 'v1');
    await db.transaction(async ({ builder }) => {
      const { id: artifactId } = await builder
        .selectFrom('live_artifact')
        .select('id')
        .executeTakeFirstOrThrow();
      for (const [name, project] of [
        ['own', projectId],
        ['both', projectId],
        ['both', otherProject],
        ['all', null],
      ] as const) {
        const { id } = await builder
          .insertInto('label')
          .values({ name, description: '', color: '#fff', project_id: project, created_at: 0, updated_at: 0 })
          .returning('id')
          .executeTakeFirstOrThrow();
        if (project !== otherProject)
          await builder
            .insertInto('artifact_label')
            .values({ artifact_id: artifactId, label_id: id })
            .execute();
      }
    });
    await move(db, 'app', otherProject);
    const labels = await db.reader.builder
      .selectFrom('artifact_label')
      .innerJoin('label', 'label.id', 'artifact_label.label_id')
      .select(['label.name', 'label.project_id'])
      .orderBy('label.name')
      .execute();
    assert.deepEqual(
      labels.map((row) => [row.name, row.project_id]),
      [
        ['all', null],
        ['both', otherProject],
        ['own', otherProject],
      ],
    );
  });

  test(`pushes and renames at once leave every repository under its project's name (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const { db } = world;
    await push(world, ['a'], 'v1');
    const second = dialect === 'postgres' ? await world.second() : db;
    const names = ['library', 'books', 'library', 'shelf'];
    const pushes = Array.from({ length: 12 }, (_, i) =>
      push(world, ['a'], 'v1', `${names[i % names.length]}/r${i}`).catch((error: unknown) => error),
    );
    const renames = ['books', 'library', 'shelf'].map((name) =>
      renameProject({ db: second }, { projectId, name, keptMs, actor: testActor }),
    );
    await Promise.all(renames);
    const outcomes = await Promise.all(pushes);
    for (const outcome of outcomes)
      if (outcome instanceof Error)
        assert.match(String((outcome as { code?: string }).code), /^(?:NAME_UNKNOWN|BLOB_UPLOAD_UNKNOWN)$/);
    const { name } = await db.reader.builder
      .selectFrom('live_project')
      .select('name')
      .where('id', '=', projectId)
      .executeTakeFirstOrThrow();
    const rows = await db.reader.builder.selectFrom('live_repository').select('full_name').execute();
    assert.deepEqual(
      rows.filter((row) => !row.full_name.startsWith(`${name}/`)),
      [],
    );
    assert.deepEqual(await checkUsage({ db }, { repair: false }), []);
  });

  test(`of two who move to one place exactly one does; a move and a push there leave one repository (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const { db } = world;
    await push(world, ['a'], 'v1');
    await push(world, ['b'], 'v1', 'library/second');
    const other = dialect === 'postgres' ? await world.second() : db;
    const outcomes = await Promise.allSettled([
      move(db, 'there', otherProject),
      move(other, 'there', otherProject, 'second'),
      move(other, 'elsewhere', projectId),
    ]);
    assert.ok(outcomes.some(({ status }) => status === 'fulfilled'));
    const names = (await db.reader.builder.selectFrom('live_repository').select('full_name').execute()).map(
      (row) => row.full_name,
    );
    assert.equal(names.length, 2);
    assert.equal(new Set(names).size, 2);
    assert.deepEqual(await checkUsage({ db }, { repair: false }), []);
  });
}
