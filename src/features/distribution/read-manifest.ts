import type { AdoptedManifest } from '../../content/artifacts/adopt-content.ts';
import { AppError } from '../../lib/errors.ts';
import { type CanonicalDigest, digestHex } from '../../lib/oci/digest.ts';
import { maxManifestBytes, parseManifest } from '../../lib/oci/manifest.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { HashPool } from '../../platform/threads/hash-pool.ts';
import type { ProblemReason } from './problem.ts';

type Broken = { readonly reason: ProblemReason; readonly detail: string };

export type ParsedFound = (AdoptedManifest & { readonly reason: undefined }) | Broken;

/** Bytes that are what their digest says. */
export interface FoundBytes {
  readonly digest: CanonicalDigest;
  readonly bytes: Uint8Array;
}

/** A manifest of the source, hashed. */
export async function readManifest(
  deps: { readonly store: BlobStore; readonly hashPool: HashPool },
  digest: CanonicalDigest,
): Promise<FoundBytes | Broken> {
  const key = canonicalKey(digest);
  const found = await deps.store.stat(key);
  if (found === undefined) return { reason: 'dataMissing', detail: digest };
  if (found.sizeBytes > maxManifestBytes) return { reason: 'manifestTooLarge', detail: digest };
  const read = await deps.store.get(key);
  if (read === undefined) return { reason: 'dataMissing', detail: digest };
  const { hex, chunks } = await deps.hashPool.once([read]);
  const [bytes = new Uint8Array()] = chunks;
  if (hex.sha256 !== digestHex(digest)) return { reason: 'digestWrong', detail: digest };
  return { digest, bytes };
}

/** Its type is written nowhere but in itself. */
export function parseFound({ digest, bytes }: FoundBytes): ParsedFound {
  try {
    return { reason: undefined, digest, bytes, manifest: parseManifest(bytes, undefined) };
  } catch (error) {
    if (error instanceof AppError) return { reason: 'manifestInvalid', detail: error.message };
    throw error;
  }
}
