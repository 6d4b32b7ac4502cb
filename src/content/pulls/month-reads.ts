import { type SqlBool, sql } from 'kysely';
import type { Visible } from '../../access/visible.ts';
import { inVisibleProjects } from '../../access/visible-reads.ts';
import type { Queries } from '../../platform/db/database.ts';

export interface MonthRow {
  readonly projectId: number;
  /** Null: it is deleted. */
  readonly project: string | null;
  /** Empty: what the project kept. */
  readonly account: string;
  readonly pushedBytes: number;
  readonly pulledBytes: number;
  readonly storedKibHours: number;
}

export const monthSortKeys = ['project', 'account', 'pushed', 'pulled', 'stored'] as const;

const places = {
  project: sql`live_project.name`,
  account: sql`account`,
  pushed: sql`pushed_bytes`,
  pulled: sql`pulled_bytes`,
  stored: sql`stored_kib_hours`,
} as const;

export interface MonthPage {
  /** 202611 */
  readonly month: number;
  readonly visible: Visible;
  readonly project?: string | undefined;
  readonly sort: { readonly key: (typeof monthSortKeys)[number]; readonly descending: boolean };
  readonly offset: number;
  readonly limit: number;
}

/** What was moved and kept in a month; of deleted projects, too, for who sees every project. */
export async function pageOfMonth(
  db: Queries,
  page: MonthPage,
): Promise<{ rows: MonthRow[]; count: number }> {
  const from = sql`storage_month left join live_project on live_project.id = storage_month.project_id`;
  const seen =
    page.visible.kind === 'all'
      ? sql<SqlBool>`1 = 1`
      : sql<SqlBool>`storage_month.project_id in ${db.builder
          .selectFrom('live_project')
          .select('live_project.id')
          .where(inVisibleProjects(page.visible, db.dialect))}`;
  const named = page.project === undefined ? sql`1 = 1` : sql`live_project.name = ${page.project}`;
  const where = sql`month = ${page.month} and ${seen} and ${named}`;
  const direction = page.sort.descending ? sql`desc` : sql`asc`;
  const { rows: counts } = await sql<{ count: number }>`
    select count(*) as "count" from ${from} where ${where}`.execute(db.builder);
  const { rows } = await sql<MonthRow>`
    select project_id as "projectId", live_project.name as "project", account as "account",
        pushed_bytes as "pushedBytes", pulled_bytes as "pulledBytes", stored_kib_hours as "storedKibHours"
      from ${from} where ${where}
      order by ${places[page.sort.key]} ${direction}, project_id, account
      limit ${page.limit} offset ${page.offset}`.execute(db.builder);
  return { rows, count: Number(counts[0]?.count ?? 0) };
}
