import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import { MasterKey } from '../../platform/crypto/master-key.ts';
import type { Database, Queries } from '../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { systemActor } from '../../platform/events/append.ts';
import { createWebhook, deleteWebhook, updateWebhook } from './update-webhook.ts';
import { KnownListeners } from './webhook-listener.ts';

const masterKey = MasterKey.parse(MasterKey.generate()) as MasterKey;
const place = { projectId: null, projectName: '', projectPattern: '**', actor: systemActor, creator: '' };

function given(name: string, enabled = true) {
  const targets = [{ type: 'http', address: 'https://hooks.example/in' }];
  return { name, enabled, targets, event_types: ['PUSH_ARTIFACT'] };
}

function editing(db: Database) {
  return {
    db,
    masterKey,
    externalUrl: undefined,
    mail: { server: () => undefined, recipients: () => '' },
    client: { requirePlausible: (): void => undefined },
  };
}

for (const dialect of dialects) {
  test(`a webhook is read when it was changed, and only then, also within one millisecond (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    let large = 0;
    // Its clock stands still.
    const db: Database = {
      dialect: opened.db.dialect,
      reader: opened.db.reader,
      transaction: (...call) => opened.db.transaction(...call),
      now: () => Promise.resolve(1_700_000_000_000),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    const reader = new Proxy(db.reader, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (key !== 'all' || typeof value !== 'function') return value;
        return async (...call: Parameters<Queries['all']>) => {
          const rows: unknown = await Reflect.apply(value, target, call);
          if (Array.isArray(rows))
            large += rows.filter((row) => Object.hasOwn(row as object, 'secrets')).length;
          return rows;
        };
      },
    });
    const known = new KnownListeners();
    const names = async () => (await known.read(reader)).map(({ webhook }) => webhook.name);
    assert.deepEqual(await names(), []);
    const ids: number[] = [];
    for (const name of ['a', 'b', 'c']) ids.push(await createWebhook(editing(db), place, given(name)));
    const [a = 0, b = 0, c = 0] = ids;
    assert.deepEqual(await names(), ['a', 'b', 'c']);
    assert.deepEqual(await names(), ['a', 'b', 'c']);
    assert.equal(large, 3);
    for (const name of ['b2', 'b3']) {
      await updateWebhook(editing(db), place, { id: b, given: given(name) });
      assert.deepEqual(await names(), ['a', name, 'c']);
    }
    assert.equal(large, 5);
    await updateWebhook(editing(db), place, { id: a, given: given('a', false) });
    await deleteWebhook(editing(db), place, c);
    assert.deepEqual(await names(), ['b3']);
    await updateWebhook(editing(db), place, { id: a, given: given('a') });
    assert.deepEqual(await names(), ['a', 'b3']);
  });

  test(`a project has a hundred webhooks at most (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const deps = editing(opened.db);
    const ids: number[] = [];
    for (let no = 0; no < 100; no += 1) ids.push(await createWebhook(deps, place, given(`no ${no}`)));
    await assert.rejects(
      createWebhook(deps, place, given('more')),
      (error) => error instanceof AppError && error.code === 'CONFLICT' && /at most 100/.test(error.message),
    );
    await deleteWebhook(deps, place, ids[0] ?? 0);
    await createWebhook(deps, place, given('more'));
  });
}
