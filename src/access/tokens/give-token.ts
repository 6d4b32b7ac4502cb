import { AppError } from '../../lib/errors.ts';
import type { Principal } from '../principal.ts';
import { type IssuedToken, type Tokens, tokenServiceName } from './tokens.ts';

export interface GiveTokenDeps {
  readonly tokens: Pick<Tokens, 'issue'>;
  /** Of names and passwords; a token gives no other token. */
  readonly signIn: (
    header: string | undefined,
    from: { readonly clientAddress: string; readonly client: string; readonly id: string },
  ) => Promise<{ readonly principal: Principal; readonly passwordVersion: number | undefined }>;
}

export interface TokenAsked {
  readonly authorization: string | undefined;
  readonly address: string;
  readonly client: string;
  /** Of the request. */
  readonly id: string;
  /** Every `service` of the request. */
  readonly services: readonly string[];
  /** Every `scope` of the request. */
  readonly scopes: readonly string[];
}

/** RFC 7235 §3.1: a 401 says how to sign in. */
const challenge = { 'WWW-Authenticate': 'Basic realm="Berth", charset="UTF-8"' } as const;

/**
 * A token for what was asked, whatever the caller may do there. Somebody without a password gets one too, of nobody in
 * particular, if it was asked for something: public images are pulled with it.
 * @throws AppError UNAUTHORIZED, BAD_REQUEST, TOO_MANY_REQUESTS
 */
export async function giveToken(
  deps: GiveTokenDeps,
  asked: TokenAsked,
): Promise<IssuedToken & { readonly principal: Principal }> {
  const { services } = asked;
  const other = services.find((name) => name !== tokenServiceName);
  if (other !== undefined || services.length === 0) {
    throw new AppError('BAD_REQUEST', {
      message: `there is no service "${(other ?? '').slice(0, 100)}" here; this one is ${tokenServiceName}`,
    });
  }
  const scopes = asked.scopes.filter((scope) => scope.trim() !== '');
  const { principal, passwordVersion } = await signIn(deps, asked);
  if (principal.kind === 'anonymous' && scopes.length === 0)
    throw new AppError('UNAUTHORIZED', { headers: challenge });
  return { ...(await deps.tokens.issue({ principal, passwordVersion, scopes })), principal };
}

async function signIn(deps: GiveTokenDeps, { authorization, address, client, id }: TokenAsked) {
  try {
    return await deps.signIn(authorization, { clientAddress: address, client, id });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'UNAUTHORIZED') throw error;
    const { message } = error;
    throw new AppError('UNAUTHORIZED', { message, headers: challenge }, { cause: error });
  }
}
