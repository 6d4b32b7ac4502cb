import { type RawBuilder, sql } from 'kysely';
import type { Visible } from '../../access/visible.ts';
import { amongVisibleRepositories } from '../../access/visible-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import { hasPart } from '../../platform/db/has-part.ts';
import { valueList } from '../../platform/db/value-list.ts';

export interface FoundRepository {
  readonly projectId: number;
  readonly projectName: string;
  readonly projectPublic: boolean;
  readonly fullName: string;
  readonly artifactCount: number;
  readonly pullCount: number;
}

/** Shown repositories of a set with this part in their name, by name. */
export async function findRepositories(
  db: Queries,
  input: {
    readonly visible: Visible;
    readonly part: string;
    readonly limit: number;
    /** Of the artifacts of `live_repository`. */
    readonly artifactCount: RawBuilder<number>;
  },
): Promise<FoundRepository[]> {
  const ids = await findRepositoryIds(db, input);
  return foundRepositories(db, { ids, artifactCount: input.artifactCount });
}

/** The ids of the same. */
export async function findRepositoryIds(
  db: Queries,
  input: { readonly visible: Visible; readonly part: string; readonly limit: number },
): Promise<number[]> {
  // By the index of names alone: a look at each row would take twice as long.
  const found = await db.builder
    .selectFrom('live_repository')
    .crossJoin('live_project')
    .where(hasPart(sql.ref('live_repository.full_name'), input.part, db.dialect))
    .whereRef('live_project.id', '=', 'live_repository.project_id')
    .where('live_repository.visible_at', 'is not', null)
    .where(amongVisibleRepositories(input.visible, db.dialect))
    .select('live_repository.id')
    .orderBy('live_repository.full_name')
    .limit(input.limit)
    .execute();
  return found.map(({ id }) => id);
}

/** In the order of the ids. */
export async function foundRepositories(
  db: Queries,
  input: { readonly ids: readonly number[]; readonly artifactCount: RawBuilder<number> },
): Promise<FoundRepository[]> {
  const { ids } = input;
  const rows = await db.builder
    .selectFrom('live_repository')
    .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
    .where('live_repository.id', 'in', valueList('integer', JSON.stringify(ids), db.dialect))
    .select([
      'live_repository.id',
      'live_project.id as projectId',
      'live_project.name as projectName',
      'live_project.public as projectPublic',
      'live_repository.full_name as fullName',
      'live_repository.pull_count as pullCount',
      input.artifactCount.as('artifactCount'),
    ])
    .execute();
  const byId = new Map(rows.map(({ id, ...row }) => [id, row]));
  return ids
    .flatMap((id) => byId.get(id) ?? [])
    .map((row) => ({
      ...row,
      projectPublic: row.projectPublic === 1,
      artifactCount: Number(row.artifactCount),
    }));
}
