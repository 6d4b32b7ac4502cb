// Who restores takes what it needs in the order in which purges and pushes take it: nobody waits in a circle.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import { requireDigest } from '../../lib/oci/digest.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { requireTag } from '../../lib/oci/tag.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { deleteArtifact } from '../artifacts/delete-artifact.ts';
import { deleteTag } from '../tags/delete-tag.ts';
import { digestOf, openWorld, putManifest, testActor, type World } from '../testing/world.ts';
import { purgeTrash } from './purge-trash.ts';
import { restoreTrash } from './restore-trash.ts';
import { actorIn, inTrash, places, pushTexts, requireConsistent } from './testing/trash-world.ts';

const [app] = places;

async function isWaitedFor({ reader }: Database): Promise<boolean> {
  const { rows } = await sql`select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' limit 1`.execute(reader.builder);
  return rows.length > 0;
}

/** Somebody holds one row; when the work waits for it, the other is still to be had at once. */
async function takesFirst(
  world: World,
  rows: { readonly held: RawBuilder<unknown>; readonly free: RawBuilder<unknown> },
  work: () => Promise<unknown>,
): Promise<void> {
  const other = await world.second();
  const isHeld = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const holding = other.transaction(async (tx) => {
    await sql`${rows.held} for update`.execute(tx.builder);
    isHeld.resolve();
    await goOn.promise;
    return (await sql`${rows.free} for update nowait`.execute(tx.builder)).rows.length;
  });
  await isHeld.promise;
  let ended = false;
  const working = work().finally(() => {
    ended = true;
  });
  while (!ended && !(await isWaitedFor(world.db))) await delay(10);
  const waits = !ended;
  goOn.resolve();
  const [found] = await Promise.all([holding, working]);
  assert.deepEqual({ waits, found }, { waits: true, found: 1 });
}

/** An image whose tag was deleted before it. */
async function tagAndArtifact(world: World): Promise<{ readonly tag: number; readonly artifact: number }> {
  const digest = await pushTexts(world.deps, 'v1', ['config', 'layer']);
  await deleteTag(world, { ...actorIn(app), tag: requireTag('v1') });
  await deleteArtifact(world, { ...actorIn(app), digest: requireDigest(digest) });
  const [tag, artifact] = await inTrash(world);
  return { tag: tag?.id ?? 0, artifact: artifact?.id ?? 0 };
}

const trashRow = (id: number) => sql`select id from trash where id = ${id}`;
const blobRow = (text: string) => sql`select id from blob where digest = ${digestOf(Buffer.from(text))}`;

for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test('who restores a tag with its artifact waits for a purge of that, and the purge not for it', async () => {
    await using world = await openWorld({ dialect });
    const { tag, artifact } = await tagAndArtifact(world);
    await takesFirst(world, { held: trashRow(artifact), free: trashRow(tag) }, () =>
      restoreTrash(world, { id: tag, needed: [artifact], actor: testActor }),
    );
    await requireConsistent(world);
  });

  test('a purge of an artifact waits for who restores or purges a tag of it, and that not for the purge', async () => {
    await using world = await openWorld({ dialect });
    const { tag, artifact } = await tagAndArtifact(world);
    const free = sql`select id from tag where trash_id = ${tag}`;
    await takesFirst(world, { held: trashRow(tag), free }, () =>
      purgeTrash(world.deps, { id: artifact, actor: testActor, why: 'asked' }),
    );
    assert.deepEqual(await inTrash(world), []);
    await requireConsistent(world);
  });

  test('the blobs of several deletions are taken in one order', async () => {
    await using world = await openWorld({ dialect });
    // So that their ids ascend.
    await pushTexts(world.deps, 'order', ['base', 'second', 'third']);
    const one = await pushTexts(world.deps, 'one', ['base', 'third']);
    const two = await pushTexts(world.deps, 'two', ['base', 'second']);
    const manifests = [one, two].map((digest) => ({ mediaType: mediaTypes.ociManifest, digest, size: 1 }));
    const index = await putManifest(
      world.deps,
      'all',
      Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests })),
      { name: app, type: mediaTypes.ociIndex },
    );
    for (const digest of [index, one, two])
      await deleteArtifact(world, { ...actorIn(app), digest: requireDigest(digest) });
    const [id = 0, ...needed] = (await inTrash(world)).map((item) => item.id);
    await takesFirst(world, { held: blobRow('second'), free: blobRow('third') }, () =>
      restoreTrash(world, { id, needed, actor: testActor }),
    );
    assert.deepEqual(await inTrash(world), []);
    await requireConsistent(world);
  });
}
