import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { plantRepository } from '../../access/testing/plant-repository.ts';
import { openRestWorld, type RestWorld } from '../../access/testing/rest-world.ts';
import { plansOf } from '../../platform/db/testing/plans.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { findKind, kinds } from './find-kind.ts';
import { readWords } from './read-words.ts';
import { createSearch } from './search.ts';

const hex = '9f2c41ab'.repeat(8);

interface Found {
  readonly totals: Readonly<Record<string, number>>;
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

/** `open` is public, `pay` is Alice's; each has a repository `api` with a tag, `pay` a label, too. */
async function openFilled(dialect: (typeof dialects)[number]): Promise<RestWorld> {
  const world = await openRestWorld(dialect, (deps) => createSearch(deps).routes);
  await world.db.transaction(async (tx) => {
    for (const [id, name, open] of [
      [11, 'open', 1],
      [12, 'pay', 0],
    ] as const) {
      await sql`insert into project (id, name, owner_id, public, created_at, updated_at)
        values (${id}, ${name}, 1, ${open}, 0, 0)`.execute(tx.builder);
      await plantRepository(tx, { projectId: id, name: `${name}/api`, artifact: true });
    }
    await sql`update blob set digest = ${`sha256:${hex}`} where digest = 'sha256:pay/api'`.execute(
      tx.builder,
    );
    await sql`update artifact set digest = ${`sha256:${hex}`} where digest = 'sha256:pay/api'`.execute(
      tx.builder,
    );
    await sql`insert into tag (repository_id, name, artifact_id, digest, pushed_at)
      select repository_id, 'V1.2', id, digest, 7 from artifact`.execute(tx.builder);
    await sql`insert into tag (repository_id, name, artifact_id, digest, pushed_at)
      select repository_id, '0-V1.2', id, digest, 1 from artifact where digest = ${`sha256:${hex}`}`.execute(
      tx.builder,
    );
    await sql`insert into label (name, description, color, project_id, created_at, updated_at)
      values ('api-team', '', '#f00', 12, 0, 0), ('api-all', '', '#0f0', null, 0, 0)`.execute(tx.builder);
    await sql`insert into "grant" (principal_kind, principal_id, role, scope, project_id, created_at)
      values ('user', 3, 'guest', 'project', 12, 0)`.execute(tx.builder);
  });
  return world;
}

async function ask(world: RestWorld, who: string, parameters: object): Promise<Found> {
  const { body } = await world.ask('searchEverything', who, { parameters });
  return body as Found;
}

function named(found: Found): string[] {
  return found.items.map(({ kind, project, repository, tag, username, label }) =>
    [kind, project, repository, tag, username, label].filter((each) => typeof each === 'string').join(' '),
  );
}

for (const dialect of dialects) {
  test(`each kind is searched as far as the asker may see it (${dialect})`, async () => {
    await using world = await openFilled(dialect);
    const mine = await ask(world, 'alice', { q: 'api' });
    assert.deepEqual(named(mine), [
      'repository open api',
      'repository pay api',
      'label api-all',
      'label pay api-team',
    ]);
    assert.deepEqual(mine.totals, { project: 0, repository: 2, tag: 0, artifact: 0, user: 0, label: 2 });
    for (const who of ['bob', ''])
      assert.deepEqual(named(await ask(world, who, { q: 'api' })), ['repository open api', 'label api-all']);
    assert.deepEqual(named(await ask(world, 'bob', { q: 'pay' })), []);
    assert.deepEqual(named(await ask(world, 'alice', { q: 'pay' })), ['project pay', 'repository pay api']);
  });

  test(`tags by a part in any case, and within a repository (${dialect})`, async () => {
    await using world = await openFilled(dialect);
    assert.deepEqual(named(await ask(world, 'alice', { q: 'v1', kind: 'tag' })), [
      'tag open api V1.2',
      'tag pay api 0-V1.2',
      'tag pay api V1.2',
    ]);
    assert.deepEqual(named(await ask(world, 'alice', { q: 'pay/api:V1.2' })), [
      'repository pay api',
      'tag pay api V1.2',
      'tag pay api 0-V1.2',
    ]);
    assert.deepEqual((await ask(world, 'bob', { q: 'v1' })).totals['tag'], 1);
    const second = await ask(world, 'alice', { q: 'v1', kind: 'tag', page: 2, page_size: 1 });
    assert.deepEqual([named(second), second.totals['tag']], [['tag pay api 0-V1.2'], 3]);
  });

  test(`artifacts by the first digits of their digest (${dialect})`, async () => {
    await using world = await openFilled(dialect);
    for (const q of [hex.slice(0, 7), `sha256:${hex}`, `pay/api@sha256:${hex.slice(0, 9)}`]) {
      assert.deepEqual(
        named(await ask(world, 'alice', { q, kind: 'artifact' })),
        ['artifact pay api V1.2'],
        q,
      );
      assert.deepEqual(named(await ask(world, 'bob', { q, kind: 'artifact' })), [], q);
    }
    for (const q of [hex.slice(0, 6), `sha512:${hex}`, `open/api@sha256:${hex}`, '9f2c41b'])
      assert.deepEqual(named(await ask(world, 'alice', { q, kind: 'artifact' })), [], q);
  });

  test(`accounts are for who may list them (${dialect})`, async () => {
    await using world = await openFilled(dialect);
    assert.deepEqual(named(await ask(world, 'admin', { q: '@ali' })), ['user alice']);
    for (const who of ['alice', ''])
      assert.deepEqual((await ask(world, who, { q: 'alice' })).totals['user'], 0);
  });

  test(`a digest is found by an index, and tags are gone through once (${dialect})`, async () => {
    await using world = await openFilled(dialect);
    const principal = { kind: 'user', id: 3, username: 'alice' } as const;
    const asker = { principal, grants: [], now: 0, actor: {} as never, rightsNow: () => assert.fail() };
    const plans = await plansOf(world.db, async (reader) => {
      for (const kind of kinds)
        await findKind(reader, asker, {
          kind,
          wanted: readWords('pay/api@sha256:9f2c41a'),
          offset: 0,
          limit: 5,
        });
    });
    const ofDigest = plans.find((plan) => plan.includes('blob'));
    assert.ok(ofDigest !== undefined);
    assert.doesNotMatch(
      ofDigest,
      /SCAN (?:live_)?(?:blob|artifact|tag)\b|Seq Scan on "?(?:blob|artifact|tag)\b/,
    );
  });
}
