import { AppError } from '../../lib/errors.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import type { ParsedManifest } from '../../lib/oci/manifest.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Tx } from '../../platform/db/database.ts';
import {
  fillReferences,
  insertBlob,
  lockBlob,
  lockReferencedBlobs,
  setBlobState,
} from '../blobs/blob-writes.ts';
import { holdInProject } from '../repositories/usage-writes.ts';
import { lockArtifacts, putArtifact, putManifest } from './artifact-writes.ts';

export interface LinkManifestInput {
  readonly projectId: number;
  readonly repositoryId: number;
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly manifest: ParsedManifest;
  readonly now: number;
}

/**
 * Makes a manifest an artifact of a repository, if the repository holds what the manifest needs. The manifest's
 * bytes live in the database, so its blob is live without a file.
 * @throws AppError MANIFEST_BLOB_UNKNOWN, BLOB_BUSY
 */
export async function linkManifest(
  tx: Tx,
  input: LinkManifestInput,
): Promise<{ artifactId: number; chargedBytes: number }> {
  const { projectId, repositoryId, bytes, digest, manifest, now } = input;
  const blobIds = await lockReferences(tx, repositoryId, manifest);
  const blobId = await keepManifestBlob(tx, digest, bytes.length, now);
  await putManifest(tx, { blobId, bytes, references: manifest.references, blobIds });
  const artifact = await putArtifact(tx, {
    repositoryId,
    blobId,
    digest,
    mediaType: manifest.mediaType,
    artifactType: manifest.artifactType ?? null,
    size: bytes.length,
    now,
  });
  const charged = artifact.added && (await holdInProject(tx, projectId, blobId));
  return { artifactId: artifact.id, chargedBytes: charged ? bytes.length : 0 };
}

/** Returns the blobs that are known by the digests of the manifest, whether this repository may serve them or not. */
async function lockReferences(
  tx: Tx,
  repositoryId: number,
  manifest: ParsedManifest,
): Promise<Map<string, number>> {
  const digests = [...new Set(manifest.references.map((reference) => reference.digest))];
  if (digests.length === 0) return new Map();
  const artifacts = await lockArtifacts(tx, repositoryId, digests);
  const held = new Set(artifacts.map((artifact) => artifact.digest));
  const blobIds = new Map<string, number>();
  for (const blob of await lockReferencedBlobs(tx, repositoryId, digests)) {
    blobIds.set(blob.digest, blob.id);
    if (blob.state === 'live' && blob.hidden === 0) held.add(blob.digest);
  }
  const missing = manifest.references.find((reference) => reference.required && !held.has(reference.digest));
  if (missing !== undefined) {
    throw new AppError('MANIFEST_BLOB_UNKNOWN', {
      message: `the manifest refers to ${missing.kind} ${missing.digest}, which this repository does not hold`,
      detail: missing.digest,
    });
  }
  return blobIds;
}

/**
 * The blob's row of the manifest. One that an upload of the same bytes is about to publish is left to it; one on
 * its way to deletion is taken back.
 */
async function keepManifestBlob(tx: Tx, digest: Digest, size: number, now: number): Promise<number> {
  const found = await lockBlob(tx, digest);
  if (found === undefined) {
    const inserted = await insertBlob(tx, { digest, size, state: 'live', now });
    if (inserted === undefined) return keepManifestBlob(tx, digest, size, now);
    await fillReferences(tx, digest, inserted);
    return inserted;
  }
  if (found.state === 'deleting') throw new AppError('BLOB_BUSY');
  if (found.state === 'condemned' || found.state === 'burnt') {
    const storageKey =
      found.state === 'burnt' ? `${canonicalKey(digest)}.${found.generation}` : found.storageKey;
    await setBlobState(tx, { id: found.id, state: 'live', size, storageKey, now });
  }
  await fillReferences(tx, digest, found.id);
  return found.id;
}
