import type { CanonicalDigest, Digest } from '../../lib/oci/digest.ts';
import type { ParsedManifest } from '../../lib/oci/manifest.ts';
import type { Tag } from '../../lib/oci/tag.ts';
import type { Tx } from '../../platform/db/database.ts';
import { append, systemActor } from '../../platform/events/append.ts';
import { linkStored } from '../blobs/link-blob-step.ts';
import { markGone } from '../blobs/mark-missing.ts';
import type { OpenBlobDeps } from '../blobs/open-blob.ts';
import { putAlias } from '../blobs/reference-writes.ts';
import {
  ensureRepository,
  type LockedRepository,
  showRepository,
} from '../repositories/repository-writes.ts';
import { changeUsage } from '../repositories/usage-writes.ts';
import { moveTag } from '../tags/move-tag-step.ts';
import { lockTag } from '../tags/tag-writes.ts';
import { lockArtifact } from './artifact-writes.ts';
import { linkManifest } from './link-manifest-step.ts';
import { confirmFoundCopies } from './manifest-copy-writes.ts';

export interface AdoptedBlob {
  readonly digest: CanonicalDigest;
  readonly sizeBytes: number;
  /** Further digests of the same bytes, which were verified. */
  readonly aliases: readonly Digest[];
}

export interface AdoptedManifest {
  readonly digest: CanonicalDigest;
  readonly bytes: Uint8Array;
  readonly manifest: ParsedManifest;
}

export interface AdoptContentInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly blobs: readonly AdoptedBlob[];
  readonly manifests: readonly AdoptedManifest[];
  readonly tags: readonly { readonly tag: Tag; readonly digest: CanonicalDigest }[];
}

/** What was not there before. */
export interface AddedContent {
  readonly blobs: number;
  readonly manifests: number;
  readonly tags: number;
  /** What has gone from the storage meanwhile, and is marked as missing. */
  readonly gone: readonly CanonicalDigest[];
}

/**
 * Takes a part of a repository over whose content lies durably in the storage already, each at its key; manifests were
 * read there and hashed. What the database has stays as it is, so it may be done again. Manifests are taken as another
 * registry served them: what they lack is waited for.
 * @throws AppError QUOTA_EXCEEDED, NAME_UNKNOWN, BLOB_BUSY, and then nothing of this part was taken over
 */
export async function adoptContent(deps: OpenBlobDeps, input: AdoptContentInput): Promise<AddedContent> {
  const now = await deps.db.now();
  const added = await deps.db.transaction((tx) => adopt(tx, input, now));
  const digests = [...input.blobs, ...input.manifests].map(({ digest }) => digest);
  return { ...added, gone: await markGone(deps, digests) };
}

interface Place extends AdoptContentInput {
  readonly repository: LockedRepository;
  readonly now: number;
}

async function adopt(tx: Tx, input: AdoptContentInput, now: number): Promise<Omit<AddedContent, 'gone'>> {
  const { projectId, repositoryName: name } = input;
  const place: Place = { ...input, now, repository: await ensureRepository(tx, { projectId, name, now }) };
  const blobs = await adoptBlobs(tx, place);
  const manifests = await adoptManifests(tx, place);
  const tags = await adoptTags(tx, place);
  await changeUsage(tx, projectId, blobs.chargedBytes + manifests.chargedBytes);
  return { blobs: blobs.added, manifests: manifests.added, tags };
}

interface Charged {
  readonly added: number;
  readonly chargedBytes: number;
}

async function adoptBlobs(tx: Tx, place: Place): Promise<Charged> {
  let added = 0;
  let chargedBytes = 0;
  for (const { digest, sizeBytes, aliases } of place.blobs) {
    const linked = await linkStored(tx, { ...place, repositoryId: place.repository.id, digest, sizeBytes });
    for (const alias of aliases) await putAlias(tx, alias, linked.blobId);
    added += Number(linked.added);
    chargedBytes += linked.chargedBytes;
  }
  return { added, chargedBytes };
}

async function adoptManifests(tx: Tx, place: Place): Promise<Charged> {
  const { projectId, repositoryName, repository, now } = place;
  const repositoryId = repository.id;
  let added = 0;
  let chargedBytes = 0;
  for (const each of place.manifests) {
    if ((await lockArtifact(tx, repositoryId, each.digest)) !== undefined) continue;
    const tags = place.tags.filter(({ digest }) => digest === each.digest).map(({ tag }) => tag);
    const where = { projectId, repositoryId, alias: undefined, sparse: true, tags, now };
    chargedBytes += (await linkManifest(tx, { ...where, ...each })).chargedBytes;
    await append(tx, {
      type: 'artifact.pushed',
      at: now,
      actor: systemActor,
      projectId,
      object: `${repositoryName}@${each.digest}`,
      data: { mediaType: each.manifest.mediaType, tag: null },
    });
    added += 1;
  }
  const digests = place.manifests.map(({ digest }) => digest);
  if (digests.length > 0) await confirmFoundCopies(tx, digests, now);
  if (digests.length > 0 && !repository.visible) await showRepository(tx, repositoryId, now);
  return { added, chargedBytes };
}

async function adoptTags(tx: Tx, place: Place): Promise<number> {
  let added = 0;
  for (const { tag, digest } of place.tags) {
    const { id: repositoryId } = place.repository;
    if ((await lockTag(tx, repositoryId, tag)) !== undefined) continue;
    const artifact = await lockArtifact(tx, repositoryId, digest);
    if (artifact === undefined) continue;
    await moveTag(tx, { ...place, repositoryId, tag, digest, artifactId: artifact.id, actor: systemActor });
    added += 1;
  }
  return added;
}
