import type { ScopeAction } from '../access/tokens/parse-scopes.ts';
import { tokenPath, tokenServiceName } from '../access/tokens/tokens.ts';
import type { Challenge } from '../lib/errors.ts';
import type { ParsedName } from '../lib/oci/repository-name.ts';

export const catalogScope = 'registry:catalog:*';

const actionsFor: Readonly<Record<ScopeAction, string>> = {
  pull: 'pull',
  push: 'pull,push',
  delete: 'delete',
};

/**
 * The scope of a token for an operation, names as the client writes them. A mount needs two, in one value: some
 * clients read no second one.
 */
export function challengeScope(
  action: ScopeAction,
  name: ParsedName,
  source: ParsedName | undefined,
): string {
  const own = `repository:${name.clientForm}:${actionsFor[action]}`;
  return source === undefined ? own : `${own} repository:${source.clientForm}:pull`;
}

/** RFC 7617: a quoted string, of which clients expect ASCII. */
export function basicChallenge(realm: string): string {
  return `Basic realm="${realm.replace(/[^ -~]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}

/** `WWW-Authenticate` of a 401: where a token is had, for what, and what is wrong with the one that was sent (RFC 6750 §3). */
export function challengeHeader(origin: string, scope: string | undefined, { error }: Challenge): string {
  const realm = `${origin}${tokenPath}`;
  const values = Object.entries({ realm, service: tokenServiceName, scope, error });
  const shown = values.flatMap(([key, value]) => (value === undefined ? [] : [`${key}="${value}"`]));
  return `Bearer ${shown.join(',')}`;
}
