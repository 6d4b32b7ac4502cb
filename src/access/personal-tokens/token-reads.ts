import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { Action } from '../grants/actions.ts';
import type { TokenScope } from './token-scope.ts';

/** A token with the account that it signs in, both of which live. */
export interface TokenOwner {
  readonly tokenId: number;
  readonly userId: number;
  readonly username: string;
  readonly expiresAt: number | null;
}

const ownerColumns = [
  'token.id as tokenId',
  'user.id as userId',
  'user.username',
  'token.expires_at as expiresAt',
] as const;

const byHash = prepare((db, values: { hash: string }) =>
  db
    .selectFrom('token')
    .innerJoin('user', 'user.id', 'token.user_id')
    .select(ownerColumns)
    .where('token.secret_hash', '=', values.hash)
    .where('user.disabled', '=', 0)
    .where('user.deleted_at', 'is', null),
);

export function findTokenByHash(db: Queries, hash: string): Promise<TokenOwner | undefined> {
  return db.first(byHash, { hash });
}

const byId = prepare((db, values: { id: number }) =>
  db
    .selectFrom('token')
    .innerJoin('user', 'user.id', 'token.user_id')
    .select(ownerColumns)
    .where('token.id', '=', values.id)
    .where('user.disabled', '=', 0)
    .where('user.deleted_at', 'is', null),
);

export function findTokenById(db: Queries, id: number): Promise<TokenOwner | undefined> {
  return db.first(byId, { id });
}

const limits = prepare((db, values: { id: number }) =>
  db
    .selectFrom('token')
    .leftJoin('token_scope', 'token_scope.token_id', 'token.id')
    .select([
      'token.narrowed',
      'token_scope.id',
      'token_scope.project_id as projectId',
      'token_scope.repository_pattern as repositoryPattern',
      'token_scope.actions',
    ])
    .where('token.id', '=', values.id),
);

/** What a token is limited to; undefined: to nothing, it stands for its owner. One that is gone allows nothing. */
export async function limitsOfToken(db: Queries, id: number): Promise<readonly TokenScope[] | undefined> {
  const rows = await db.all(limits, { id });
  if (rows[0]?.narrowed === 0) return undefined;
  return rows.flatMap(({ actions, projectId, repositoryPattern }) =>
    actions === null ? [] : [{ actions: parseActions(actions), projectId, repositoryPattern }],
  );
}

function parseActions(text: string): Action[] {
  return text.split(',') as Action[];
}

/** A token as its owner sees it in lists; nobody is told its secret again. */
export interface ListedToken {
  readonly id: number;
  readonly name: string;
  readonly narrowed: boolean;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  readonly lastUsedAddress: string;
  readonly lastUsedClient: string;
  readonly scopes: readonly (TokenScope & { readonly projectName: string | null })[];
}

const ofUser = prepare((db, values: { userId: number }) =>
  db
    .selectFrom('token')
    .leftJoin('token_scope', 'token_scope.token_id', 'token.id')
    .leftJoin('live_project', 'live_project.id', 'token_scope.project_id')
    .select([
      'token.id',
      'token.name',
      'token.narrowed',
      'token.created_at as createdAt',
      'token.expires_at as expiresAt',
      'token.last_used_at as lastUsedAt',
      'token.last_used_address as lastUsedAddress',
      'token.last_used_client as lastUsedClient',
      'token_scope.project_id as projectId',
      'token_scope.repository_pattern as repositoryPattern',
      'token_scope.actions',
      'live_project.name as projectName',
    ])
    .where('token.user_id', '=', values.userId)
    .orderBy('token.id')
    .orderBy('token_scope.id'),
);

/** In the order in which they were made: an account has at most as many as fit a page. */
export async function listTokens(db: Queries, userId: number): Promise<ListedToken[]> {
  const rows = await db.all(ofUser, { userId });
  return [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((parts) => {
    const [first] = parts;
    if (first === undefined) return [];
    const { id, name, narrowed, createdAt, expiresAt, lastUsedAt, lastUsedAddress, lastUsedClient } = first;
    const token = { id, name, createdAt, expiresAt, lastUsedAt, lastUsedAddress, lastUsedClient };
    const scopes = parts.flatMap(({ actions, projectId, repositoryPattern, projectName }) =>
      actions === null || (projectId !== null && projectName === null)
        ? []
        : [{ actions: parseActions(actions), projectId, repositoryPattern, projectName }],
    );
    return [{ ...token, narrowed: narrowed === 1, scopes }];
  });
}
