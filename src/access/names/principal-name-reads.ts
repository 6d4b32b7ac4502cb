import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { valueList } from '../../platform/db/value-list.ts';

/** The names of the users, robots and groups among these texts. */
export async function principalNames(
  db: Queries,
  texts: readonly string[],
  prefix: string,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const ids = (kind: string) =>
    JSON.stringify(
      [...new Set(texts)].flatMap((text) => {
        const [, own, id] = /^(\w+):(\d{1,15})$/.exec(text) ?? [];
        return own === kind ? [Number(id)] : [];
      }),
    );
  const { builder, dialect } = db;
  for (const [kind, table, column, before] of [
    ['user', 'user', 'username', ''],
    ['robot', 'robot', 'name', prefix],
    ['group', 'user_group', 'name', ''],
  ] as const) {
    const json = ids(kind);
    if (json === '[]') continue;
    const rows = await builder
      .selectFrom(table)
      .select(['id', sql<string>`${sql.ref(column)}`.as('name')])
      .where('id', 'in', valueList('integer', json, dialect))
      .execute();
    for (const { id, name } of rows) names.set(`${kind}:${id}`, `${before}${name}`);
  }
  return names;
}
