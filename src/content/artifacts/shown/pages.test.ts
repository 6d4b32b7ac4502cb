import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Queries } from '../../../platform/db/database.ts';
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

const digest = `sha256:${'0'.repeat(64)}`;

/** One of each, so that there is a page to be read. */
async function fill({ builder }: Queries): Promise<void> {
  await sql`insert into repository (id, project_id, full_name, created_at, updated_at, visible_at)
    values (1, ${projectId}, 'library/app', 0, 0, 0)`.execute(builder);
  await sql`insert into blob (id, digest, size, state, generation, state_at)
    values (1, ${digest}, 2, 'live', 0, 0)`.execute(builder);
  await sql`insert into manifest (blob_id, bytes) values (1, ${new Uint8Array([1])})`.execute(builder);
  await sql`insert into artifact (id, repository_id, blob_id, digest, media_type, size, pushed_at, kind, config_type)
    values (1, 1, 1, ${digest}, 'x', 2, 0, 'IMAGE', 'x')`.execute(builder);
  await sql`insert into tag (repository_id, name, artifact_id, digest, pushed_at)
    values (1, 'v1', 1, ${digest}, 0)`.execute(builder);
  await sql`insert into label (id, name, description, color, created_at, updated_at)
    values (1, 'l', '', '', 0, 0)`.execute(builder);
  await sql`insert into artifact_label (artifact_id, label_id) values (1, 1)`.execute(builder);
}

for (const dialect of dialects) {
  test(`lists of artifacts, tags and repositories read no large table as a whole (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await world.db.transaction(fill);
    const limits = { offset: 0, limit: 10 };
    const newest = { ...limits, sort: [{ by: 'pushedAt', descending: true }] } as const;
    const some = { kind: 'some', public: true, projectIds: [projectId, 2], names: [] } as const;
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
      const holds = digest;
      const created = { ...limits, sort: [{ by: 'createdAt', descending: true }] } as const;
      await pageOfShownRepositories(reader, { visible: some, holds, ...created });
    });
    assert.equal(plans.length, 12);
    for (const plan of plans) assert.doesNotMatch(plan, scans);
    // The second of each pair is the page.
    assert.doesNotMatch(plans[1] ?? '', sorts);
  });
}
