import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type SqlBool, sql } from 'kysely';
import { AppError } from '../../lib/errors.ts';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { deleteArtifact } from '../artifacts/delete-artifact.ts';
import type { RepositoryFilter } from '../repositories/repository-reads.ts';
import { stopsBeforeCommit } from '../testing/stops-before-commit.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  testActor,
  type World,
} from '../testing/world.ts';
import { findLinkedBlob, findMountCandidates } from './blob-reads.ts';
import { deleteBlob } from './delete-blob.ts';
import { mountBlob } from './mount-blob.ts';
import { sweepSteps } from './testing/sweep.ts';

const content = pattern(2000);
const digest = digestOf(content);
const source = 'library/source';

const mount = (db: Database, sourceName = source) =>
  mountBlob({ db }, { projectId, repositoryName, digest, sourceName, actor: testActor });

const remove = (db: Database, name: string) =>
  deleteBlob({ db }, { projectId, repositoryName: name, digest, actor: testActor });

const served = async (world: World, name: string) =>
  (await findLinkedBlob(world.db.reader, name, digest)) !== undefined;

async function numberOf(world: World, query: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select ${sql.raw(query)} as n`.execute(world.db.reader.builder);
  return Number(rows[0]?.n);
}

const usage = (world: World) => numberOf(world, '(select used_bytes from project_usage)');
const events = (world: World, type: string) =>
  numberOf(world, `(select count(*) from event where type = '${type}')`);

const fails = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;

const every: RepositoryFilter = () => sql<SqlBool>`1 = 1`;

for (const dialect of dialects) {
  test(`${dialect}: a mount serves the blob, is charged once and leaves an event`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content, source);
    for (let round = 0; round < 2; round++) assert.equal(await mount(world.db), true);
    assert.ok(await served(world, repositoryName));
    assert.equal(await usage(world), content.length);
    assert.equal(await events(world, 'blob.mounted'), 2);
    await remove(world.db, source);
    assert.equal(await usage(world), content.length);
    assert.ok(!(await served(world, source)) && (await served(world, repositoryName)));
    await remove(world.db, repositoryName);
    assert.equal(await usage(world), 0);
    assert.equal(await events(world, 'blob.deleted'), 2);
    await assert.rejects(remove(world.db, repositoryName), fails('BLOB_UNKNOWN'));
    assert.equal(await mount(world.db), false);
    assert.equal(await mount(world.db, 'library/none'), false);
    assert.deepEqual(
      await findMountCandidates(world.db.reader, { digest, projectId, count: 20, where: every }),
      [],
    );
  });

  test(`${dialect}: a mount renews the link that the clean-up of unused ones goes by`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content, source);
    await mount(world.db);
    await world.db.transaction((tx) => sql`update blob_link set touched_at = 1`.execute(tx.builder));
    await mount(world.db);
    assert.equal(await numberOf(world, '(select count(*) from blob_link where touched_at > 1)'), 1);
  });

  test(`${dialect}: candidates to mount from are bounded, those of the project first`, async () => {
    await using world = await openWorld({ dialect });
    await world.db.transaction(async (tx) => {
      await sql`insert into project values (7, 'other', 1, 0, 0, 0, null, null, 0)`.execute(tx.builder);
      await sql`insert into project_usage values (7, 0, -1)`.execute(tx.builder);
    });
    for (const name of ['a', 'b', 'c']) {
      const input = { repositoryName: `other/${name}`, digest, sourceName: source, actor: testActor };
      await pushBlob(world.deps, content, source);
      await mountBlob(world, { ...input, projectId: 7 });
    }
    const all = await findMountCandidates(world.db.reader, { digest, projectId, count: 20, where: every });
    assert.equal(all[0]?.fullName, source);
    assert.deepEqual(
      all.map((each) => each.projectId),
      [1, 7, 7, 7],
    );
    const own = await findMountCandidates(world.db.reader, { digest, projectId: 7, count: 2, where: every });
    assert.deepEqual(
      own.map((each) => each.projectId),
      [7, 7],
    );
  });

  test(`${dialect}: a mount beside a sweep at every step serves content that is there, or nothing`, async () => {
    const steps = ['condemn', 'begin', 'unlink', 'forget'] as const;
    for (let at = 0; at <= steps.length; at++) {
      await using world = await openWorld({ dialect });
      await pushBlob(world.deps, content, source);
      const sweep = sweepSteps(world, digest);
      // The link goes as the clean-up of unused ones takes it: with the blob's row locked.
      await world.db.transaction(async (tx) => {
        await sql`delete from blob_link`.execute(tx.builder);
        await sql`delete from project_blob`.execute(tx.builder);
      });
      for (const step of steps.slice(0, at)) await sweep[step]();
      const outcome = await mount(world.db);
      for (const step of steps.slice(at)) await sweep[step]();
      assert.equal(outcome, false);
      assert.equal(await served(world, repositoryName), false);
    }
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content, source);
    await mount(world.db);
    await remove(world.db, source);
    assert.equal(await sweepSteps(world, digest).condemn(), false);
    assert.ok((await world.store.stat(canonicalKey(digest))) !== undefined);
  });
}

for (const dialect of dialects.filter((each) => each === 'postgres')) {
  const manifest = imageManifest([{ digest, size: content.length }]);

  test(`${dialect}: a blob that is being deleted on another connection becomes no part of a manifest`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content);
    const gate = stopsBeforeCommit(world.db);
    const deleting = remove(gate.db, repositoryName);
    await gate.open;
    const second = await world.second();
    const pushing = putManifest({ ...world.deps, db: second }, 'v1', manifest).catch(
      (error: unknown) => error,
    );
    await delay(200);
    gate.commit();
    await deleting;
    assert.ok(fails('MANIFEST_BLOB_UNKNOWN')(await pushing));
  });

  test(`${dialect}: a blob that a manifest of another connection is getting is not deleted`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content);
    const gate = stopsBeforeCommit(world.db);
    const pushing = putManifest({ ...world.deps, db: gate.db }, 'v1', manifest);
    await gate.open;
    const deleting = remove(await world.second(), repositoryName).catch((error: unknown) => error);
    await delay(200);
    gate.commit();
    await pushing;
    assert.ok(fails('UNSUPPORTED')(await deleting));
    assert.ok(await served(world, repositoryName));
  });

  test(`${dialect}: the layer of a deleted image stays for one that is being pushed on another connection`, async () => {
    await using world = await openWorld({ dialect });
    await pushBlob(world.deps, content);
    const old = await putManifest(world.deps, 'old', manifest);
    const next = imageManifest([{ digest, size: content.length }], { annotations: { a: 'b' } });
    const gate = stopsBeforeCommit(world.db);
    const pushing = putManifest({ ...world.deps, db: gate.db }, 'new', next);
    await gate.open;
    const second = await world.second();
    const input = { projectId, repositoryName, digest: old, actor: testActor };
    const deleting = deleteArtifact({ db: second }, input);
    await delay(200);
    gate.commit();
    await Promise.all([pushing, deleting]);
    assert.ok(await served(world, repositoryName));
  });
}
