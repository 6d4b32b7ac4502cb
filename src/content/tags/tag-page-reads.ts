import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';

const columns = {
  id: 'id',
  name: 'name',
  pushedAt: 'pushed_at',
  /** Never comes first. */
  pulledAt: sql`coalesce(pulled_at, 0)`,
} as const;

export type TagColumn = keyof typeof columns;

export interface TagPage {
  readonly artifactId: number;
  readonly name?: { readonly exact?: string; readonly fuzzy?: string; readonly any?: readonly string[] };
  readonly sort: readonly { readonly by: TagColumn; readonly descending: boolean }[];
  readonly offset: number;
  readonly limit: number;
}

/** A page of the tags of an artifact, and how many there are in all. */
export async function pageOfTagsOf(db: Queries, input: TagPage) {
  const matching = db.builder
    .selectFrom('live_tag')
    .where('artifact_id', '=', input.artifactId)
    .where((where) => where.and(conditions(input)));
  const counted = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const last = input.sort.at(-1)?.descending ?? true;
  const rows = await [...input.sort, { by: 'id', descending: last } as const]
    .reduce((query, { by, descending }) => query.orderBy(columns[by], descending ? 'desc' : 'asc'), matching)
    .select([
      'id',
      'repository_id as repositoryId',
      'artifact_id as artifactId',
      'name',
      'pushed_at as pushedAt',
      'pulled_at as pulledAt',
    ])
    .offset(input.offset)
    .limit(input.limit)
    .execute();
  return { rows, count: Number(counted.count) };
}

function conditions({ name }: TagPage): RawBuilder<SqlBool>[] {
  const { exact, fuzzy, any } = name ?? {};
  const escaped = fuzzy?.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`);
  return [
    ...(exact === undefined ? [] : [sql<SqlBool>`name = ${exact}`]),
    ...(any === undefined ? [] : [sql<SqlBool>`name in (${sql.join(any)})`]),
    ...(escaped === undefined ? [] : [sql<SqlBool>`lower(name) like ${`%${escaped}%`} escape '\\'`]),
  ];
}
