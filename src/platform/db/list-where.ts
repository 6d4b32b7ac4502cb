import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ListCondition, SortKey } from '../../lib/list-condition.ts';
import { lowerAscii } from '../../lib/text/lower-ascii.ts';
import type { DialectName } from './dialect.ts';
import { valueList } from './value-list.ts';

/** Where each column of a list is in its query: `live_project.name`. */
type Places<C extends string> = Readonly<Record<C, string>>;

/** The longest text that is compared: no name is longer, and SQLite takes no pattern that is much longer. */
const longestText = 4096;

const signs = { equal: sql`=`, above: sql`>`, below: sql`<`, from: sql`>=`, to: sql`<=` } as const;

/** The conditions of a list for its `where`; every value is a parameter. */
export function listWhere<C extends string>(
  conditions: readonly ListCondition<C>[],
  places: Places<C>,
  dialect: DialectName,
): RawBuilder<SqlBool> {
  if (conditions.length === 0) return sql<SqlBool>`1 = 1`;
  return sql<SqlBool>`(${sql.join(
    conditions.map((condition) => whereOf(condition, places[condition.column], dialect)),
    sql` and `,
  )})`;
}

function whereOf(condition: ListCondition, place: string, dialect: DialectName): RawBuilder<SqlBool> {
  const column = sql.ref(place);
  switch (condition.is) {
    case 'containing':
      return contains(place, condition.text);
    case 'one of': {
      const list = JSON.stringify(condition.values);
      return condition.type === 'text'
        ? sql<SqlBool>`${column} in ${valueList('text', list, dialect)}`
        : sql<SqlBool>`${column} in ${valueList('integer', list, dialect)}`;
    }
    default:
      return sql<SqlBool>`${column} ${signs[condition.is]} ${condition.value}`;
  }
}

/** Part of a text, in any case of ASCII letters; the signs of patterns stand for themselves. */
export function contains(place: string, part: string): RawBuilder<SqlBool> {
  return isLike(place, part, `%${escaped(part)}%`);
}

/** As `contains`; with a `*`, which stands for any signs or none, it is the whole text: `pr-*` begins with `pr-`. */
export function matches(place: string, text: string): RawBuilder<SqlBool> {
  if (!text.includes('*')) return contains(place, text);
  return isLike(place, text, escaped(text).replaceAll(/\*+/g, '%'));
}

function isLike(place: string, text: string, pattern: string): RawBuilder<SqlBool> {
  if (text.length > longestText) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`lower(${sql.ref(place)}) like ${pattern} escape '\\'`;
}

function escaped(text: string): string {
  return lowerAscii(text).replaceAll(/[\\%_]/g, String.raw`\$&`);
}

/** For `orderBy`; what is alike by all keys is in the order of the last one, which tells every row from every other. */
export function listOrder<C extends string>(
  sort: readonly SortKey<C>[],
  places: Places<C>,
  last: { readonly place: string; readonly descending: boolean },
): RawBuilder<unknown> {
  const term = (place: string, descending: boolean): RawBuilder<unknown> =>
    descending ? sql`${sql.ref(place)} desc` : sql`${sql.ref(place)} asc`;
  return sql.join([
    ...sort.map(({ key, descending }) => term(places[key], descending)),
    term(last.place, last.descending),
  ]);
}
