import { sql } from 'kysely';
import { inVisibleRepositories } from '../../../access/visible-reads.ts';
import type { Queries } from '../../../platform/db/database.ts';
import { hasPart } from '../../../platform/db/has-part.ts';
import type { FoundPage } from './found-tag-reads.ts';

export interface FoundArtifact {
  readonly projectName: string;
  readonly fullName: string;
  readonly digest: string;
  /** The one that was pushed last; null: none. */
  readonly tag: string | null;
  readonly pushedAt: number;
}

/** Artifacts whose digest, in either algorithm, begins so; those of an index and accessories, too. By the index of digests. */
export async function findArtifacts(
  db: Queries,
  input: FoundPage & {
    readonly repository: string;
    readonly algorithm: 'sha256' | 'sha512' | undefined;
    readonly hex: string;
  },
): Promise<{ readonly rows: FoundArtifact[]; readonly count: number }> {
  const { visible, repository, algorithm, hex, most, offset, limit } = input;
  // `g` is the character behind all hex digits.
  const within = (known: string) => sql`digest >= ${`${known}:${hex}`} and digest < ${`${known}:${hex}g`}`;
  const parts = [
    ...(algorithm === 'sha512' ? [] : [sql`select id from blob where ${within('sha256')}`]),
    ...(algorithm === 'sha256' ? [] : [sql`select blob_id as id from blob_alias where ${within('sha512')}`]),
  ];
  const found = await db.builder
    .selectFrom('live_artifact')
    .innerJoin('live_repository', 'live_repository.id', 'live_artifact.repository_id')
    .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
    .where('live_artifact.blob_id', 'in', sql<number>`(${sql.join(parts, sql` union all `)})`)
    .where('live_repository.visible_at', 'is not', null)
    .where(hasPart(sql.ref('live_repository.full_name'), repository, db.dialect))
    .where(inVisibleRepositories(visible, db.dialect))
    .select((select) => [
      'live_project.name as projectName',
      'live_repository.full_name as fullName',
      'live_artifact.digest',
      'live_artifact.pushed_at as pushedAt',
      select
        .selectFrom('live_tag')
        .select('live_tag.name')
        .whereRef('live_tag.artifact_id', '=', 'live_artifact.id')
        .orderBy('live_tag.pushed_at', 'desc')
        .orderBy('live_tag.id', 'desc')
        .limit(1)
        .as('tag'),
    ])
    .orderBy('live_repository.full_name')
    .orderBy('live_artifact.digest')
    .limit(most)
    .execute();
  return { rows: found.slice(offset, offset + limit), count: found.length };
}
