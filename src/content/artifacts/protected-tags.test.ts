import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { insertUser } from '../../access/users/user-writes.ts';
import { AppError } from '../../lib/errors.ts';
import { parseReference, type Tag } from '../../lib/oci/tag.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { type Actor, systemActor } from '../../platform/events/append.ts';
import { deleteTag } from '../tags/delete-tag.ts';
import { protectionsOf } from '../tags/protection-reads.ts';
import { createProtection, deleteProtection, updateProtection } from '../tags/update-protection.ts';
import { stopsBeforeCommit } from '../testing/stops-before-commit.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  repositoryName,
  testActor,
  type World,
} from '../testing/world.ts';
import { copyArtifact } from './copying/copy-artifact.ts';
import { deleteArtifact } from './delete-artifact.ts';
import { deleteRepository } from './delete-repository.ts';
import { deleteWithDependents } from './delete-with-dependents.ts';
import { pushManifest } from './push-manifest.ts';
import { createTag } from './tagging/create-tag.ts';
import { restoreTag } from './tagging/restore-tag.ts';

const releaser: Actor = { ...testActor, principal: 'user:7' };
const rule = {
  projectId,
  projectName: 'library',
  actor: testActor,
  repositories: '**',
  tags: 'v*',
  allowed: ['releaser'],
};
const isProtected = (error: unknown): boolean =>
  error instanceof AppError &&
  error.code === 'DENIED' &&
  /is protected: only releaser may create, move or delete tags v\* in library\/\*\* \(rule \d+\)$/.test(
    error.message,
  );

interface Made {
  readonly first: Buffer;
  readonly second: Buffer;
}

/** `v1` stands for the first, `other` for the second; user 7 is `releaser`. */
async function withTags(world: World): Promise<Made> {
  await world.db.transaction((tx) =>
    insertUser(tx, { id: 7, username: 'releaser', passwordHash: null, now: 0, deletedAt: null }),
  );
  const config = Buffer.from('{}');
  const layers = [{ digest: await pushBlob(world.deps, config), size: config.length }];
  const first = imageManifest(layers);
  const second = imageManifest(layers, { annotations: { other: 'yes' } });
  await push(world, 'v1', first);
  await push(world, 'other', second);
  return { first, second };
}

async function push(
  { deps }: Pick<World, 'deps'>,
  reference: string,
  bytes: Buffer,
  { actor = testActor, tags = [] }: { readonly actor?: Actor; readonly tags?: readonly string[] } = {},
): Promise<void> {
  await pushManifest(deps, {
    projectId,
    repositoryName,
    reference: parseReference(reference),
    tags: tags as readonly Tag[],
    condition: undefined,
    bytes,
    contentType: undefined,
    sparse: false,
    actor,
  });
}

/** Every way in which somebody makes, moves or deletes `v…`. */
function waysIn(world: World, { first, second }: Made, actor: Actor): Record<string, () => Promise<unknown>> {
  const { db } = world;
  const of = { projectId, repositoryName, actor };
  const digest = digestOf(first);
  return {
    'a push makes it': () => push(world, 'v2', second, { actor }),
    'a push moves it': () => push(world, 'v1', second, { actor }),
    'a push with several tags': () => push(world, digestOf(second), second, { actor, tags: ['v1', 'x'] }),
    'a tag is given to an artifact': () =>
      createTag({ db }, { ...of, reference: parseReference('other'), tag: 'v3' as Tag }),
    'a tag is deleted': () => deleteTag({ db }, { ...of, tag: 'v1' as Tag }),
    'a tag is restored': () => restoreTag({ db }, { ...of, tag: 'v1' as Tag, digest: undefined }),
    'a copy makes it': () =>
      copyArtifact(
        { db },
        {
          projectId,
          source: { repositoryName, reference: parseReference(digest) },
          repositoryName: 'library/copy',
          sparse: false,
          allowsTag: () => true,
          actor,
        },
      ),
    'a manifest is deleted by its digest': () => deleteArtifact({ db }, { ...of, digest }),
    'an artifact is deleted': () =>
      deleteWithDependents({ db }, { ...of, reference: parseReference(digest) }),
    'a repository is deleted': () => deleteRepository({ db }, of),
  };
}

const names = [
  'a push makes it',
  'a push moves it',
  'a push with several tags',
  'a tag is given to an artifact',
  'a tag is deleted',
  'a tag is restored',
  'a copy makes it',
  'a manifest is deleted by its digest',
  'an artifact is deleted',
  'a repository is deleted',
];

