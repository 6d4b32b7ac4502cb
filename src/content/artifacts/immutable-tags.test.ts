import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { createImmutableRule } from '../tags/update-immutable-rule.ts';
import { stopsBeforeCommit } from '../testing/stops-before-commit.ts';
import {
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  testActor,
  type World,
} from '../testing/world.ts';

const rule = {
  projectId,
  projectName: 'library',
  actor: testActor,
  acceptSameDigest: undefined,
  rule: {
    priority: 0,
    params: {},
    tags: [{ kind: 'regex', decoration: 'matches', pattern: 'v[0-9]+', extras: '' }],
    repositories: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**', extras: '' }],
  },
};
const isImmutable = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'TAG_IMMUTABLE' && error.message.includes("'app:v1'");

/** `v1` is there; returns what would move it. */
async function withTag(world: World): Promise<Buffer> {
  const config = Buffer.from('{}');
  const layers = [{ digest: await pushBlob(world.deps, config), size: config.length }];
  await putManifest(world.deps, 'v1', imageManifest(layers));
  const other = imageManifest(layers, { annotations: { other: 'yes' } });
  await putManifest(world.deps, 'other', other);
  return other;
}

// SQLite has one writer, which no transaction may keep waiting.
for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test(`${dialect}: a push that meets a rule about to commit is refused by it`, async () => {
    await using world = await openWorld({ dialect });
    const other = await withTag(world);
    const held = stopsBeforeCommit(world.db);
    const created = createImmutableRule({ db: held.db }, rule);
    await held.open;
    const refused = assert.rejects(putManifest(world.deps, 'v1', other), isImmutable);
    await delay(200);
    held.commit();
    await created;
    await refused;
  });

  test(`${dialect}: a rule is there only when the pushes that did not see it are done`, async () => {
    await using world = await openWorld({ dialect });
    const other = await withTag(world);
    const held = stopsBeforeCommit(world.db);
    const order: string[] = [];
    const pushed = putManifest({ ...world.deps, db: held.db }, 'v1', other).then(() => order.push('push'));
    await held.open;
    const created = createImmutableRule({ db: world.db }, rule).then(() => order.push('rule'));
    await delay(200);
    assert.deepEqual(order, []);
    held.commit();
    await Promise.all([pushed, created]);
    await assert.rejects(putManifest(world.deps, 'v1', other), isImmutable);
  });

  test(`${dialect}: of two first pushes of a tag at once, the later one is refused by the rule`, async () => {
    await using world = await openWorld({ dialect });
    const other = await withTag(world);
    const third = Buffer.from(other.toString().replace('yes', 'no'));
    await createImmutableRule({ db: world.db }, rule);
    const held = stopsBeforeCommit(world.db);
    const first = putManifest({ ...world.deps, db: held.db }, 'v2', other);
    await held.open;
    const refused = assert.rejects(
      putManifest(world.deps, 'v2', third),
      (error) => error instanceof AppError && error.code === 'TAG_IMMUTABLE',
    );
    await delay(200);
    held.commit();
    await Promise.all([first, refused]);
  });
}
