import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { findLinkedBlob } from '../blobs/blob-reads.ts';
import { mountBlob } from '../blobs/mount-blob.ts';
import {
  bodyOf,
  digestOf,
  openWorld,
  owner,
  projectId,
  repositoryName,
  testActor,
  type World,
} from '../testing/world.ts';
import { appendUpload } from './append-upload.ts';
import { finishUpload } from './finish-upload.ts';
import { startUpload } from './start-upload.ts';
import type { UploadDeps } from './upload-deps.ts';
import { findUpload } from './upload-reads.ts';

type How = 'stored, and the answer was lost' | 'not stored';

/**
 * The database goes away with one transaction, the first being 1, and is back when `back` is called. Behind it nothing is
 * answered, reads neither.
 */
function goesAway(
  db: Database,
  at: number,
  how: How,
): { db: Database; back: () => void; happened: () => boolean } {
  let count = 0;
  let away = false;
  const unavailable = (): AppError => new AppError('DATABASE_UNAVAILABLE', { logged: true });
  const answers = <T>(ask: () => Promise<T>): Promise<T> => (away ? Promise.reject(unavailable()) : ask());
  const wrapped: Database = {
    dialect: db.dialect,
    reader: {
      dialect: db.dialect,
      builder: db.reader.builder,
      first: (...call) => answers(() => db.reader.first(...call)),
      all: (...call) => answers(() => db.reader.all(...call)),
      run: (...call) => answers(() => db.reader.run(...call)),
    },
    now: () => answers(() => db.now()),
    async transaction(...call) {
      count += 1;
      if (away) throw unavailable();
      if (count !== at) return db.transaction(...call);
      away = true;
      if (how === 'stored, and the answer was lost') await db.transaction(...call);
      throw unavailable();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return {
    db: wrapped,
    back: () => {
      away = false;
    },
    happened: () => count >= at,
  };
}

const bytes = Buffer.from('a blob whose upload the database leaves in the lurch');

function finish(deps: UploadDeps, id: string, body: Buffer) {
  return finishUpload(deps, {
    ...owner(id),
    digest: digestOf(bytes),
    body: bodyOf(body),
    range: undefined,
    actor: testActor,
  });
}

function start({ deps }: World): Promise<string> {
  return startUpload(deps, { projectId, repositoryName, principal: testActor.principal });
}

async function serves(world: World): Promise<boolean> {
  return (await findLinkedBlob(world.db.reader, repositoryName, digestOf(bytes))) !== undefined;
}

for (const dialect of dialects) {
  for (const how of ['stored, and the answer was lost', 'not stored'] as const) {
    test(`${dialect}: a closing PUT whose database goes away anywhere (${how}) succeeds when it is sent again`, async () => {
      let tried = 0;
      for (let at = 1; ; at++) {
        await using world = await openWorld({ dialect });
        const id = await start(world);
        const flaky = goesAway(world.db, at, how);
        const deps = { ...world.deps, db: flaky.db };
        const first = finish(deps, id, bytes);
        if (!(await first.then(() => true, isAway))) continue;
        if (!flaky.happened()) break;
        tried += 1;
        flaky.back();
        // The same request, at the same instance.
        await finish(deps, id, bytes);
        assert.ok(await serves(world));
        assert.equal((await findUpload(world.db.reader, id))?.finishedDigest, digestOf(bytes));
      }
      assert.ok(tried >= 3, `${tried} places were tried: lease, claim, rows`);
    });
  }

  test(`${dialect}: what came by PATCH stays when the closing PUT is refused before anything is put in place`, async () => {
    await using world = await openWorld({ dialect });
    const id = await start(world);
    await appendUpload(world.deps, { ...owner(id), body: bodyOf(bytes.subarray(0, 20)), range: undefined });
    // The lease, then the claim.
    const flaky = goesAway(world.db, 2, 'not stored');
    const deps = { ...world.deps, db: flaky.db };
    await assert.rejects(finish(deps, id, bytes.subarray(20)), { code: 'DATABASE_UNAVAILABLE' });
    flaky.back();
    await finish(deps, id, bytes.subarray(20));
    assert.ok(await serves(world));
  });

  test(`${dialect}: a PATCH that was refused can be sent again, and counts once`, async () => {
    await using world = await openWorld({ dialect });
    const id = await start(world);
    const half = bytes.subarray(0, 20);
    // The lease, then its giving back.
    const flaky = goesAway(world.db, 2, 'not stored');
    const deps = { ...world.deps, db: flaky.db };
    const patch = () => appendUpload(deps, { ...owner(id), body: bodyOf(half), range: undefined });
    await assert.rejects(patch(), { code: 'DATABASE_UNAVAILABLE' });
    flaky.back();
    assert.equal(await patch(), half.length);
    await finish(deps, id, bytes.subarray(20));
    assert.ok(await serves(world));
  });

  test(`${dialect}: a mount whose answer was lost is answered as done when it is sent again`, async () => {
    await using world = await openWorld({ dialect });
    await finish(world.deps, await start(world), bytes);
    const flaky = goesAway(world.db, 1, 'stored, and the answer was lost');
    const input = {
      projectId,
      repositoryName: 'library/other',
      digest: digestOf(bytes),
      sourceName: repositoryName,
      actor: testActor,
    };
    const mount = () => mountBlob({ db: flaky.db }, input);
    await assert.rejects(mount(), { code: 'DATABASE_UNAVAILABLE' });
    flaky.back();
    assert.equal(await mount(), true);
    assert.ok(await findLinkedBlob(world.db.reader, 'library/other', digestOf(bytes)));
  });
}

function isAway(error: unknown): boolean {
  assert.ok(error instanceof AppError && error.code === 'DATABASE_UNAVAILABLE', String(error));
  return true;
}