for (const dialect of dialects) {
  for (const name of names) {
    test(`${dialect}: ${name}: refused to an administrator whom the rule does not name, not to whom it names`, async () => {
      await using world = await openWorld({ dialect });
      const made = await withTags(world);
      // What it stood for before, so that there is something to restore.
      await push(world, 'v1', made.second);
      await push(world, 'v1', made.first);
      await createProtection({ db: world.db }, rule);
      const events = async (): Promise<number> =>
        (await world.db.reader.builder.selectFrom('event').select('id').execute()).length;
      const before = await events();
      await assert.rejects(waysIn(world, made, testActor)[name] ?? assert.fail, isProtected);
      assert.equal(await events(), before);
      await waysIn(world, made, releaser)[name]?.();
      assert.ok((await events()) > before);
    });
  }

  test(`${dialect}: other tags, other repositories and a push of what the tag has are free`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { first, second } = await withTags(world);
    await createProtection({ db }, rule);
    await push(world, 'v1', first);
    await push(world, 'other', first);
    const [{ id } = { id: 0 }] = await protectionsOf(db.reader, projectId);
    await updateProtection({ db }, { ...rule, id, repositories: 'team/**' });
    await push(world, 'v1', second);
    await updateProtection({ db }, { ...rule, id });
    await assert.rejects(push(world, 'v1', first), isProtected);
    await push(world, 'v1', first, { actor: systemActor });
    await deleteProtection({ db }, { ...rule, id });
    await push(world, 'v1', second);
  });

  test(`${dialect}: every rule that covers a tag has to name whoever moves it; groups are named, too`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { second } = await withTags(world);
    await db.transaction(async (tx) => {
      await tx.builder
        .insertInto('user_group')
        .values({ id: 5, name: 'releasers', type: 0, created_at: 0, updated_at: 0 })
        .execute();
      await tx.builder
        .insertInto('user_group_member')
        .values({ group_id: 5, user_id: 7, source: 'local', created_at: 0 })
        .execute();
    });
    await createProtection({ db }, { ...rule, tags: '*', allowed: ['group:releasers', 'admin'] });
    await createProtection({ db }, { ...rule, allowed: ['admin'] });
    await assert.rejects(push(world, 'v1', second, { actor: releaser }), /only admin may/);
    await push(world, `sha256-${'0'.repeat(64)}.sig`, second, { actor: releaser });
    await push(world, 'w1', second, { actor: releaser });
    await push(world, 'v1', second);
    const robot = { ...testActor, principal: 'robot:7' };
    await assert.rejects(
      push(world, `sha256-${'1'.repeat(64)}.sig`, second, { actor: robot }),
      /only group:releasers, admin may/,
    );
    await assert.rejects(push(world, 'w2', second, { actor: robot }), /only group:releasers, admin may/);
    await db.transaction(async (tx) => {
      await tx.builder.deleteFrom('user_group_member').execute();
      await tx.builder.deleteFrom('user_group').execute();
    });
    await assert.rejects(push(world, 'w2', second, { actor: robot }), /only admin may/);
  });

  test(`${dialect}: a rule that cannot be is refused, and nothing is changed`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    await withTags(world);
    await createProtection({ db }, rule);
    const refused = async (more: object, code: string): Promise<void> =>
      assert.rejects(
        createProtection({ db }, { ...rule, tags: 'w*', ...more }),
        (error) => error instanceof AppError && error.code === code,
      );
    await refused({ tags: 'v*' }, 'CONFLICT');
    for (const tags of ['', '*v', 'v**', '[v', `${'v'.repeat(129)}`, 'v\0', '\ud800'])
      await refused({ tags }, 'BAD_REQUEST');
    for (const repositories of ['', '*', 'Team', 'team/*', '**/app', 'a\0'])
      await refused({ repositories }, 'BAD_REQUEST');
    await refused({ allowed: [] }, 'BAD_REQUEST');
    await refused({ allowed: Array.from({ length: 101 }, (_, index) => `u${index}`) }, 'BAD_REQUEST');
    for (const who of ['nobody', 'group:none', 'robot:none', 'robot:\0', 'user\0', 'group:\ud800'])
      await refused({ allowed: [who] }, 'NOT_FOUND');
    assert.equal((await protectionsOf(db.reader, projectId)).length, 1);
  });
}

// SQLite has one writer, which no transaction may keep waiting.
for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test(`${dialect}: a push that meets a protection about to commit is refused by it`, async () => {
    await using world = await openWorld({ dialect });
    const { second } = await withTags(world);
    const held = stopsBeforeCommit(world.db);
    const created = createProtection({ db: held.db }, rule);
    await held.open;
    const refused = Promise.all([
      assert.rejects(push(world, 'v1', second), isProtected),
      assert.rejects(push(world, 'v9', second), isProtected),
    ]);
    await delay(200);
    held.commit();
    await created;
    await refused;
  });

  test(`${dialect}: a protection is there only when the first push of a tag that did not see it is done`, async () => {
    await using world = await openWorld({ dialect });
    const { second } = await withTags(world);
    const held = stopsBeforeCommit(world.db);
    const order: string[] = [];
    const pushed = push({ deps: { ...world.deps, db: held.db } }, 'v9', second).then(() =>
      order.push('push'),
    );
    await held.open;
    const created = createProtection({ db: world.db }, rule).then(() => order.push('rule'));
    await delay(200);
    assert.deepEqual(order, []);
    held.commit();
    await Promise.all([pushed, created]);
    await assert.rejects(push(world, 'v8', second), isProtected);
  });

  test(`${dialect}: of two first pushes of a tag at once the later one meets the rule all the same`, async () => {
    await using world = await openWorld({ dialect });
    const { first, second } = await withTags(world);
    await createProtection({ db: world.db }, rule);
    const held = stopsBeforeCommit(world.db);
    const deps = { ...world.deps, db: held.db };
    const made = push({ deps }, 'v9', second, { actor: releaser });
    await held.open;
    const refused = assert.rejects(push(world, 'v9', first), isProtected);
    await delay(200);
    held.commit();
    await Promise.all([made, refused]);
  });
}
