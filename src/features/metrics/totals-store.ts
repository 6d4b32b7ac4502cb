import { type SqlBool, sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface ProjectFacts {
  readonly id: number;
  readonly name: string;
  readonly public: number;
  readonly usedBytes: number | null;
  readonly limitBytes: number | null;
  /** People and groups with a role in it. */
  readonly members: number | null;
}

const projects = prepare((db, values: { after: number; limit: number }) =>
  db
    .selectFrom('live_project')
    .leftJoin('project_usage', 'project_usage.project_id', 'live_project.id')
    .select((project) => [
      'live_project.id',
      'live_project.name',
      'live_project.public',
      'project_usage.used_bytes as usedBytes',
      'project_usage.limit_bytes as limitBytes',
      project
        .selectFrom('grant')
        .select((grant) => grant.fn.countAll<number>().as('count'))
        .whereRef('grant.project_id', '=', 'live_project.id')
        .where('grant.scope', '=', 'project')
        .where('grant.principal_kind', 'in', ['user', 'group'])
        .as('members'),
    ])
    .where('live_project.id', '>', values.after)
    .orderBy('live_project.id')
    .limit(values.limit),
);

/** By ascending id. */
export function pageOfProjectFacts(
  db: Queries,
  page: { readonly after: number; readonly limit: number },
): Promise<ProjectFacts[]> {
  return db.all(projects, { ...page });
}

/** Some rows of a large table, by their ids. */
export type Stretch = { readonly after: number; readonly to: number };

const repositories = prepare((db, values: Stretch) =>
  db
    .selectFrom('live_repository')
    .select((select) => [
      'project_id as projectId',
      select.fn.countAll<number>().as('count'),
      sql<number>`cast(sum(pull_count) as bigint)`.as('pulls'),
    ])
    .where('id', '>', values.after)
    .where('id', '<=', values.to)
    .where('visible_at', 'is not', null)
    .groupBy('project_id'),
);

export function repositoryTotals(
  db: Queries,
  stretch: Stretch,
): Promise<{ readonly projectId: number; readonly count: number; readonly pulls: number }[]> {
  return db.all(repositories, { ...stretch });
}

const artifacts = prepare((db, values: Stretch) =>
  db
    .selectFrom('live_artifact')
    .select((select) => ['project_id as projectId', 'kind', select.fn.countAll<number>().as('count')])
    .where('id', '>', values.after)
    .where('id', '<=', values.to)
    .groupBy(['project_id', 'kind']),
);

/** `kind` is null while nobody has described it. */
export function artifactTotals(
  db: Queries,
  stretch: Stretch,
): Promise<{ readonly projectId: number | null; readonly kind: string | null; readonly count: number }[]> {
  return db.all(artifacts, { ...stretch });
}

const blobs = prepare((db, values: Stretch) =>
  db
    .selectFrom('blob')
    .select(sql<number>`cast(coalesce(sum(size), 0) as bigint)`.as('bytes'))
    .where('id', '>', values.after)
    .where('id', '<=', values.to)
    .where('state', 'in', ['live', 'missing'])
    .where(sql<SqlBool>`not exists (select 1 from manifest where manifest.blob_id = blob.id)`),
);

/** Bytes of blobs, of which manifests are none: they are in the database. */
export async function storedBytes(db: Queries, stretch: Stretch): Promise<number> {
  return Number((await db.first(blobs, { ...stretch }))?.bytes ?? 0);
}

export type LargeTable = 'repository' | 'artifact' | 'blob';

const lastIds = {
  repository: prepare((db, _values: Record<never, never>) =>
    db.selectFrom('live_repository').select('id').orderBy('id', 'desc').limit(1),
  ),
  artifact: prepare((db, _values: Record<never, never>) =>
    db.selectFrom('live_artifact').select('id').orderBy('id', 'desc').limit(1),
  ),
  blob: prepare((db, _values: Record<never, never>) =>
    db.selectFrom('blob').select('id').orderBy('id', 'desc').limit(1),
  ),
} as const;

export async function lastIdOf(db: Queries, table: LargeTable): Promise<number> {
  return (await db.first(lastIds[table], {}))?.id ?? 0;
}

const schedules = prepare((db, _values: Record<never, never>) =>
  db.selectFrom('schedule').select((of) => of.fn.countAll<number>().as('count')),
);

export async function countSchedules(db: Queries): Promise<number> {
  return Number((await db.first(schedules, {}))?.count ?? 0);
}
