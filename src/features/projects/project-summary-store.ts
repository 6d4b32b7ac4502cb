import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const usage = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('project_usage')
    .select(['used_bytes as usedBytes', 'limit_bytes as limitBytes'])
    .where('project_id', '=', values.projectId),
);

/** What a project uses, and may use at most; a limit of -1 is none. */
export async function usageOf(
  db: Queries,
  projectId: number,
): Promise<{ readonly usedBytes: number; readonly limitBytes: number }> {
  return (await db.first(usage, { projectId })) ?? { usedBytes: 0, limitBytes: -1 };
}

const members = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('grant')
    .select((select) => ['role', select.fn.countAll<number>().as('count')])
    .where('project_id', '=', values.projectId)
    .where('scope', '=', 'project')
    .where('principal_kind', 'in', ['user', 'group'])
    .groupBy('role'),
);

/** How many people and groups hold each role in the whole project. */
export async function countMembers(db: Queries, projectId: number): Promise<ReadonlyMap<string, number>> {
  return new Map((await db.all(members, { projectId })).map(({ role, count }) => [role, count]));
}

const repositories = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('live_repository')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('project_id', '=', values.projectId)
    .where('visible_at', 'is not', null),
);

/** Those that are shown. */
export async function countRepositoriesIn(db: Queries, projectId: number): Promise<number> {
  return (await db.first(repositories, { projectId }))?.count ?? 0;
}
