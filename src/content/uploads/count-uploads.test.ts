import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { openWorld } from '../testing/world.ts';
import { countUploads } from './upload-reads.ts';

for (const dialect of dialects) {
  test(`${dialect}: unfinished uploads are counted, and those that this instance is writing`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    assert.deepEqual(await countUploads(db.reader, { instance: 'me', now: 100 }), { open: 0, held: 0 });
    const rows: [holder: string | null, until: number, finished: string | null][] = [
      ['me/1', 101, null],
      ['me/27', 500, null],
      ['me/3', 100, null],
      ['me2/1', 500, null],
      ['other/1', 500, null],
      [null, 0, null],
      ['me/4', 500, 'sha256:aa'],
    ];
    await db.transaction(async (tx) => {
      for (const [index, [holder, until, finished]] of rows.entries())
        await sql`insert into upload (id, project_id, repository_name, principal, generation, lease_holder, lease_until,
          offset_bytes, blob_id, finished_digest, expires_at, created_at)
          values (${`u${index}`}, 1, 'library/app', 'user:1', 0, ${holder}, ${until}, 0, null, ${finished}, 999, 0)`.execute(
          tx.builder,
        );
    });
    assert.deepEqual(await countUploads(db.reader, { instance: 'me', now: 100 }), { open: 6, held: 2 });
  });
}
