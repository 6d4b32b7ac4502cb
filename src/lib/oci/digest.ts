import { AppError } from '../errors.ts';

/** `algorithm:encoded` with a registered algorithm and lower-case hex of its length (image-spec, Descriptors, "Digests"). */
export type Digest = string & { readonly __brand: 'Digest' };

/** Algorithms that this registry can verify, with the length of their hex form. */
const hexLengths: Readonly<Record<string, number>> = { sha256: 64 };

const grammar = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

/** Returns undefined for anything that is not a digest this registry can verify. */
export function parseDigest(text: string): Digest | undefined {
  const colon = text.indexOf(':');
  const length = colon < 0 ? undefined : hexLengths[text.slice(0, colon)];
  if (length === undefined || text.length !== colon + 1 + length) return undefined;
  return /^[0-9a-f]+$/.test(text.slice(colon + 1)) ? (text as Digest) : undefined;
}

/** @throws AppError DIGEST_INVALID */
export function requireDigest(text: string): Digest {
  const digest = parseDigest(text);
  if (digest !== undefined) return digest;
  const why = grammar.test(text)
    ? 'its algorithm is not supported or its hex has the wrong length'
    : 'it does not have the form algorithm:hex';
  throw new AppError('DIGEST_INVALID', {
    message: `"${text.slice(0, 150)}" is not a digest: ${why}`,
    detail: 'use sha256: and 64 lower-case hex digits',
  });
}

export function sha256Digest(hex: string): Digest {
  return `sha256:${hex}` as Digest;
}

export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

export function digestAlgorithm(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':'));
}
