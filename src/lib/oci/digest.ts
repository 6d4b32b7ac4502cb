import { AppError } from '../errors.ts';

/** `algorithm:encoded` with a registered algorithm and lower-case hex of its length (image-spec, Descriptors, "Digests"). */
export type Digest = string & { readonly __brand: 'Digest' };

/** The digest that a blob's row and its place in the store are named by: sha256. */
export type CanonicalDigest = Digest & { readonly __canonical: true };

export type DigestAlgorithm = 'sha256' | 'sha512';

/** Algorithms that this registry can verify, with the length of their hex form. */
const hexLengths: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 } satisfies Record<
  DigestAlgorithm,
  number
>;

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
    detail: 'use sha256: and 64 lower-case hex digits, or sha512: and 128',
  });
}

export function sha256Digest(hex: string): CanonicalDigest {
  return `sha256:${hex}` as CanonicalDigest;
}

export function sha512Digest(hex: string): Digest {
  return `sha512:${hex}` as Digest;
}

export function isCanonical(digest: Digest): digest is CanonicalDigest {
  return digest.startsWith('sha256:');
}

/** @throws AppError DIGEST_INVALID for an algorithm that this registry cannot verify */
export function requireAlgorithm(name: string): DigestAlgorithm {
  if (name === 'sha256' || name === 'sha512') return name;
  throw new AppError('DIGEST_INVALID', {
    message: `the digest algorithm "${name.slice(0, 50)}" is not supported`,
    detail: 'use sha256 or sha512',
  });
}

export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

export function digestAlgorithm(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':'));
}
