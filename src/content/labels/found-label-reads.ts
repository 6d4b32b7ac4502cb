import type { Visible } from '../../access/visible.ts';
import { inVisibleProjects } from '../../access/visible-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import { contains } from '../../platform/db/list-where.ts';

export interface FoundLabel {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  /** Null: of the whole system. */
  readonly projectName: string | null;
}

/** Labels with this part in their name: those of the system, and of the projects of a set. */
export async function findLabels(
  db: Queries,
  input: {
    readonly visible: Visible;
    readonly part: string;
    readonly offset: number;
    readonly limit: number;
  },
): Promise<{ readonly rows: FoundLabel[]; readonly count: number }> {
  const { visible, part, offset, limit } = input;
  const seen = db.builder
    .selectFrom('live_project')
    .select('live_project.id')
    .where(inVisibleProjects(visible, db.dialect));
  const matching = db.builder
    .selectFrom('label')
    .where(contains('label.name', part))
    .where((where) =>
      where.or([where('label.project_id', 'is', null), where('label.project_id', 'in', seen)]),
    );
  const counted = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await matching
    .leftJoin('live_project', 'live_project.id', 'label.project_id')
    .select(['label.id', 'label.name', 'label.color', 'live_project.name as projectName'])
    .orderBy('label.name')
    .orderBy('label.id')
    .offset(offset)
    .limit(limit)
    .execute();
  return { rows, count: Number(counted.count) };
}
