import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import { parseReference, requireTag } from '../../lib/oci/tag.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { checkUsage } from '../repositories/check-usage.ts';
import { findVisibleRepositoryId } from '../repositories/repository-reads.ts';
import { pageOfHidden } from '../repositories/repository-writes.ts';
import { recountUsage } from '../repositories/usage-writes.ts';
import { createImmutableRule } from '../tags/update-immutable-rule.ts';
import { stopsBeforeCommit } from '../testing/stops-before-commit.ts';
import {
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  testActor,
  type World,
} from '../testing/world.ts';
import { createRepositoryDrain } from './create-repository-drain.ts';
import { deleteRepository } from './delete-repository.ts';
import { createTag } from './tagging/create-tag.ts';

const where = { projectId, repositoryName, actor: testActor };
const moreThanAPage = 120;

const everywhere = { kind: 'doublestar', decoration: 'repoMatches', pattern: '**', extras: '' };
const rule = {
  projectId,
  projectName: 'library',
  actor: testActor,
  acceptSameDigest: undefined,
  rule: {
    priority: 0,
    params: {},
    tags: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v7', extras: '' }],
    repositories: [everywhere],
  },
};
const isImmutable = (error: unknown): boolean => error instanceof AppError && error.code === 'TAG_IMMUTABLE';

async function fill(world: World, count: number): Promise<void> {
  const bytes = Buffer.from('config');
  const config = { digest: await pushBlob(world.deps, bytes), size: bytes.length };
  for (let number = 0; number < count; number += 1)
    await putManifest(
      world.deps,
      `v${number}`,
      imageManifest([config], { annotations: { number: `${number}` } }),
    );
}

/** Calls `before` with the number of each transaction, from 1. */
function counted(real: Database, before: (number: number) => Promise<void>): Database {
  let number = 0;
  return {
    dialect: real.dialect,
    reader: real.reader,
    now: () => real.now(),
    transaction: async (body, options) => {
      number += 1;
      await before(number);
      return real.transaction(body, options);
    },
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
}

/** A deletion that ends behind the first page of artifacts. */
async function cutOff({ db }: World): Promise<void> {
  const ends = counted(db, (number) =>
    number === 3 ? Promise.reject(new AppError('DATABASE_UNAVAILABLE')) : Promise.resolve(),
  );
  await assert.rejects(deleteRepository({ db: ends }, where));
}

const drain = (db: Database): Promise<void> =>
  createRepositoryDrain({ db }).run(new AbortController().signal);

async function countOf({ db }: World, table: 'live_artifact' | 'live_tag' | 'live_repository') {
  const row = await db.reader.builder
    .selectFrom(table)
    .select((of) => of.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

async function usedBytes({ db }: World): Promise<number> {
  const row = await db.reader.builder
    .selectFrom('project_usage')
    .select('used_bytes')
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow();
  return row.used_bytes;
}

for (const dialect of dialects) {
  test(`a rule that is made while a repository is being emptied stops nothing half-way (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world, moreThanAPage);
    const db = counted(world.db, async (number) => {
      if (number === 3) await createImmutableRule({ db: world.db }, rule);
    });
    await deleteRepository({ db }, where);
    assert.equal(await countOf(world, 'live_artifact'), 0);
    assert.equal(await countOf(world, 'live_repository'), 0);
    assert.equal(await usedBytes(world), 0);
  });

  test(`a tag that must stay keeps a whole repository, however much is in it (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world, moreThanAPage);
    await createImmutableRule({ db: world.db }, rule);
    await assert.rejects(deleteRepository({ db: world.db }, where), isImmutable);
    assert.equal(await countOf(world, 'live_artifact'), moreThanAPage);
    assert.equal(await countOf(world, 'live_tag'), moreThanAPage);
  });

  test(`a rule that is made behind the question keeps the repository (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world, 8);
    const repositories = [{ ...everywhere, pattern: 'elsewhere' }];
    await createImmutableRule({ db: world.db }, { ...rule, rule: { ...rule.rule, repositories } });
    const db = counted(world.db, async (number) => {
      if (number === 1) await createImmutableRule({ db: world.db }, rule);
    });
    await assert.rejects(deleteRepository({ db }, where), isImmutable);
    assert.equal(await countOf(world, 'live_artifact'), 8);
  });

  test(`a tag that a rule keeps and that is pushed behind the question keeps the repository (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world, 3);
    await createImmutableRule({ db: world.db }, rule);
    const db = counted(world.db, async (number) => {
      if (number === 1) await fill(world, 8);
    });
    await assert.rejects(deleteRepository({ db }, where), isImmutable);
    assert.equal(await countOf(world, 'live_artifact'), 8);
  });

  test(`a deletion that is cut off has hidden all of it, and is brought to its end (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    await fill(world, moreThanAPage);
    await pushBlob(world.deps, Buffer.from('never used'));
    await cutOff(world);
    assert.ok((await countOf(world, 'live_artifact')) > 0, 'cut off in the middle');
    assert.equal(await findVisibleRepositoryId(db.reader, repositoryName), undefined);
    assert.deepEqual(await checkUsage({ db }, { repair: false }), [], 'what is still held is still charged');
    await drain(db);
    assert.equal(await countOf(world, 'live_artifact'), 0);
    assert.equal(await usedBytes(world), 0);
    const left = await db.transaction((tx) => pageOfHidden(tx, { after: 0, count: 10 }));
    assert.deepEqual(left, []);
  });

  test(`what is pushed under the name of a repository that is being emptied stays (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    await fill(world, moreThanAPage);
    await cutOff(world);
    await fill(world, 2);
    await db.transaction((tx) => recountUsage(tx, projectId));
    await drain(db);
    assert.equal(await countOf(world, 'live_artifact'), 2);
    assert.equal(await countOf(world, 'live_tag'), 2);
    assert.deepEqual(await checkUsage({ db }, { repair: false }), []);
    assert.ok((await usedBytes(world)) > 0);
  });

  test(`two that empty a repository at once share the work (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    await fill(world, moreThanAPage);
    await cutOff(world);
    await Promise.all([drain(db), drain(db)]);
    assert.equal(await countOf(world, 'live_artifact'), 0);
    assert.equal(await usedBytes(world), 0);
    const deleted = await db.reader.builder
      .selectFrom('event')
      .select('id')
      .where('type', '=', 'artifact.deleted')
      .execute();
    assert.equal(deleted.length, moreThanAPage);
  });
}

// SQLite has one writer, which no transaction may keep waiting.
for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test(`a deletion that meets a rule about to commit is refused by it (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world, 10);
    const held = stopsBeforeCommit(world.db);
    const created = createImmutableRule({ db: held.db }, rule);
    await held.open;
    const refused = assert.rejects(deleteRepository({ db: world.db }, where), isImmutable);
    await delay(200);
    held.commit();
    await created;
    await refused;
    assert.equal(await countOf(world, 'live_artifact'), 10);
  });

  test(`a tag that is created while its repository goes is not there (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world, 2);
    const held = stopsBeforeCommit(world.db);
    const deleted = deleteRepository({ db: held.db }, where);
    await held.open;
    const refused = assert.rejects(
      createTag({ db: world.db }, { ...where, reference: parseReference('v1'), tag: requireTag('late') }),
      (error: unknown) => error instanceof AppError && error.code === 'NOT_FOUND',
    );
    await delay(200);
    held.commit();
    await deleted;
    await refused;
  });
}
