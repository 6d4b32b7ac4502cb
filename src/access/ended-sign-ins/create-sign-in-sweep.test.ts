import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { insertToken } from '../personal-tokens/token-writes.ts';
import { insertSession } from '../sessions/session-writes.ts';
import { silentLog } from '../testing/parts.ts';
import { openRestWorld } from '../testing/rest-world.ts';
import { sweepSignIns } from './create-sign-in-sweep.ts';

const dayMs = 24 * 60 * 60 * 1000;

for (const dialect of dialects) {
  test(`what signs nobody in any more goes: sessions at once, tokens a month later, with a row in the log (${dialect})`, async () => {
    await using world = await openRestWorld(dialect, () => []);
    const { db } = world;
    const now = await db.now();
    await db.transaction(async (tx) => {
      for (const [no, expiresAt] of [now - 1, now + dayMs].entries())
        await insertSession(tx, {
          idHash: `h${no}`,
          userId: 3,
          passwordVersion: 1,
          now,
          expiresAt,
          address: '',
          client: '',
        });
      const token = { userId: 3, scopes: undefined, now: 0 };
      for (let no = 0; no < 130; no += 1)
        await insertToken(tx, { ...token, name: `old${no}`, hash: `o${no}`, expiresAt: now - 31 * dayMs });
      await insertToken(tx, { ...token, name: 'ended', hash: 'a', expiresAt: now - 29 * dayMs });
      await insertToken(tx, { ...token, name: 'lives', hash: 'b', expiresAt: now + dayMs });
      await insertToken(tx, { ...token, name: 'endless', hash: 'c', expiresAt: null });
    });
    for (let run = 0; run < 2; run += 1) {
      await sweepSignIns({ db, log: silentLog }, new AbortController().signal);
      const { builder } = db.reader;
      const sessions = await builder.selectFrom('session').select('id_hash').execute();
      assert.deepEqual(
        sessions.map((each) => each.id_hash),
        ['h1'],
      );
      const tokens = await builder.selectFrom('token').select('name').orderBy('id').execute();
      assert.deepEqual(
        tokens.map(({ name }) => name),
        ['ended', 'lives', 'endless'],
      );
      const { rows } = await sql<{ data: string }>`select data from event where type = 'token.revoked'
        and actor = 'system' and object = 'user:3' order by data`.execute(builder);
      assert.equal(rows.length, 130);
      assert.equal((JSON.parse(rows[0]?.data ?? '') as { name: string }).name, 'old0');
    }
  });
}
