import { AppError, isDatabaseAway } from '../../lib/errors.ts';
import { type CanonicalDigest, sha256Digest } from '../../lib/oci/digest.ts';
import type { Reference } from '../../lib/oci/tag.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { BytesCache } from '../../platform/cache/bytes-cache.ts';
import { RunningDigest } from '../../platform/crypto/running-digest.ts';
import type { Database } from '../../platform/db/database.ts';
import { findByTag, type ServedManifest } from '../tags/tag-reads.ts';
import { findByDigest, findManifestBytes } from './artifact-reads.ts';

export interface ReadManifestDeps {
  readonly db: Database;
  readonly store: BlobStore;
  /** By digest: used only after the repository's link was read. */
  readonly manifests: BytesCache;
}

export interface FindManifestInput {
  readonly repositoryName: string;
  readonly reference: Reference;
}

/**
 * What a tag or digest stands for in a repository, always read from the database.
 * @throws AppError MANIFEST_UNKNOWN
 */
export async function findManifest(
  deps: { readonly db: Database },
  input: FindManifestInput,
): Promise<ServedManifest> {
  const { repositoryName, reference } = input;
  const found =
    reference.kind === 'tag'
      ? await findByTag(deps.db.reader, repositoryName, reference.tag)
      : await findByDigest(deps.db.reader, repositoryName, reference.digest);
  if (found === undefined) throw new AppError('MANIFEST_UNKNOWN');
  return found;
}

/** The bytes as they were pushed. Only of what `findManifest` returned just now. */
export async function readManifest(deps: ReadManifestDeps, manifest: ServedManifest): Promise<Buffer> {
  const cached = deps.manifests.get(manifest.canonical);
  if (cached !== undefined) return cached;
  const bytes = await findManifestBytes(deps.db.reader, manifest.blobId).catch((error: unknown) =>
    readCopy(deps.store, manifest, error),
  );
  if (bytes === undefined) throw new AppError('MANIFEST_UNKNOWN');
  deps.manifests.set(manifest.canonical, bytes);
  return bytes;
}

/**
 * While the database is away: the copy in the storage, if it is there already. It is kept in memory afterwards, so it is
 * looked at.
 */
async function readCopy(store: BlobStore, manifest: ServedManifest, error: unknown): Promise<Buffer> {
  const bytes = isDatabaseAway(error)
    ? await store.get(canonicalKey(manifest.canonical as CanonicalDigest))
    : undefined;
  if (bytes?.length !== manifest.sizeBytes) throw error;
  const digest = new RunningDigest();
  digest.update(bytes);
  if (sha256Digest(digest.hex()) !== manifest.canonical) throw error;
  return Buffer.from(bytes);
}
