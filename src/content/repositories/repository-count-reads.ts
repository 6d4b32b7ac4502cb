import { sql } from 'kysely';
import type { Visible } from '../../access/visible.ts';
import { visibleRepositoryIds } from '../../access/visible-reads.ts';
import type { Queries } from '../../platform/db/database.ts';

/** How many shown repositories of a set there are, by whether their project is public. */
export async function countRepositories(
  db: Queries,
  visible: Visible,
): Promise<{ readonly private: number; readonly public: number }> {
  const ids = visibleRepositoryIds(visible, db.dialect, sql`1 = 1`);
  const { rows } = await sql<{ open: number; count: number }>`
    select open, count(*) as count from (${ids}) as seen group by open`.execute(db.builder);
  const of = (open: number): number => rows.find((row) => row.open === open)?.count ?? 0;
  return { private: of(0), public: of(1) };
}
