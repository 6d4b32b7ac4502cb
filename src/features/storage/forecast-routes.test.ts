import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRestWorld } from '../../access/testing/rest-world.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { forecastRoutes } from './forecast-routes.ts';
import { dateOf } from './reclaim-routes.ts';

const gib = 2 ** 30;

for (const dialect of dialects)
  test(`getStorageForecast, getProjectStorageForecast: by the days that are kept (${dialect})`, async () => {
    const store = { space: () => Promise.resolve({ freeBytes: 10 * gib, capacityBytes: 100 * gib }) };
    await using world = await openRestWorld(dialect, ({ db }) => forecastRoutes({ db, store }));
    const today = Math.floor((await world.db.now()) / 86_400_000);
    const rows = Array.from({ length: 30 }, (_, back) => [
      { project_id: 0, day: today - back, bytes: (100 - back) * gib },
      { project_id: 1, day: today - back, bytes: (50 - 2 * back) * gib },
    ]).flat();
    // Too long ago to count.
    rows.push({ project_id: 0, day: today - 90, bytes: 0 }, { project_id: 1, day: today - 200, bytes: 0 });
    await world.db.transaction(async (tx) => {
      await tx.builder.insertInto('storage_day').values(rows).execute();
      const usage = { used_bytes: 50 * gib, limit_bytes: 56 * gib };
      await tx.builder.updateTable('project_usage').set(usage).where('project_id', '=', 1).execute();
    });
    assert.deepEqual((await world.ask('getStorageForecast', 'admin')).body, {
      state: 'growing',
      days: 30,
      free: 10 * gib,
      bytes_per_day: gib,
      full_on: dateOf(today + 10),
    });
    const parameters = { project_name_or_id: 'library' };
    assert.deepEqual((await world.ask('getProjectStorageForecast', 'admin', { parameters })).body, {
      state: 'growing',
      days: 30,
      free: 6 * gib,
      bytes_per_day: 2 * gib,
      full_on: dateOf(today + 3),
    });
  });
