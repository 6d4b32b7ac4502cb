import { type ExpressionBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { contains } from '../../platform/db/list-where.ts';
import type { Schema } from '../../platform/db/schema.ts';
import { valueList } from '../../platform/db/value-list.ts';
import { isSystemAdmin } from './user-reads.ts';

export interface PagedUser {
  readonly id: number;
  readonly username: string;
  readonly email: string | null;
  readonly realname: string;
  readonly comment: string;
  readonly systemAdmin: boolean;
  readonly disabled: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** How a text is compared; a part in either case. */
export type TextMatch =
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'fuzzy'; readonly value: string }
  | { readonly kind: 'any'; readonly values: readonly string[] };

export interface UserOrder {
  readonly by: 'id' | 'username' | 'email' | 'realname' | 'createdAt' | 'updatedAt' | 'length';
  readonly descending: boolean;
}

export interface UserPage {
  readonly username?: TextMatch;
  readonly email?: TextMatch;
  readonly usernameOrEmail?: TextMatch;
  /** Default: the first administrator is left out, as Harbor does. */
  readonly withFirst?: boolean;
  readonly offset: number;
  readonly limit: number;
  /** What is alike by all of them is in the order of ids. */
  readonly sort: readonly UserOrder[];
}

const firstAdminId = 1;
const nobody = 0;

const orders = {
  id: sql.ref('user.id'),
  username: sql.ref('user.username'),
  /** None comes first. */
  email: sql`coalesce(${sql.ref('user.email')}, '')`,
  realname: sql.ref('user.realname'),
  createdAt: sql.ref('user.created_at'),
  updatedAt: sql.ref('user.updated_at'),
  length: sql`length(${sql.ref('user.username')})`,
} as const;

/** A page of the accounts, and how many there are in all. */
export async function pageOfUsers(
  db: Queries,
  input: UserPage,
): Promise<{ rows: PagedUser[]; count: number }> {
  if (matchesNothing(input)) return { rows: [], count: 0 };
  const matching = db.builder
    .selectFrom('user')
    .where('user.deleted_at', 'is', null)
    .where('user.id', '<>', input.withFirst === true ? nobody : firstAdminId)
    .where((where) => where.and(conditions(where, input, db)));
  const counted = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const found = await sorted(matching, input.sort)
    .select([
      'user.id',
      'user.username',
      'user.email',
      'user.realname',
      'user.comment',
      'user.disabled',
      'user.created_at as createdAt',
      'user.updated_at as updatedAt',
    ])
    .offset(input.offset)
    .limit(input.limit)
    .execute();
  const admins = await adminsAmong(
    db,
    found.map(({ id }) => id),
  );
  const rows = found.map((row) => ({
    ...row,
    systemAdmin: admins.has(row.id),
    disabled: row.disabled === 1,
  }));
  return { rows, count: counted.count };
}

/** One account with the same fields. */
export async function findPagedUser(db: Queries, id: number): Promise<PagedUser | undefined> {
  const row = await db.builder
    .selectFrom('user')
    .select([
      'id',
      'username',
      'email',
      'realname',
      'comment',
      'disabled',
      'created_at as createdAt',
      'updated_at as updatedAt',
    ])
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { ...row, systemAdmin: await isSystemAdmin(db, id), disabled: row.disabled === 1 };
}

async function adminsAmong(db: Queries, ids: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await db.builder
    .selectFrom('grant')
    .select('principal_id as id')
    .where('principal_kind', '=', 'user')
    .where('scope', '=', 'system')
    .where('role', '=', 'system-admin')
    .where('principal_id', 'in', valueList('integer', JSON.stringify(ids), db.dialect))
    .execute();
  return new Set(rows.map(({ id }) => id));
}

const longest = 255;

/** Nothing is called so; PostgreSQL takes no text with NUL, SQLite no pattern that is much longer. */
function matchesNothing({ username, email, usernameOrEmail }: UserPage): boolean {
  const texts = [username, email, usernameOrEmail].flatMap((match) =>
    match === undefined ? [] : match.kind === 'any' ? match.values : [match.value],
  );
  return texts.some((text) => text.includes('\0') || text.length > longest || !text.isWellFormed());
}

type Where = ExpressionBuilder<Schema, 'user'>;

function conditions(where: Where, input: UserPage, db: Queries) {
  const { username, email, usernameOrEmail } = input;
  return [
    ...(username === undefined ? [] : [compare('user.username', username, db)]),
    ...(email === undefined ? [] : [compare('user.email', email, db)]),
    ...(usernameOrEmail === undefined
      ? []
      : [
          where.or([
            compare('user.username', usernameOrEmail, db),
            compare('user.email', usernameOrEmail, db),
          ]),
        ]),
  ];
}

function compare(column: string, match: TextMatch, { dialect }: Queries) {
  const text = sql.ref(column);
  switch (match.kind) {
    case 'exact':
      return sql<SqlBool>`${text} = ${match.value}`;
    case 'any':
      return sql<SqlBool>`${text} in ${valueList('text', JSON.stringify(match.values), dialect)}`;
    case 'fuzzy':
      return contains(column, match.value);
  }
}

function sorted<O>(query: SelectQueryBuilder<Schema, 'user', O>, sort: readonly UserOrder[]) {
  return [...sort, { by: 'id', descending: false } as const].reduce(
    (ordered, { by, descending }) => ordered.orderBy(orders[by], descending ? 'desc' : 'asc'),
    query,
  );
}
