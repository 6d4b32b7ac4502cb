import { AppError } from '../../lib/errors.ts';
import { type CanonicalDigest, type Digest, isCanonical } from '../../lib/oci/digest.ts';
import type { ParsedManifest } from '../../lib/oci/manifest.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Tx } from '../../platform/db/database.ts';
import { forgetManifestCopy, lockBlob, setBlobState } from '../blobs/blob-writes.ts';
import {
  findAliases,
  holdUnknownDigests,
  insertBlob,
  lockReferencedBlobs,
  putAlias,
} from '../blobs/reference-writes.ts';
import { requireUnblocked } from '../blobs/removal/require-unblocked-step.ts';
import { factsOfManifest } from '../descriptions/facts-of-manifest.ts';
import { putManifestDetail } from '../descriptions/manifest-detail-writes.ts';
import { totalOf } from '../descriptions/total-of.ts';
import { holdInProject } from '../repositories/usage-writes.ts';
import { lockArtifacts, putArtifact, putManifest } from './artifact-writes.ts';

export interface LinkManifestInput {
  readonly projectId: number;
  readonly repositoryId: number;
  readonly bytes: Uint8Array;
  readonly digest: CanonicalDigest;
  /** Another digest of the same bytes, by which it was pushed. */
  readonly alias: Digest | undefined;
  readonly manifest: ParsedManifest;
  /** Config, layers and children may be missing: they are waited for. */
  readonly sparse: boolean;
  /** That will stand for it, as far as this push is concerned. */
  readonly tags: readonly string[];
  readonly now: number;
}

/**
 * Makes a manifest an artifact of a repository, if the repository holds what the manifest needs. The manifest's
 * bytes live in the database, so its blob is live without a file.
 * @throws AppError MANIFEST_BLOB_UNKNOWN, BLOB_BUSY; DENIED for a digest that was blocked
 */
export async function linkManifest(
  tx: Tx,
  input: LinkManifestInput,
): Promise<{ artifactId: number; chargedBytes: number }> {
  const { projectId, repositoryId, bytes, digest, alias, manifest, now } = input;
  const known = await lockReferences(tx, input);
  const { blobIds } = known;
  const { id: blobId, isNew } = await keepManifestBlob(tx, digest, bytes.length, now);
  await requireUnblocked(tx, digest);
  if (alias !== undefined) await putAlias(tx, alias, blobId);
  await putManifest(tx, { blobId, bytes, references: manifest.references, blobIds });
  const { annotations, icon, ...facts } = factsOfManifest(manifest, input.tags);
  if (annotations !== null || icon !== null)
    await putManifestDetail(tx, { blobId, annotations, icon, extraAttrs: null });
  const size = bytes.length;
  const row = {
    projectId,
    repositoryId,
    blobId,
    digest,
    mediaType: manifest.mediaType,
    artifactType: manifest.artifactType ?? null,
    subject: manifest.subject ?? null,
    size,
    ...facts,
    ...totalOf(manifest, facts.kind, { size, childSizes: known.sizes }),
    now,
  };
  const artifact = await putArtifact(tx, row, isNew);
  const charged = artifact.added && (await holdInProject(tx, projectId, blobId));
  return { artifactId: artifact.id, chargedBytes: charged ? bytes.length : 0 };
}

/** Returns the blobs that are known by the digests of the manifest, whether this repository may serve them or not. */
async function lockReferences(tx: Tx, input: LinkManifestInput): Promise<Known> {
  const { repositoryId, manifest, sparse } = input;
  const digests = [...new Set(manifest.references.map((reference) => reference.digest))];
  const known: Known = { blobIds: new Map(), held: new Set(), sizes: new Map() };
  if (digests.length === 0) return known;
  await lockKnown(tx, repositoryId, digests, known);
  const missing = manifest.references.find(
    (reference) => reference.required && !sparse && !known.held.has(reference.digest),
  );
  if (missing !== undefined) {
    throw new AppError('MANIFEST_BLOB_UNKNOWN', {
      message: `the manifest refers to ${missing.kind} ${missing.digest}, which this repository does not hold`,
      detail: missing.digest,
    });
  }
  const unknown = digests.filter((digest) => !known.blobIds.has(digest));
  if (unknown.length > 0 && (await holdUnknownDigests(tx, unknown)))
    await lockKnown(tx, repositoryId, unknown, known);
  return known;
}

/** By the digests as the manifest writes them. */
interface Known {
  readonly blobIds: Map<string, number>;
  readonly held: Set<string>;
  /** Of the manifests among them, with all that they refer to; null: not known yet. */
  readonly sizes: Map<string, number | null>;
}

async function lockKnown(
  tx: Tx,
  repositoryId: number,
  digests: readonly string[],
  known: Known,
): Promise<void> {
  const aliases = await findAliases(
    tx,
    digests.filter((digest) => !isCanonical(digest as Digest)),
  );
  const written = Map.groupBy(digests, (digest) => aliases.get(digest) ?? digest);
  const canonical = [...written.keys()];
  const artifacts = await lockArtifacts(tx, repositoryId, canonical);
  const held = new Set(artifacts.map((artifact) => artifact.digest));
  for (const blob of await lockReferencedBlobs(tx, repositoryId, canonical)) {
    if (blob.held) held.add(blob.digest);
    for (const digest of written.get(blob.digest) ?? []) known.blobIds.set(digest, blob.id);
  }
  for (const { digest, totalSize } of artifacts)
    for (const each of written.get(digest) ?? []) known.sizes.set(each, totalSize);
  for (const digest of held) for (const each of written.get(digest) ?? []) known.held.add(each);
}

/**
 * The blob's row of the manifest. One that an upload of the same bytes is about to publish is left to it; one on
 * its way to deletion is taken back.
 */
async function keepManifestBlob(
  tx: Tx,
  digest: CanonicalDigest,
  size: number,
  now: number,
): Promise<{ readonly id: number; readonly isNew: boolean }> {
  const found = await lockBlob(tx, digest);
  if (found === undefined) {
    const inserted = await insertBlob(tx, { digest, size, state: 'live', now });
    return inserted === undefined ? keepManifestBlob(tx, digest, size, now) : { id: inserted, isNew: true };
  }
  if (found.state === 'deleting') throw new AppError('BLOB_BUSY');
  if (found.state === 'condemned' || found.state === 'burnt') {
    const storageKey =
      found.state === 'burnt' ? `${canonicalKey(digest)}.${found.generation}` : found.storageKey;
    await setBlobState(tx, { id: found.id, state: 'live', size, storageKey, now });
    if (found.state === 'burnt') await forgetManifestCopy(tx, found.id);
  }
  return { id: found.id, isNew: false };
}
