import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../../platform/db/testing/test-database.ts';
import { append, appendWithId, systemActor } from '../../../platform/events/append.ts';
import { putSetting } from '../../../platform/settings/setting-writes.ts';
import { onlyWhileOn } from './only-while-on.ts';

function happen(db: Database, object: string): Promise<number> {
  return db.transaction((tx) =>
    appendWithId(tx, { type: 'tag.moved', at: 0, actor: systemActor, projectId: null, object }),
  );
}

/** As the settings do it. */
async function switched(db: Database, on: boolean): Promise<void> {
  await db.transaction(async (tx) => {
    await putSetting(tx, { name: 'notification_enable', value: JSON.stringify(on), now: 0 });
    await append(tx, {
      type: 'configuration.updated',
      at: 0,
      actor: systemActor,
      projectId: null,
      object: 'configuration',
      data: { notification_enableBefore: Number(!on), notification_enable: Number(on) },
    });
  });
}

for (const dialect of dialects)
  test(`what happens while webhooks are off is not told, whenever it is looked at (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const ids = new Map<string, number>();
    const add = async (name: string): Promise<void> => void ids.set(name, await happen(db, name));
    const told = async (byDefault: boolean): Promise<string[]> => {
      const events = [...ids].map(([name, id]) => ({ name, id }));
      return (await onlyWhileOn(db.reader, events, byDefault)).map(({ name }) => name);
    };
    assert.deepEqual(await told(true), []);
    await add('first');
    assert.deepEqual([await told(true), await told(false)], [['first'], []]);
    await switched(db, false);
    assert.deepEqual(await told(true), ['first']);
    await add('unheard');
    await add('unheard too');
    assert.deepEqual(await told(true), ['first']);
    await switched(db, true);
    await add('heard');
    assert.deepEqual(await told(true), ['first', 'heard']);
    await switched(db, false);
    ids.delete('first');
    assert.deepEqual(await told(true), ['heard']);
    ids.clear();
    await add('last');
    assert.deepEqual(await told(true), []);
  });
