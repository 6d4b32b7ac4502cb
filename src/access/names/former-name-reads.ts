import { sql } from 'kysely';
import { type ParsedName, readRepositoryName } from '../../lib/oci/repository-name.ts';
import type { Database, Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const reservedProject = prepare((db, values: { name: string; now: number }) =>
  db
    .selectFrom('former_project')
    .innerJoin('live_project', 'live_project.id', 'former_project.project_id')
    .select(['live_project.id', 'live_project.name', 'former_project.ends_at as endsAt'])
    .where('former_project.name', '=', values.name)
    .where('former_project.ends_at', '>', values.now),
);

export interface Reserved {
  /** Of the project or the repository that had the name. */
  readonly id: number;
  /** What it is called now. */
  readonly name: string;
  readonly endsAt: number;
}

/** The project that had the name until it was renamed, while nobody else gets it. */
export function findReservedProject(
  db: Queries,
  input: { readonly name: string; readonly now: number },
): Promise<Reserved | undefined> {
  return db.first(reservedProject, { ...input });
}

const reservedRepository = prepare((db, values: { projectId: number; path: string; now: number }) =>
  db
    .selectFrom('former_repository')
    .innerJoin('live_repository', 'live_repository.id', 'former_repository.repository_id')
    .select([
      'live_repository.id',
      'live_repository.full_name as name',
      'former_repository.ends_at as endsAt',
    ])
    .where('former_repository.project_id', '=', values.projectId)
    .where('former_repository.path', '=', values.path)
    .where('former_repository.ends_at', '>', values.now),
);

/** The repository that was there until it was moved. */
export function findReservedRepository(
  db: Queries,
  input: { readonly projectId: number; readonly path: string; readonly now: number },
): Promise<Reserved | undefined> {
  return db.first(reservedRepository, { ...input });
}

/** Both in one: every push of a blob asks, and nearly no name is an earlier one. */
const follow = prepare((db, values: { project: string; path: string }) => {
  const renamed = db
    .selectFrom('former_project')
    .innerJoin('live_project', 'live_project.id', 'former_project.project_id')
    .where('former_project.name', '=', values.project);
  return renamed
    .select(['live_project.name', 'former_project.ends_at as endsAt', sql<number>`1`.as('isProject')])
    .unionAll(
      db
        .selectFrom('live_project')
        .innerJoin('former_repository', 'former_repository.project_id', 'live_project.id')
        .innerJoin('live_repository', 'live_repository.id', 'former_repository.repository_id')
        .select([
          'live_repository.full_name as name',
          'former_repository.ends_at as endsAt',
          sql<number>`0`.as('isProject'),
        ])
        .where('live_project.name', '=', (where) =>
          where.fn.coalesce(renamed.select('live_project.name'), where.val(values.project)),
        )
        .where('former_repository.path', '=', values.path),
    );
});

export interface CurrentName {
  readonly name: ParsedName;
  /** Until then the earlier one counts. */
  readonly endsAt: number;
}

/**
 * What a repository is called now that was called so before, also when its project was renamed, too. Undefined: the
 * name is no earlier one. The clock is asked only where there is something to compare with it.
 */
export async function findCurrentName(
  deps: { readonly db: Database },
  { project, path }: Pick<ParsedName, 'project' | 'path'>,
): Promise<CurrentName | undefined> {
  const found = await deps.db.reader.all(follow, { project, path });
  const renamed = found.find(({ isProject }) => isProject === 1);
  const moved = found.find(({ isProject }) => isProject === 0);
  if (renamed === undefined && moved === undefined) return undefined;
  const endsAt = Math.min(renamed?.endsAt ?? Infinity, moved?.endsAt ?? Infinity);
  if (endsAt <= (await deps.db.now())) return undefined;
  const name = readRepositoryName(moved?.name ?? `${renamed?.name}/${path}`, '');
  return name === undefined ? undefined : { name, endsAt };
}

const namedProject = prepare((db, values: { name: string }) =>
  db.selectFrom('live_project').select('id').where('name', '=', values.name),
);

export async function findNamedProject(db: Queries, name: string): Promise<number | undefined> {
  return (await db.first(namedProject, { name }))?.id;
}

export interface FormerName {
  readonly kind: 'project' | 'repository';
  readonly name: string;
  readonly current: string;
  readonly since: number;
  readonly endsAt: number;
}

/** Names that are kept free, by name. */
export async function pageOfFormerNames(
  db: Queries,
  input: { readonly now: number; readonly offset: number; readonly limit: number },
): Promise<{ readonly rows: FormerName[]; readonly count: number }> {
  const { builder } = db;
  const all = builder
    .selectFrom('former_project')
    .innerJoin('live_project', 'live_project.id', 'former_project.project_id')
    .where('former_project.ends_at', '>', input.now)
    .select((select) => [
      select.val('project').as('kind'),
      'former_project.name as name',
      'live_project.name as current',
      'former_project.since as since',
      'former_project.ends_at as endsAt',
    ])
    .unionAll(
      builder
        .selectFrom('former_repository')
        .innerJoin('live_project', 'live_project.id', 'former_repository.project_id')
        .innerJoin('live_repository', 'live_repository.id', 'former_repository.repository_id')
        .where('former_repository.ends_at', '>', input.now)
        .select((select) => [
          select.val('repository').as('kind'),
          sql<string>`${sql.ref('live_project.name')} || '/' || ${sql.ref('former_repository.path')}`.as(
            'name',
          ),
          'live_repository.full_name as current',
          'former_repository.since as since',
          'former_repository.ends_at as endsAt',
        ]),
    );
  const rows = await builder
    .selectFrom(all.as('former'))
    .select(['kind', 'name', 'current', 'since', 'endsAt'])
    .orderBy('name')
    .offset(input.offset)
    .limit(input.limit)
    .execute();
  const { count } = await builder
    .selectFrom(all.as('former'))
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return {
    rows: rows.map((row) => ({ ...row, kind: row.kind as FormerName['kind'] })),
    count: Number(count),
  };
}

/** What a repository is called, and all that it was called before, as far as that is known. */
export async function allNamesOf(db: Queries, repositoryId: number): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    with place as (
      select live_repository.project_id, substr(live_repository.full_name, length(live_project.name) + 2) as path
        from live_repository join live_project on live_project.id = live_repository.project_id
        where live_repository.id = ${repositoryId}
      union all select project_id, path from former_repository where repository_id = ${repositoryId})
    select live_project.name || '/' || place.path as "name" from place
        join live_project on live_project.id = place.project_id
      union select former_project.name || '/' || place.path from place
        join former_project on former_project.project_id = place.project_id`.execute(db.builder);
  return rows.map(({ name }) => name);
}
