import type { Visible } from '../../access/visible.ts';
import { inVisibleRepositories } from '../../access/visible-reads.ts';
import type { Queries } from '../../platform/db/database.ts';

/** How many shown repositories of a set there are, by whether their project is public. */
export async function countRepositories(
  db: Queries,
  visible: Visible,
): Promise<{ readonly private: number; readonly public: number }> {
  const rows = await db.builder
    .selectFrom('live_repository')
    .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
    .select((select) => ['live_project.public', select.fn.countAll<number>().as('count')])
    .where('live_repository.visible_at', 'is not', null)
    .where(inVisibleRepositories(visible, db.dialect))
    .groupBy('live_project.public')
    .execute();
  const of = (open: number): number => rows.find((row) => row.public === open)?.count ?? 0;
  return { private: of(0), public: of(1) };
}
