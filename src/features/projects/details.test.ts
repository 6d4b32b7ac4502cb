import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plantRepository } from '../../access/testing/plant-repository.ts';
import { openRestWorld } from '../../access/testing/rest-world.ts';
import { AppError } from '../../lib/errors.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { createProjects } from './projects.ts';

const open = (dialect: (typeof dialects)[number]) =>
  openRestWorld(dialect, (deps) => createProjects(deps).routes);
const at = (project_name_or_id: string, more: object = {}) => ({ project_name_or_id, ...more });
const fails = (status: number) => (error: unknown) =>
  error instanceof AppError && error.row.status === status;

for (const dialect of dialects) {
  test(`metadata and allowlist are kept with their project, and each change is one event (${dialect})`, async () => {
    await using world = await open(dialect);
    const { db } = world;
    const ask: typeof world.ask = (...of) => world.ask(...of);
    const body = {
      project_name: 'a',
      metadata: { severity: 'low' },
      cve_allowlist: { items: [{ cve_id: 'CVE-1' }] },
    };
    await ask('createProject', 'alice', { body });
    await ask('createProject', 'alice', { body: { project_name: 'b', metadata: { auto_scan: 'false' } } });
    const listed = (await ask('listProjects', 'alice')).body as Record<string, unknown>[];
    assert.deepEqual(
      listed.map(({ name, metadata }) => [name, metadata]),
      [
        ['a', { public: 'false', severity: 'low' }],
        ['b', { public: 'false', auto_scan: 'false' }],
        ['library', { public: 'true' }],
      ],
    );
    const change = { metadata: { severity: 'high' }, cve_allowlist: { items: [], expires_at: 9 } };
    for (let times = 0; times < 2; times += 1)
      await ask('updateProject', 'alice', { parameters: at('a'), body: change });
    await ask('deleteProjectMetadata', 'alice', { parameters: at('a', { meta_name: 'severity' }) });
    await ask('deleteProjectMetadata', 'alice', { parameters: at('a', { meta_name: 'severity' }) });
    const one = (await ask('getProject', 'alice', { parameters: at('a') })).body as Record<string, unknown>;
    assert.deepEqual(one['metadata'], { public: 'false' });
    const { items, expires_at: end } = one['cve_allowlist'] as Record<string, unknown>;
    assert.deepEqual([items, end], [[], 9]);
    const events = db.reader.builder.selectFrom('event').select('data').where('type', '=', 'project.updated');
    assert.deepEqual(
      (await events.orderBy('id').execute()).map(({ data }) => JSON.parse(data) as unknown),
      [
        {
          severityBefore: 'low',
          severity: 'high',
          cveAllowlistBefore: 'CVE-1',
          cveAllowlist: '',
          cveAllowlistExpiresAtBefore: null,
          cveAllowlistExpiresAt: 9000,
        },
        { severityBefore: 'high', severity: null },
      ],
    );
  });

  test(`of two who add the same key one is told of the conflict (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.ask('createProject', 'alice', { body: { project_name: 'a' } });
    const add = (severity: string) =>
      world.ask('addProjectMetadatas', 'alice', { parameters: at('a'), body: { severity } });
    const done = await Promise.allSettled([add('low'), add('high'), add('none')]);
    assert.equal(done.filter(({ status }) => status === 'fulfilled').length, 1);
    await assert.rejects(add('low'), fails(409));
  });

  test(`search, summary and what can be deleted are read from what there is (${dialect})`, async () => {
    await using world = await open(dialect);
    const { db } = world;
    const ask: typeof world.ask = (...of) => world.ask(...of);
    await ask('createProject', 'alice', { body: { project_name: 'closed' } });
    const { id } = await db.reader.builder
      .selectFrom('live_project')
      .select('id')
      .where('name', '=', 'closed')
      .executeTakeFirstOrThrow();
    await db.transaction((tx) => plantRepository(tx, { projectId: id, name: 'closed/app', artifact: true }));
    const search = async (who: string) =>
      ((await ask('search', who, { parameters: { q: 'LOSED' } })).body as { repository: object[] })
        .repository;
    assert.equal((await search('alice')).length, 1);
    assert.deepEqual(await search('bob'), []);
    const { body } = await ask('getProjectSummary', 'alice', { parameters: at('closed') });
    assert.deepEqual(body, {
      repo_count: 1,
      project_admin_count: 1,
      quota: { hard: { storage: -1 }, used: { storage: 0 } },
    });
    const deletable = await ask('getProjectDeletable', 'alice', { parameters: at('closed') });
    assert.ok(!('deletable' in (deletable.body as object)));
  });

  test(`only administrators make projects where nobody else may, with the limit of new projects (${dialect})`, async () => {
    await using world = await open(dialect);
    const { settings } = world;
    const ask: typeof world.ask = (...of) => world.ask(...of);
    const actor = { principal: 'user:1', address: '', client: '', requestId: '' };
    await settings.change({ project_creation_restriction: 'adminonly', storage_per_project: 77 }, actor);
    await assert.rejects(ask('createProject', 'alice', { body: { project_name: '-' } }), fails(403));
    await ask('createProject', 'admin', { body: { project_name: 'a' } });
    await ask('createProject', 'admin', { body: { project_name: 'b', storage_limit: 5 } });
    const hard = async (name: string) =>
      (
        (await ask('getProjectSummary', 'admin', { parameters: at(name) })).body as {
          quota: { hard: object };
        }
      ).quota.hard;
    assert.deepEqual([await hard('a'), await hard('b')], [{ storage: 77 }, { storage: 5 }]);
  });
}
