import {
  type PagedUser,
  pageOfUsers,
  type TextMatch,
  type UserOrder,
} from '../../access/users/user-page-reads.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { offsetOf, type Page } from '../../platform/http/api/page.ts';
import { type Match, parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';

/** Names of the columns and of the fields of Harbor's code; others do not count. */
const orders: Readonly<Record<string, UserOrder['by']>> = {
  username: 'username',
  Username: 'username',
  user_id: 'id',
  UserID: 'id',
  email: 'email',
  Email: 'email',
  realname: 'realname',
  Realname: 'realname',
  creation_time: 'createdAt',
  CreationTime: 'createdAt',
  update_time: 'updatedAt',
  UpdateTime: 'updatedAt',
};

export interface ListUsersInput {
  readonly page: Page;
  readonly q: string | undefined;
  readonly sort: string | undefined;
  /** Of the query, beside `q`: parts of the name and of the address. */
  readonly username: string | undefined;
  readonly email: string | undefined;
  readonly first_administrator?: boolean | undefined;
}

export async function listUsers(
  deps: { readonly db: Database },
  input: ListUsersInput,
): Promise<{ rows: readonly PagedUser[]; count: number }> {
  const query = parseListQuery(input.q);
  const of = (...names: string[]): TextMatch | undefined => {
    const name = names.find((each) => query.has(each));
    return name === undefined ? undefined : textMatch(name, query.get(name));
  };
  const username = part(input.username) ?? of('username', 'Username');
  const email = part(input.email) ?? of('email', 'Email');
  const usernameOrEmail = of('username_or_email');
  return pageOfUsers(deps.db.reader, {
    ...(username === undefined ? {} : { username }),
    ...(email === undefined ? {} : { email }),
    ...(usernameOrEmail === undefined ? {} : { usernameOrEmail }),
    withFirst: input.first_administrator === true,
    ...slice(input.page),
    sort: parseSort(input.sort, Object.keys(orders), { key: 'username', descending: false }).map(
      ({ key, descending }) => ({ by: orders[key] ?? 'username', descending }),
    ),
  });
}

/** Those whose names have this in them, the shortest first: it is the nearest to what was typed. */
export function searchUsers(deps: { readonly db: Database }, input: { page: Page; username: string }) {
  return pageOfUsers(deps.db.reader, {
    username: { kind: 'fuzzy', value: input.username },
    ...slice(input.page),
    sort: [
      { by: 'length', descending: false },
      { by: 'username', descending: false },
    ],
  });
}

function slice(page: Page): { offset: number; limit: number } {
  return { offset: offsetOf(page), limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size };
}

function part(text: string | undefined): TextMatch | undefined {
  return text === undefined || text === '' ? undefined : { kind: 'fuzzy', value: text };
}

function textMatch(key: string, match: Match | undefined): TextMatch | undefined {
  if (match === undefined) return undefined;
  if (match.kind === 'exact' || match.kind === 'fuzzy') return match;
  if (match.kind === 'any') return { kind: 'any', values: match.values };
  throw new AppError('BAD_REQUEST', {
    message: `invalid query string value: ${key} is not compared in this way`,
  });
}
