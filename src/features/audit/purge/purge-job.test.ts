import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MasterKey } from '../../../platform/crypto/master-key.ts';
import type { Database } from '../../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../../platform/db/testing/test-database.ts';
import { appendWithId, systemActor } from '../../../platform/events/append.ts';
import type { Settings } from '../../../platform/settings/settings.ts';
import { keepPlace } from '../forwarding/cursor-store.ts';
import { closePeriods } from '../periods/close-periods.ts';
import { createPurgeJob } from './purge-job.ts';
import { defaultParameters } from './purge-parameters.ts';

const masterKey = MasterKey.parse(MasterKey.generate()) as MasterKey;
const { signal } = new AbortController();
const ignore = (): void => undefined;

async function removed(db: Database, endpoint: string): Promise<unknown> {
  const values: Readonly<Record<string, unknown>> = {
    audit_min_days: 30,
    audit_log_forward_endpoint: endpoint,
  };
  const settings = { get: (name: string) => values[name] } as unknown as Settings;
  let found: unknown;
  await createPurgeJob({ db, masterKey, settings }).run({
    input: defaultParameters,
    job: { id: 1, executionId: 1 },
    signal,
    progress: ignore,
    log: ignore,
    result: (facts) => {
      found = facts;
    },
  });
  return (found as { rows: number }).rows;
}

for (const dialect of dialects) {
  test(`what webhooks have not come to stays, and what was not forwarded while it is to be (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const ids: number[] = [];
    for (let no = 0; no < 3; no += 1) {
      ids.push(
        await db.transaction((tx) =>
          appendWithId(tx, { type: 'tag.moved', at: 1, actor: systemActor, projectId: null, object: 'x' }),
        ),
      );
      await closePeriods({ db, masterKey, log: { info: ignore } }, signal);
    }
    const [first = 0, second = 0] = ids;
    const place = (lastId: number) =>
      db.transaction((tx) =>
        tx.builder
          .insertInto('event_cursor')
          .values({ name: 'deliveries', last_id: lastId, moved_at: 0 })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ last_id: lastId }))
          .execute(),
      );
    await keepPlace(db, first);
    await place(first - 1);
    assert.equal(await removed(db, ''), 0);
    await place(second);
    assert.equal(await removed(db, 'syslog.example:514'), 1);
    assert.equal(await removed(db, ''), 1);
    await place(second + 1000);
    assert.equal(await removed(db, ''), 1);
  });
}
