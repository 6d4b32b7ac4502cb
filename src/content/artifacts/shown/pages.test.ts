import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plansOf } from '../../../platform/db/testing/plans.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import { pageOfShownRepositories } from '../../repositories/repository-page-reads.ts';
import { pageOfTagsOf } from '../../tags/tag-page-reads.ts';
import { openWorld, projectId } from '../../testing/world.ts';
import { pageOfArtifacts } from './artifact-page-reads.ts';

/** Whole tables are read, by no index. */
const tables = '(?:live_)?(?:artifact|tag|reference|blob|blob_link|repository|newest|parent|in_range)';
const scans = new RegExp(`\\bSCAN ${tables}\\b(?!.*USING (?:COVERING )?INDEX)|Seq Scan on "?${tables}\\b`);
const sorts = /TEMP B-TREE FOR ORDER BY|\bSort\b/;

for (const dialect of dialects) {
  test(`lists of artifacts, tags and repositories read no large table as a whole (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const limits = { offset: 0, limit: 10 };
    const newest = { ...limits, sort: [{ by: 'pushedAt', descending: true }] } as const;
    const some = { kind: 'some', public: true, projectIds: [1, 2], names: [] } as const;
    const plans = await plansOf(world.db, async (reader) => {
      await pageOfArtifacts(reader, { of: { repositoryId: 1 }, filters: [], ...newest });
      await pageOfArtifacts(reader, {
        of: { repositoryId: 1 },
        filters: [{ column: 'kind', is: { kind: 'exact', value: 'IMAGE' } }],
        tags: { kind: 'fuzzy', name: 'v' },
        labelIds: [1],
        ...newest,
      });
      await pageOfArtifacts(reader, {
        of: { projectId },
        filters: [],
        latest: { column: 'config_type', is: 'x' },
        ...newest,
      });
      await pageOfTagsOf(reader, { artifactId: 1, ...newest });
      const holds = `sha256:${'0'.repeat(64)}`;
      const created = { ...limits, sort: [{ by: 'createdAt', descending: true }] } as const;
      await pageOfShownRepositories(reader, { visible: some, holds, ...created });
    });
    assert.equal(plans.length, 10);
    for (const plan of plans) assert.doesNotMatch(plan, scans);
    // The second of each pair is the page.
    assert.doesNotMatch(plans[1] ?? '', sorts);
  });
}
