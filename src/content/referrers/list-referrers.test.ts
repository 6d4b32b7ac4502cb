import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Digest } from '../../lib/oci/digest.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { digestOf, openWorld, putManifest, repositoryName, type World } from '../testing/world.ts';
import { listReferrers } from './list-referrers.ts';

const subject = digestOf(Buffer.from('subject'));

const index = (at: number, artifactType = 'application/x') =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      artifactType,
      manifests: [],
      annotations: { at: `${at}` },
      subject: { mediaType: mediaTypes.ociManifest, digest: subject, size: 7 },
    }),
  );

/** One that was pushed, and copies of its rows under other digests. */
async function plant(world: World, count: number): Promise<void> {
  const digest = await putManifest(world.deps, 'first', index(0), { type: mediaTypes.ociIndex });
  const numbers = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${sql.lit(count)})`;
  const name = sql`'sha256:' || substr('0000000000' || i, -10)`;
  const padded = world.db.dialect === 'sqlite' ? name : sql`'sha256:' || lpad(i::text, 10, '0')`;
  await world.db.transaction(async (tx) => {
    await sql`insert into blob (digest, size, state, storage_key, generation, worker, state_at)
      ${numbers} select ${padded}, 10, 'live', null, 0, null, 0 from n`.execute(tx.builder);
    await sql`insert into manifest (blob_id, bytes) select b.id, m.bytes from blob b, manifest m
      where length(b.digest) = 17`.execute(tx.builder);
    await sql`insert into artifact (repository_id, blob_id, digest, media_type, artifact_type, size, pushed_at, subject)
      select a.repository_id, b.id, b.digest, a.media_type,
        case when b.id % 1000 = 0 then 'application/rare' else a.artifact_type end, 100, 0, a.subject
      from blob b, artifact a where length(b.digest) = 17 and a.digest = ${digest} order by b.id`.execute(
      tx.builder,
    );
    if (tx.dialect === 'postgres') await sql`analyze artifact`.execute(tx.builder);
  });
}

async function everything(
  world: World,
  artifactType?: string,
): Promise<{ digests: string[]; pages: number; slowestMs: number }> {
  const digests: string[] = [];
  let pages = 0;
  let slowestMs = 0;
  for (let after: string | undefined; ; ) {
    const started = performance.now();
    const page: Awaited<ReturnType<typeof listReferrers>> = await listReferrers(world, {
      repositoryName,
      subject,
      artifactType,
      after,
    });
    slowestMs = Math.max(slowestMs, performance.now() - started);
    pages += 1;
    digests.push(...page.referrers.map((each) => each.digest));
    after = page.next;
    if (after === undefined) return { digests, pages, slowestMs };
  }
}

for (const dialect of dialects) {
  test(`${dialect}: of many thousand referrers each is listed once, a page at a time, in little time`, async () => {
    const count = 30_000;
    await using world = await openWorld({ dialect });
    await plant(world, count);
    const all = await everything(world);
    assert.equal(all.digests.length, count + 1);
    assert.equal(new Set(all.digests).size, count + 1);
    assert.equal(all.pages, 31);
    assert.ok(all.slowestMs < 2000, `a page took ${all.slowestMs} ms`);
    const rare = await everything(world, 'application/rare');
    assert.equal(rare.digests.length, count / 1000);
    assert.ok(rare.slowestMs < 1000, `the rare ones took ${rare.slowestMs} ms`);
  });

  test(`${dialect}: a place of another list is a place, and what is no place is refused`, async () => {
    await using world = await openWorld({ dialect });
    await putManifest(world.deps, 'first', index(0), { type: mediaTypes.ociIndex });
    const input = { repositoryName, subject, artifactType: undefined };
    assert.equal((await listReferrers(world, { ...input, after: 'sha256:0@999' })).referrers.length, 1);
    assert.equal((await listReferrers(world, { ...input, after: 'sha999:0@1' })).referrers.length, 0);
    for (const after of ['', 'x', '@1', 'sha256:0@', 'sha256:0@-1', `sha256:0@${'9'.repeat(30)}`])
      await assert.rejects(listReferrers(world, { ...input, after }));
    const unknown = `sha512:${'0'.repeat(128)}` as Digest;
    assert.deepEqual(
      (await listReferrers(world, { ...input, subject: unknown, after: undefined })).referrers,
      [],
    );
  });
}
