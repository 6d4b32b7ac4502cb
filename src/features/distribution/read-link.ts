import { type CanonicalDigest, isCanonical, parseDigest } from '../../lib/oci/digest.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';

/** `sha256:` and 64 hex digits, without a newline. */
export const linkBytes = 71;

/** The digest that a link's text is, or undefined for anything else. */
export function readLink(bytes: Uint8Array): CanonicalDigest | undefined {
  if (bytes.length !== linkBytes) return undefined;
  const digest = parseDigest(Buffer.from(bytes).toString('latin1'));
  return digest !== undefined && isCanonical(digest) ? digest : undefined;
}

/** Of the link at a path: undefined where there is none, as of what was deleted. */
export async function findLink(
  store: BlobStore,
  path: string,
): Promise<{ readonly digest: CanonicalDigest | undefined } | undefined> {
  const found = await store.stat(path);
  if (found === undefined) return undefined;
  // Whatever lies there instead of a link is not read.
  const bytes = found.sizeBytes === linkBytes ? await store.get(path) : new Uint8Array();
  return bytes && { digest: readLink(bytes) };
}
