import { isTokenText, tokenHash } from '../../platform/crypto/new-token-text.ts';
import type { Database } from '../../platform/db/database.ts';
import type { UserPrincipal } from '../principal.ts';
import type { Verified } from '../users/remembered-passwords.ts';
import { findTokenByHash, findTokenById, type TokenOwner } from './token-reads.ts';

/** A token that is there is valid, one that is revoked is gone: there is nothing that rises. */
const onlyVersion = 1;

/** Whose token this is, while both live; undefined for what is none. */
export async function verifyPersonalToken(
  deps: { readonly db: Database },
  text: string,
): Promise<(Verified & { readonly principal: UserPrincipal }) | undefined> {
  if (!isTokenText(text)) return undefined;
  const owner = await findTokenByHash(deps.db.reader, tokenHash(text));
  if (owner === undefined || (await hasEnded(deps.db, owner))) return undefined;
  const { tokenId, userId, username } = owner;
  return {
    principal: { kind: 'user', id: userId, username, personalToken: tokenId },
    passwordVersion: onlyVersion,
  };
}

/** Undefined once the token is revoked or has ended, or its owner is gone or switched off. */
export async function findPersonalTokenVersion(
  deps: { readonly db: Database },
  tokenId: number,
): Promise<number | undefined> {
  const owner = await findTokenById(deps.db.reader, tokenId);
  return owner === undefined || (await hasEnded(deps.db, owner)) ? undefined : onlyVersion;
}

/** By the database's time, which is asked for only where a token ends. */
async function hasEnded(db: Database, { expiresAt }: TokenOwner): Promise<boolean> {
  return expiresAt !== null && expiresAt <= (await db.now());
}
