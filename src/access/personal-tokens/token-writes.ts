import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { TokenScope } from './token-scope.ts';

const countOf = prepare((db, values: { userId: number }) =>
  db
    .selectFrom('token')
    .select((each) => each.fn.countAll<number>().as('count'))
    .where('user_id', '=', values.userId),
);

export async function countTokens(tx: Tx, userId: number): Promise<number> {
  return Number((await tx.first(countOf, { userId }))?.count ?? 0);
}

const insert = prepare(
  (
    db,
    values: {
      userId: number;
      name: string;
      hash: string;
      narrowed: number;
      expiresAt: number | null;
      now: number;
    },
  ) =>
    db
      .insertInto('token')
      .values({
        user_id: values.userId,
        name: values.name,
        secret_hash: values.hash,
        narrowed: values.narrowed,
        expires_at: values.expiresAt,
        created_at: values.now,
      })
      .onConflict((conflict) => conflict.columns(['user_id', 'name']).doNothing())
      .returning('id'),
);

const insertScope = prepare(
  (
    db,
    values: {
      tokenId: number;
      projectId: number | null;
      repositoryPattern: string | null;
      actions: string;
    },
  ) =>
    db.insertInto('token_scope').values({
      token_id: values.tokenId,
      project_id: values.projectId,
      repository_pattern: values.repositoryPattern,
      actions: values.actions,
    }),
);

/** Its id; undefined when the account has one of that name. */
export async function insertToken(
  tx: Tx,
  token: {
    readonly userId: number;
    readonly name: string;
    readonly hash: string;
    /** Undefined: it stands for its owner. */
    readonly scopes: readonly TokenScope[] | undefined;
    readonly expiresAt: number | null;
    readonly now: number;
  },
): Promise<number | undefined> {
  const { scopes, ...rest } = token;
  const row = await tx.first(insert, { ...rest, narrowed: scopes === undefined ? 0 : 1 });
  if (row === undefined) return undefined;
  for (const { actions, projectId, repositoryPattern } of scopes ?? [])
    await tx.run(insertScope, {
      tokenId: row.id,
      projectId,
      repositoryPattern,
      actions: actions.join(','),
    });
  return row.id;
}

const remove = prepare((db, values: { id: number; userId: number }) =>
  db.deleteFrom('token').where('id', '=', values.id).where('user_id', '=', values.userId).returning('name'),
);

/** Its name; undefined: the account has none of that id. */
export async function deleteTokenRow(
  tx: Tx,
  of: { readonly id: number; readonly userId: number },
): Promise<string | undefined> {
  return (await tx.first(remove, { ...of }))?.name;
}

const ended = prepare((db, values: { before: number; count: number }) =>
  db
    .selectFrom('token')
    .innerJoin('user', 'user.id', 'token.user_id')
    .select(['token.id', 'token.user_id as userId', 'user.username'])
    .where('token.expires_at', '<', values.before)
    .orderBy('token.id')
    .limit(values.count),
);

/** Some of those that ended before that time, with their owners, deleted ones too. */
export function tokensEndedBefore(
  tx: Tx,
  of: { readonly before: number; readonly count: number },
): Promise<{ readonly id: number; readonly userId: number; readonly username: string }[]> {
  return tx.all(ended, { ...of });
}

const setUse = prepare((db, values: { id: number; at: number; address: string; client: string }) =>
  db
    .updateTable('token')
    .set({
      last_used_at: values.at,
      last_used_address: values.address,
      last_used_client: values.client,
    })
    .where('id', '=', values.id),
);

export async function setTokenUse(
  tx: Tx,
  input: { readonly id: number; readonly at: number; readonly address: string; readonly client: string },
): Promise<void> {
  await tx.run(setUse, { ...input });
}
