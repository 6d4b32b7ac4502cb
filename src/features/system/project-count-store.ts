import type { Visible } from '../../access/visible.ts';
import { inVisibleProjects } from '../../access/visible-reads.ts';
import type { Queries } from '../../platform/db/database.ts';

/** How many projects of a set there are, by whether everybody may read them. */
export async function countProjects(
  db: Queries,
  visible: Visible,
): Promise<{ readonly private: number; readonly public: number }> {
  const rows = await db.builder
    .selectFrom('live_project')
    .select((select) => ['live_project.public', select.fn.countAll<number>().as('count')])
    .where(inVisibleProjects(visible, db.dialect))
    .groupBy('live_project.public')
    .execute();
  const of = (open: number): number => rows.find((row) => row.public === open)?.count ?? 0;
  return { private: of(0), public: of(1) };
}

/** What all projects use together; what two of them share counts in each. */
export async function usedBytesOfAll(db: Queries): Promise<number> {
  const row = await db.builder
    .selectFrom('project_usage')
    .innerJoin('live_project', 'live_project.id', 'project_usage.project_id')
    .select((select) => select.fn.coalesce(select.fn.sum<string>('used_bytes'), select.lit(0)).as('bytes'))
    .executeTakeFirstOrThrow();
  return Number(row.bytes);
}
