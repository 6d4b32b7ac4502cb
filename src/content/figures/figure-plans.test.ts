import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plansOf } from '../../platform/db/testing/plans.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { pageOfFigures } from './figure-reads.ts';

/** The largest are found in the order of an index: nothing is sorted, and no table is gone through. */
const sorts = /USE TEMP B-TREE|"Sort"|\bSort\b/;

for (const dialect of dialects)
  test(`the repositories and tags with the largest figures are read in the order of an index (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    for (const kind of ['repository', 'tag'] as const)
      for (const key of ['logical', 'unique', 'shared'] as const) {
        const page = { kind, visible: { kind: 'all' }, offset: 0, limit: 10 } as const;
        const plans = await plansOf(opened.db, (reader) =>
          pageOfFigures(reader, { ...page, sort: { key, descending: true } }),
        );
        assert.match(plans.join('\n'), new RegExp(`storage_${kind}_by_${key}`));
        assert.doesNotMatch(plans.join('\n'), sorts);
      }
  });
