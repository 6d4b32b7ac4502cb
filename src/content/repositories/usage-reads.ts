import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

/** A project whose usage is not what it holds: what its repositories link, and their artifacts. */
export interface UsageDifference {
  readonly projectId: number;
  readonly project: string;
  readonly usedBytes: number;
  readonly countedBytes: number;
}

/** The usage of some live projects, by id, compared with a count of what they hold. */
export async function compareUsage(
  db: Queries,
  page: { readonly after: number; readonly limit: number },
): Promise<{
  readonly differences: UsageDifference[];
  readonly count: number;
  readonly last: number | undefined;
}> {
  const rows = await db.builder
    .selectFrom('live_project')
    .innerJoin('project_usage', 'project_usage.project_id', 'live_project.id')
    .where('live_project.id', '>', page.after)
    .orderBy('live_project.id')
    .limit(page.limit)
    .select((select) => [
      'live_project.id as projectId',
      'live_project.name as project',
      'project_usage.used_bytes as usedBytes',
      select
        .selectFrom('blob')
        .where('blob.id', 'in', (inner) =>
          inner
            .selectFrom('blob_link')
            .innerJoin('held_repository', 'held_repository.id', 'blob_link.repository_id')
            .whereRef('held_repository.project_id', '=', 'live_project.id')
            .where('blob_link.hidden', '=', 0)
            .select('blob_link.blob_id')
            .unionAll(
              inner
                .selectFrom('live_artifact')
                .innerJoin('held_repository', 'held_repository.id', 'live_artifact.repository_id')
                .whereRef('held_repository.project_id', '=', 'live_project.id')
                .select('live_artifact.blob_id'),
            ),
        )
        .select(sql<number>`cast(coalesce(sum(blob.size), 0) as bigint)`.as('sum'))
        .as('countedBytes'),
    ])
    .execute();
  return {
    differences: rows
      .map((row) => ({ ...row, countedBytes: row.countedBytes ?? 0 }))
      .filter(({ usedBytes, countedBytes }) => usedBytes !== countedBytes),
    count: rows.length,
    last: rows.at(-1)?.projectId,
  };
}

/** How many projects `compareUsage` looks at. */
export async function countCompared({ builder }: Queries): Promise<number> {
  const row = await builder
    .selectFrom('live_project')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

const usage = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('project_usage')
    .select(['used_bytes as usedBytes', 'limit_bytes as limitBytes'])
    .where('project_id', '=', values.projectId),
);

/** What a project holds, and how much it may; below 0: as much as it likes. */
export function usageOf(
  db: Queries,
  projectId: number,
): Promise<{ readonly usedBytes: number; readonly limitBytes: number } | undefined> {
  return db.first(usage, { projectId });
}
