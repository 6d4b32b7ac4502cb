import { type Because, because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import { newTokenText, tokenHash } from '../../platform/crypto/new-token-text.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { keepUser } from '../users/user-writes.ts';
import type { TokenScope } from './token-scope.ts';
import { countTokens, insertToken } from './token-writes.ts';

const maxTokens = 100;
const maxNameLength = 100;

export interface CreateTokenInput {
  readonly userId: number;
  /** By which its owner knows it; each of an account has another one. */
  readonly name: string;
  /** Undefined: it stands for its owner. */
  readonly scopes: readonly (TokenScope & { readonly place: string })[] | undefined;
  /** Epoch milliseconds; null: it does not end. */
  readonly expiresAt: number | null;
  readonly actor: Actor;
}

export interface CreatedToken {
  readonly id: number;
  /** Nobody is told it again. */
  readonly token: string;
  readonly createdAt: number;
}

/**
 * Makes a token by which programs sign in as its owner, or as less.
 * @throws AppError BAD_REQUEST, NOT_FOUND for an account that is gone, CONFLICT for a name that is taken
 */
export async function createToken(
  deps: { readonly db: Database },
  input: CreateTokenInput,
): Promise<CreatedToken> {
  const name = requireName(input.name);
  const now = await deps.db.now();
  if (input.expiresAt !== null && !(Number.isSafeInteger(input.expiresAt) && input.expiresAt > now))
    throw new AppError('BAD_REQUEST', {
      message: 'the token would have ended already',
      detail: 'leave out when it ends, or name a time in the future',
      because: because('ended already', {}),
    });
  const token = newTokenText();
  const id = await deps.db.transaction((tx) =>
    create(tx, { ...input, name }, { hash: tokenHash(token), now }),
  );
  return { id, token, createdAt: now };
}

function requireName(given: string): string {
  const name = given.trim();
  if (name === '' || name.length > maxNameLength || /[\p{Cc}\p{Cs}]/u.test(name))
    throw new AppError('BAD_REQUEST', {
      message: `a token needs a name of 1 to ${maxNameLength} characters, without control characters`,
      detail: 'name it after what uses it, such as "laptop" or "build server"',
      because: wrongName(name),
    });
  return name;
}

function wrongName(name: string): Because {
  const what = 'name';
  if (name === '') return because('field empty', { what });
  return name.length > maxNameLength
    ? because('text too long', { what, most: String(maxNameLength) })
    : because('text invalid', { what });
}

async function create(
  tx: Tx,
  input: CreateTokenInput,
  { hash, now }: { readonly hash: string; readonly now: number },
): Promise<number> {
  const { userId, name, scopes, expiresAt, actor } = input;
  const owner = await keepUser(tx, userId);
  if (owner === undefined) throw new AppError('NOT_FOUND', { message: `user ${userId} not found` });
  if ((await countTokens(tx, userId)) >= maxTokens)
    throw new AppError('BAD_REQUEST', {
      message: `an account has at most ${maxTokens} tokens`,
      detail: 'revoke those that nobody uses',
      because: because('most reached', { what: 'tokens', most: String(maxTokens) }),
    });
  const id = await insertToken(tx, { userId, name, hash, scopes, expiresAt, now });
  if (id === undefined)
    throw new AppError('CONFLICT', {
      message: `${owner.username} has a token "${name}" already`,
      detail: 'choose another name, or revoke that one',
      because: because('token exists', { name }),
    });
  await append(tx, {
    type: 'token.created',
    at: now,
    actor,
    projectId: null,
    object: `user:${userId}`,
    data: {
      username: owner.username,
      token: id,
      name,
      expiresAt,
      scopes: scopes === undefined ? null : scopeText(scopes),
    },
  });
  return id;
}

/** `pull,push pay/api; pull other`. */
function scopeText(scopes: readonly (TokenScope & { readonly place: string })[]): string {
  return scopes.map(({ actions, place }) => `${actions.join(',')} ${place}`).join('; ');
}
