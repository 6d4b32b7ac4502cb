import { sql } from 'kysely';
import type { Visible } from '../../../access/visible.ts';
import { visibleRepositoryIds } from '../../../access/visible-reads.ts';
import type { Queries } from '../../../platform/db/database.ts';
import { hasPart } from '../../../platform/db/has-part.ts';
import { valueList } from '../../../platform/db/value-list.ts';
import { isNoAccessory } from './shown-artifacts-reads.ts';

export interface FoundTag {
  readonly projectName: string;
  readonly fullName: string;
  readonly name: string;
  readonly digest: string;
  readonly pushedAt: number;
}

export interface FoundPage {
  readonly visible: Visible;
  /** Nothing is counted beyond. */
  readonly most: number;
  readonly offset: number;
  readonly limit: number;
}

/**
 * Tags with this part in their name, of repositories with that one in theirs: whose name it is comes first, then by
 * repository and name. One way through the
 * index of tags of what may be seen, until enough are found.
 */
export async function findTags(
  db: Queries,
  input: FoundPage & { readonly repository: string; readonly name: string },
): Promise<{ readonly rows: FoundTag[]; readonly count: number }> {
  const { visible, repository, name, most, offset, limit } = input;
  const named = hasPart(sql.ref('live_repository.full_name'), repository, db.dialect);
  const { rows: found } = await sql<{ id: number }>`select live_tag.id
    from (${visibleRepositoryIds(visible, db.dialect, named)}) as seen cross join live_tag
    where live_tag.repository_id = seen.id and ${hasPart(sql`lower(live_tag.name)`, name, db.dialect)}
      and exists (select 1 from live_artifact
        where live_artifact.id = live_tag.artifact_id and ${isNoAccessory('live_artifact')})
    limit ${most}`.execute(db.builder);
  const ids = JSON.stringify(found.map(({ id }) => id));
  const rows = await db.builder
    .selectFrom('live_tag')
    .innerJoin('live_repository', 'live_repository.id', 'live_tag.repository_id')
    .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
    .where('live_tag.id', 'in', valueList('integer', ids, db.dialect))
    .select([
      'live_project.name as projectName',
      'live_repository.full_name as fullName',
      'live_tag.name',
      'live_tag.digest',
      'live_tag.pushed_at as pushedAt',
    ])
    .orderBy(sql`case when live_repository.full_name = ${repository} then 0 else 1 end`)
    .orderBy(sql`case when live_tag.name = ${name} then 0 else 1 end`)
    .orderBy('live_repository.full_name')
    .orderBy('live_tag.name')
    .offset(offset)
    .limit(limit)
    .execute();
  return { rows, count: found.length };
}
