import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { deleteTokenRow } from './token-writes.ts';

/**
 * Ends a token; what was begun with it ends with the next request, on every instance.
 * @throws AppError NOT_FOUND
 */
export async function revokeToken(
  deps: { readonly db: Database },
  input: {
    readonly tokenId: number;
    readonly owner: { id: number; username: string };
    readonly actor: Actor;
  },
): Promise<void> {
  const { tokenId, owner, actor } = input;
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const name = await deleteTokenRow(tx, { id: tokenId, userId: owner.id });
    if (name === undefined)
      throw new AppError('NOT_FOUND', { message: `${owner.username} has no token ${tokenId}` });
    await append(tx, {
      type: 'token.revoked',
      at: now,
      actor,
      projectId: null,
      object: `user:${owner.id}`,
      data: { username: owner.username, token: tokenId, name },
    });
  });
}
