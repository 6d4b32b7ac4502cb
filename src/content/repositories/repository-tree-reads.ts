import { type RawBuilder, sql } from 'kysely';
import type { Visible } from '../../access/visible.ts';
import { inVisibleRepositories } from '../../access/visible-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import type { DialectName } from '../../platform/db/dialect.ts';
import { valueList } from '../../platform/db/value-list.ts';

export interface TreeRow {
  /** The part of the name up to the next slash. */
  readonly segment: string;
  /** Repositories below it, itself left out. */
  readonly below: number;
  /** Undefined: there are only repositories below. */
  readonly repository:
    | { readonly id: number; readonly pullCount: number; readonly updatedAt: number }
    | undefined;
}

/**
 * What stands in one folder of the names of a project, by name: one way through the index of names, over what is below that
 * folder.
 * @param folder the start of full names, with its slash: `pay/`, `pay/backend/`
 */
export async function pageOfTree(
  db: Queries,
  input: {
    readonly visible: Visible;
    readonly folder: string;
    readonly offset: number;
    readonly limit: number;
  },
): Promise<{ readonly rows: TreeRow[]; readonly count: number }> {
  const { visible, folder, offset, limit } = input;
  const { dialect } = db;
  const within = db.builder
    .selectFrom('live_repository')
    .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
    // `0` is the character behind the slash.
    .where('live_repository.full_name', '>=', folder)
    .where('live_repository.full_name', '<', folder.replace(/\/$/, '0'))
    .where('live_repository.visible_at', 'is not', null)
    .where(inVisibleRepositories(visible, dialect))
    .select([
      'live_repository.id',
      sql<string>`substr(live_repository.full_name, ${folder.length + 1})`.as('rest'),
    ]);
  const found = await db.builder
    .selectFrom(within.as('within'))
    .select((select) => [
      firstSegment(dialect).as('segment'),
      select.fn.countAll<number>().as('count'),
      sql<number | null>`max(case when rest = ${firstSegment(dialect)} then id end)`.as('id'),
    ])
    .groupBy('segment')
    .orderBy('segment')
    .execute();
  const page = found.slice(offset, offset + limit);
  const repositories = await rowsOf(
    db,
    page.flatMap(({ id }) => id ?? []),
  );
  const rows = page.map(({ segment, count, id }) => ({
    segment,
    below: Number(count) - (id === null ? 0 : 1),
    repository: id === null ? undefined : repositories.get(id),
  }));
  return { rows, count: found.length };
}

function firstSegment(dialect: DialectName): RawBuilder<string> {
  return dialect === 'sqlite'
    ? sql<string>`substr(rest, 1, instr(rest || '/', '/') - 1)`
    : sql<string>`split_part(rest, '/', 1)`;
}

async function rowsOf(db: Queries, ids: readonly number[]) {
  const rows = await db.builder
    .selectFrom('live_repository')
    .where('live_repository.id', 'in', valueList('integer', JSON.stringify(ids), db.dialect))
    .select([
      'live_repository.id',
      'live_repository.pull_count as pullCount',
      'live_repository.updated_at as updatedAt',
    ])
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}
