import { randomUUID } from 'node:crypto';
import type { ParsedName } from '../../lib/oci/repository-name.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/log/logger.ts';
import type { TokenAccess } from '../caller.ts';
import { anonymous, type Principal, principalName, type SignedInPrincipal } from '../principal.ts';
import { type JsonWebToken, signToken, splitToken } from './json-web-token.ts';
import { parseScopes } from './parse-scopes.ts';
import { RememberedTokens } from './remembered-tokens.ts';
import type { TokenKeys } from './token-keys.ts';

/** The `service` of challenges and of requests for tokens; Harbor's, which its clients name. */
export const tokenServiceName = 'harbor-registry';
export const tokenPath = '/service/token';

const issuer = 'berth';
/** For clocks of instances that differ: a token may come from so far in the future (RFC 7519 §4.1.5) … */
const leewaySeconds = 60;
/** … and be used so long after its end (§4.1.4), which is short, since a client can always get a new one. */
const lateSeconds = 15;

export interface TokensDeps {
  readonly keys: Pick<TokenKeys, 'current' | 'find'>;
  readonly clock: Clock;
  /** Of a token that is made now. */
  readonly lifeSeconds: () => number;
  readonly defaultProject: string;
  readonly log: Logger;
  /** The project of a name, if it exists and the principal may know that. */
  readonly visibleProjectId: (principal: Principal, name: ParsedName) => Promise<number | undefined>;
}

export interface TokenRequest {
  readonly principal: Principal;
  /** Undefined: who has none, which is nobody in particular. */
  readonly passwordVersion: number | undefined;
  /** As the client sent them. */
  readonly scopes: readonly string[];
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresIn: number;
  /** Epoch seconds. */
  readonly issuedAt: number;
}

/** A token that we made and that is valid now. Whether its account still is has to be asked at each use. */
export interface VerifiedToken {
  readonly principal: Principal;
  readonly passwordVersion: number | undefined;
  readonly access: readonly TokenAccess[];
  readonly notBefore: number;
  readonly expiresAt: number;
}

export interface Tokens {
  issue(request: TokenRequest): Promise<IssuedToken>;
  verify(text: string): Promise<VerifiedToken | undefined>;
}

interface Claims {
  readonly iss: string;
  /** User name, empty for nobody in particular. */
  readonly sub: string;
  readonly aud: string;
  readonly exp: number;
  readonly nbf: number;
  readonly iat: number;
  readonly jti: string;
  readonly kind: Principal['kind'];
  /** The principal's id and the version of its password; absent for nobody in particular. */
  readonly uid?: number;
  readonly pwv?: number;
  /** The personal token by which a user signed in. */
  readonly tok?: number;
  readonly access: readonly AccessClaim[];
}

/** The form of distribution's tokens, and the id of the project. */
interface AccessClaim {
  readonly type: TokenAccess['type'];
  readonly name: string;
  readonly actions: readonly string[];
  readonly pid?: number;
}

/** Tokens say who asked and for what; what the bearer may do is decided by grants at each request. */
export function createTokens(deps: TokensDeps): Tokens {
  const remembered = new RememberedTokens<VerifiedToken>();
  return {
    issue: (request) => issue(deps, request),
    async verify(text) {
      const now = deps.clock() / 1000;
      const known = remembered.recall(text);
      const token = known ?? (await check(deps, text));
      if (token === undefined) return undefined;
      if (!isValidAt(token, now)) {
        remembered.forget(text);
        tellOfClocks(deps.log, token, now);
        return undefined;
      }
      if (known === undefined) remembered.remember(text, token);
      return token;
    },
  };
}

async function issue(deps: TokensDeps, request: TokenRequest): Promise<IssuedToken> {
  const { principal, passwordVersion } = request;
  const issuedAt = Math.floor(deps.clock() / 1000);
  const lifeSeconds = deps.lifeSeconds();
  const claims: Claims = {
    iss: issuer,
    sub: principal.kind === 'anonymous' ? '' : principalName(principal),
    aud: tokenServiceName,
    exp: issuedAt + lifeSeconds,
    nbf: issuedAt,
    iat: issuedAt,
    jti: randomUUID(),
    kind: principal.kind,
    ...(principal.kind === 'anonymous' ? {} : { uid: idOf(principal) }),
    ...(passwordVersion === undefined ? {} : { pwv: passwordVersion }),
    ...(principal.kind === 'user' && principal.personalToken !== undefined
      ? { tok: principal.personalToken }
      : {}),
    access: await accessOf(deps, request),
  };
  const token = signToken(await deps.keys.current(), claims);
  return { token, expiresIn: lifeSeconds, issuedAt };
}

async function accessOf(deps: TokensDeps, request: TokenRequest): Promise<AccessClaim[]> {
  const { repositories, catalog } = parseScopes(request.scopes, deps.defaultProject);
  const access: AccessClaim[] = [];
  for (const { name, actions } of repositories) {
    const pid = await deps.visibleProjectId(request.principal, name);
    const claim = { type: 'repository', name: name.fullName, actions } as const;
    access.push(pid === undefined ? claim : { ...claim, pid });
  }
  if (catalog) access.push({ type: 'registry', name: 'catalog', actions: ['*'] });
  return access;
}

async function check(deps: TokensDeps, text: string): Promise<VerifiedToken | undefined> {
  const split = splitToken(text);
  if (split === undefined) return undefined;
  const key = await deps.keys.find(split.kid);
  if (key === undefined || !key.verify(split.signed, split.signature)) return undefined;
  return readClaims(split);
}

/** What carries our signature has our form; yet a later version may have another one. */
function readClaims({ payload }: JsonWebToken): VerifiedToken | undefined {
  const claims = (payload ?? {}) as Partial<Claims>;
  const { iss, aud, exp, nbf, access, pwv } = claims;
  if (iss !== issuer || aud !== tokenServiceName || !Array.isArray(access)) return undefined;
  if (typeof exp !== 'number' || typeof nbf !== 'number') return undefined;
  const principal = readPrincipal(claims);
  if (principal === undefined) return undefined;
  if (principal.kind !== 'anonymous' && typeof pwv !== 'number') return undefined;
  return {
    principal,
    passwordVersion: pwv,
    access: (access as AccessClaim[]).map(({ type, name, actions, pid }) => {
      const asked = { type, name, actions };
      return pid === undefined ? asked : { ...asked, projectId: pid };
    }),
    notBefore: nbf,
    expiresAt: exp,
  };
}

function readPrincipal({ kind, uid, sub, tok }: Partial<Claims>): Principal | undefined {
  if (kind === 'anonymous') return anonymous;
  if (typeof uid !== 'number' || typeof sub !== 'string') return undefined;
  if (kind === 'robot') return { kind, robotId: uid, robotName: sub };
  if (kind !== 'user') return undefined;
  return { kind, id: uid, username: sub, ...(tok === undefined ? {} : { personalToken: tok }) };
}

function idOf(principal: SignedInPrincipal): number {
  return principal.kind === 'robot' ? principal.robotId : principal.id;
}

function isValidAt(token: VerifiedToken, nowSeconds: number): boolean {
  return token.notBefore <= nowSeconds + leewaySeconds && nowSeconds < token.expiresAt + lateSeconds;
}

/** It carries our signature, so another instance made it. */
function tellOfClocks(log: Logger, token: VerifiedToken, nowSeconds: number): void {
  const aheadSeconds = Math.round(token.notBefore - nowSeconds);
  if (aheadSeconds <= leewaySeconds) return;
  log.warn({ aheadSeconds }, 'a token is not valid yet: the clocks of two instances differ too much');
}
