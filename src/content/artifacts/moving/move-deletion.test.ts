// Who deletes or restores what somebody else moves to another project in the same moment.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { requireDigest } from '../../../lib/oci/digest.ts';
import { parseReference, requireTag } from '../../../lib/oci/tag.ts';
import type { Database } from '../../../platform/db/database.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import { deleteBlob } from '../../blobs/delete-blob.ts';
import { collect } from '../../garbage/testing/collect.ts';
import { checkUsage } from '../../repositories/check-usage.ts';
import { findRepositoryId } from '../../repositories/repository-reads.ts';
import { deleteTag } from '../../tags/delete-tag.ts';
import { openTwoProjects, otherProject } from '../../testing/open-two-projects.ts';
import { stopsBeforeCommit } from '../../testing/stops-before-commit.ts';
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
import { restoreTrash } from '../../trash/restore-trash.ts';
import { deleteArtifact } from '../delete-artifact.ts';
import { deleteRepository } from '../delete-repository.ts';
import { deleteWithDependents } from '../delete-with-dependents.ts';
import { moveRepository } from './move-repository.ts';

const where = { projectId, repositoryName, actor: testActor };
const layer = Buffer.from('a layer');
const loose = Buffer.from('no image has it');

/** The same image in two repositories of the project, and a blob that no image has. */
async function pushTwice({ deps }: World): Promise<string> {
  const image = imageManifest([{ digest: digestOf(layer), size: layer.length }]);
  for (const name of [repositoryName, 'library/stays']) {
    await pushBlob(deps, layer, name);
    await pushBlob(deps, loose, name);
    await putManifest(deps, 'v1', image, { name });
  }
  return digestOf(image);
}

const move = (db: Database) =>
  moveRepository(
    { db },
    {
      from: { projectId, path: 'app' },
      to: { projectId: otherProject, path: 'app' },
      keptMs: 0,
      actor: testActor,
    },
  );

/** Somebody waits for the rows of somebody else. */
async function isWaitedFor({ reader }: Database): Promise<boolean> {
  const { rows } = await sql`select 1 from pg_locks where not granted limit 1`.execute(reader.builder);
  return rows.length > 0;
}

/** Begins while the move is not committed yet: on PostgreSQL it has got to where it waits for it, or to its end. */
async function duringMove<T>(
  world: World,
  work: (db: Database) => Promise<T>,
): Promise<PromiseSettledResult<T> | undefined> {
  const gate = stopsBeforeCommit(world.db);
  const moved = move(gate.db);
  await gate.open;
  const onPostgres = world.db.dialect === 'postgres';
  const other = onPostgres ? await world.second() : world.db;
  let ended = false;
  const result = Promise.allSettled([work(other)]).finally(() => {
    ended = true;
  });
  while (onPostgres && !ended && !(await isWaitedFor(world.db))) await delay(10);
  gate.commit();
  await moved;
  return (await result)[0];
}

for (const dialect of dialects) {
  const deletions = {
    artifact: (db: Database, digest: string) =>
      deleteArtifact({ db }, { ...where, digest: requireDigest(digest) }),
    image: (db: Database) => deleteWithDependents({ db }, { ...where, reference: parseReference('v1') }),
    tag: (db: Database) => deleteTag({ db }, { ...where, tag: requireTag('v1') }),
    blob: (db: Database) => deleteBlob({ db }, { ...where, digest: digestOf(loose) }),
  };
  for (const [what, remove] of Object.entries(deletions))
    test(`the deletion of ${what} does not follow a repository into another project (${dialect})`, async () => {
      await using world = await openTwoProjects(dialect);
      const digest = await pushTwice(world);
      const result = await duringMove<unknown>(world, (db) => remove(db, digest));
      assert.ok(result?.status === 'rejected');
      assert.match(
        String((result.reason as { code?: string }).code),
        /^(?:MANIFEST|BLOB)_UNKNOWN$|^NOT_FOUND$/,
      );
      assert.deepEqual(await checkUsage(world, { repair: false }), []);
    });

  test(`the deletion of a repository does not follow it into another project (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    await pushTwice(world);
    let isMoved = false;
    const db: Database = {
      dialect: world.db.dialect,
      reader: world.db.reader,
      now: () => world.db.now(),
      transaction: async (...of) => {
        if (!isMoved) await move(world.db);
        isMoved = true;
        return world.db.transaction(...of);
      },
      [Symbol.asyncDispose]: () => world.db[Symbol.asyncDispose](),
    };
    await assert.rejects(deleteRepository({ db }, where), { code: 'NOT_FOUND' });
    assert.ok((await findRepositoryId(world.db.reader, 'other/app')) !== undefined);
    assert.deepEqual(await checkUsage(world, { repair: false }), []);
  });

  test(`a repository whose links a collection is about to end is moved behind that, and charged for no link that ended (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const { db } = world;
    await pushTwice(world);
    const gate = stopsBeforeCommit(dialect === 'postgres' ? await world.second() : db);
    const collecting = collect({ ...world, deps: { ...world.deps, db: gate.db } });
    await gate.open;
    if (dialect === 'sqlite') gate.commit();
    let ended = false;
    const moving = move(db).finally(() => {
      ended = true;
    });
    while (!ended && dialect === 'postgres' && !(await isWaitedFor(db))) await delay(10);
    gate.commit();
    await Promise.all([collecting, moving]);
    assert.deepEqual(await checkUsage(world, { repair: false }), []);
    await collect(world);
    assert.deepEqual(await checkUsage(world, { repair: false }), []);
    const charged = await db.reader.builder.selectFrom('project_blob').select('blob_id').execute();
    const unlinked = await sql`select 1 from project_blob where not exists
      (select 1 from blob_link where blob_link.blob_id = project_blob.blob_id)
      and not exists (select 1 from artifact where artifact.blob_id = project_blob.blob_id)`.execute(
      db.reader.builder,
    );
    assert.deepEqual([charged.length > 0, unlinked.rows.length], [true, 0]);
  });

  test(`what is restored while its repository is moved is counted where it goes (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const digest = await pushTwice(world);
    await putManifest(world.deps, 'kept', imageManifest([{ digest: digestOf(loose), size: loose.length }]));
    await deleteArtifact(world, { ...where, digest: requireDigest(digest) });
    const { id } = await world.db.reader.builder.selectFrom('trash').select('id').executeTakeFirstOrThrow();
    const result = await duringMove(world, (db) => restoreTrash({ db }, { id, actor: testActor }));
    assert.equal(result?.status, 'fulfilled', String((result as { reason?: unknown }).reason));
    assert.deepEqual(await checkUsage(world, { repair: false }), []);
  });
}
