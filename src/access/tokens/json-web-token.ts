import type { SigningKey } from '../../platform/crypto/signing-key.ts';

/** A token taken apart; nothing of it is believed before its signature was found right. */
export interface JsonWebToken {
  readonly kid: string;
  /** What the signature is of. */
  readonly signed: string;
  readonly signature: Uint8Array;
  readonly payload: unknown;
}

/** RFC 7515 §3.1, compact form. */
export function signToken(key: SigningKey, payload: object): string {
  const header = encode(JSON.stringify({ alg: 'ES256', typ: 'JWT', kid: key.kid }));
  const signed = `${header}.${encode(JSON.stringify(payload))}`;
  return `${signed}.${key.sign(signed).toString('base64url')}`;
}

/**
 * Undefined for what we never made. The header has exactly our three fields: one that names another algorithm or brings
 * a key along (`jwk`, `jku`, `x5u`, `x5c`) or conditions (`crit`) is none of ours (RFC 8725 §3.1, §3.5).
 */
export function splitToken(text: string): JsonWebToken | undefined {
  const parts = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(text);
  if (parts === null) return undefined;
  const [, header = '', payload = '', signature = ''] = parts;
  const fields = decode(header);
  if (fields === undefined || Object.keys(fields).toSorted().join() !== 'alg,kid,typ') return undefined;
  const { alg, typ, kid } = fields as { alg?: unknown; typ?: unknown; kid?: unknown };
  if (alg !== 'ES256' || typ !== 'JWT' || typeof kid !== 'string') return undefined;
  return {
    kid,
    signed: `${header}.${payload}`,
    signature: Buffer.from(signature, 'base64url'),
    payload: decode(payload),
  };
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function decode(part: string): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
