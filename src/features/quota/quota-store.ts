import { sql } from 'kysely';
import type { SortKey } from '../../lib/list-condition.ts';
import type { Queries } from '../../platform/db/database.ts';
import { listOrder } from '../../platform/db/list-where.ts';

export interface QuotaRow {
  readonly projectId: number;
  readonly projectName: string;
  readonly ownerName: string;
  readonly limitBytes: number;
  readonly usedBytes: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Harbor's names of what quotas are sorted by, and ours for how much of the limit is used. */
export const quotaSortKeys = ['id', 'creation_time', 'hard.storage', 'used.storage', 'used.share'] as const;

const places = {
  id: 'live_project.id',
  creation_time: 'live_project.created_at',
  'hard.storage': 'project_usage.limit_bytes',
  'used.storage': 'project_usage.used_bytes',
  'used.share': 'share',
} as const;

/** Behind all others where there is no limit. */
const share = sql<number>`case when limit_bytes > 0 then 1.0 * used_bytes / limit_bytes else -1 end`;

export interface QuotaPage {
  /** Undefined: of every project. */
  readonly projectId: number | undefined;
  readonly sort: readonly SortKey<(typeof quotaSortKeys)[number]>[];
  readonly offset: number;
  readonly limit: number;
}

/** The limits and usages of live projects, a page of them, and how many there are. */
export async function pageOfQuotas(
  db: Queries,
  page: QuotaPage,
): Promise<{ rows: QuotaRow[]; count: number }> {
  const { projectId } = page;
  const matching = db.builder
    .selectFrom('live_project')
    .innerJoin('project_usage', 'project_usage.project_id', 'live_project.id')
    .innerJoin('user', 'user.id', 'live_project.owner_id')
    .where((where) => where.and(projectId === undefined ? [] : [where('live_project.id', '=', projectId)]));
  const { count } = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await matching
    .select([
      'live_project.id as projectId',
      'live_project.name as projectName',
      'user.username as ownerName',
      'project_usage.limit_bytes as limitBytes',
      'project_usage.used_bytes as usedBytes',
      'live_project.created_at as createdAt',
      'live_project.updated_at as updatedAt',
      share.as('share'),
    ])
    .orderBy(listOrder(page.sort, places, { place: 'live_project.id', descending: false }))
    .offset(page.offset)
    .limit(page.limit)
    .execute();
  return { rows, count };
}
