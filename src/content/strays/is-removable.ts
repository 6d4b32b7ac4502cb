import { type CanonicalDigest, sha256Digest } from '../../lib/oci/digest.ts';
import { blobsRoot, canonicalKey, quarantineRoot, stagingRoot } from '../../platform/blobstore/layout.ts';

/** Below the two digits that its digest begins with: only so keys are in the order of digests. */
const contentName = new RegExp(`^${blobsRoot}/sha256/([0-9a-f]{2})/(\\1[0-9a-f]{62})/data(?:\\.\\d+)?$`);
/** `<upload>.<generation>`, or what is left of one below the least size of a part. */
const stagedName = new RegExp(
  `^${stagingRoot}/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.\\d+(?:\\.tail-\\d+)?$`,
);

/** Of content, at its canonical key or at one that it got since that was burnt. */
export function digestOfKey(key: string): CanonicalDigest | undefined {
  const hex = contentName.exec(key)?.[2];
  return hex === undefined ? undefined : sha256Digest(hex);
}

/** The upload that staged it. */
export function uploadOfKey(key: string): string | undefined {
  return stagedName.exec(key)?.[1];
}

/** Whose rows can be held while it is moved: all other names are somebody else's, and only reported. */
export function isRemovable(key: string): boolean {
  const digest = digestOfKey(key);
  return digest === undefined ? uploadOfKey(key) !== undefined : canonicalKey(digest) === key;
}

/** One folder for all of them. */
export function quarantineKey(key: string): string {
  return `${quarantineRoot}/${encodeURIComponent(key)}`;
}

/** Where it was found; undefined: it was not put there by Berth. */
export function keyBeforeQuarantine(quarantined: string): string | undefined {
  const name = quarantined.slice(quarantineRoot.length + 1);
  try {
    const key = decodeURIComponent(name);
    return isRemovable(key) ? key : undefined;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
