import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plansOf } from '../../platform/db/testing/plans.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { pageOfQuotas, quotaSortKeys } from './quota-store.ts';

/** A list of what every project uses goes through the projects, and finds all else by keys. */
const scans = /\bSCAN (?:user|project_usage)\b|Seq Scan on "?(?:project|user|project_usage)\b/;

for (const dialect of dialects) {
  test(`listQuotas: only projects are gone through, in any order, and none for a single one (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    for (const projectId of [undefined, 7]) {
      for (const key of quotaSortKeys) {
        const sort = [{ key, descending: true }];
        const plans = await plansOf(opened.db, (reader) =>
          pageOfQuotas(reader, { projectId, sort, offset: 0, limit: 10 }),
        );
        assert.equal(plans.length, 2, key);
        for (const plan of plans) {
          assert.doesNotMatch(plan, scans, key);
          if (projectId !== undefined) assert.doesNotMatch(plan, /\bSCAN\b/, key);
        }
      }
    }
  });
}
