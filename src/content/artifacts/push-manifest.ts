import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import {
  type CanonicalDigest,
  type Digest,
  isCanonical,
  sha256Digest,
  sha512Digest,
} from '../../lib/oci/digest.ts';
import { type ParsedManifest, parseLongManifest, parseManifest } from '../../lib/oci/manifest.ts';
import type { Reference, Tag } from '../../lib/oci/tag.ts';
import type { Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import type { ContentHex, HashPool } from '../../platform/threads/hash-pool.ts';
import { waitForDeletionMs } from '../blobs/publish-blob.ts';
import { ensureRepository, showRepository, touchPushedTo } from '../repositories/repository-writes.ts';
import { changeUsage } from '../repositories/usage-writes.ts';
import { moveTag } from '../tags/move-tag-step.ts';
import type { TagCondition } from '../tags/tag-condition.ts';
import type { UploadDeps } from '../uploads/upload-deps.ts';
import { linkManifest } from './link-manifest-step.ts';
import { provideEmptyBlob } from './provide-empty-blob.ts';

const pollMs = 20;
/** What is larger is read and stored in different turns of the event loop. */
const longReadBytes = 64 * 1024;

export interface PushManifestDeps extends UploadDeps {
  readonly hashPool: HashPool;
}

export interface PushManifestInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly reference: Reference;
  /** Tags to be made beside a push by digest, all or none. */
  readonly tags: readonly Tag[];
  /** For a push by tag. */
  readonly condition: TagCondition | undefined;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  /** Config, layers and children may come later, or never. */
  readonly sparse: boolean;
  readonly actor: Actor;
}

export interface PushedManifest {
  /** By which it can be pulled, in the algorithm it was pushed by. */
  readonly digest: Digest;
  /** As the manifest names it. */
  readonly subject: string | undefined;
}

/**
 * Accepts a manifest by tag or digest (distribution-spec, "Pushing Manifests"). Resolves when it is on stable storage.
 * @throws AppError MANIFEST_INVALID, DIGEST_INVALID, MANIFEST_BLOB_UNKNOWN, PRECONDITION_FAILED, QUOTA_EXCEEDED,
 * STORAGE_FULL, BLOB_BUSY when a deletion of the same bytes does not end in time
 */
export async function pushManifest(
  deps: PushManifestDeps,
  input: PushManifestInput,
): Promise<PushedManifest> {
  await deps.requireRoom();
  const { reference } = input;
  const bySha512 = reference.kind === 'digest' && !isCanonical(reference.digest);
  const { hex, chunks } = await deps.hashPool.once([input.bytes], bySha512);
  const bytes = chunks[0] ?? new Uint8Array();
  const names = requireSameDigest(reference, hex);
  const isLong = bytes.length > longReadBytes;
  const manifest = isLong
    ? await parseLongManifest(bytes, input.contentType)
    : parseManifest(bytes, input.contentType);
  if (isLong) await nextTurn();
  await provideEmptyBlob(deps, { ...input, references: manifest.references });
  const now = await deps.db.now();
  await behindDeletion(() =>
    deps.db.transaction((tx) => write(tx, input, { ...names, bytes, manifest, now })),
  );
  return { digest: names.alias ?? names.digest, subject: manifest.subject };
}

/** The same bytes may be on their way to deletion, which takes a moment. */
async function behindDeletion(work: () => Promise<void>): Promise<void> {
  const giveUpAt = performance.now() + waitForDeletionMs;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      const busy = error instanceof AppError && error.code === 'BLOB_BUSY';
      if (!busy || performance.now() > giveUpAt) throw error;
    }
    await delay(pollMs);
  }
}

interface ManifestNames {
  readonly digest: CanonicalDigest;
  /** The digest it was pushed by, when that is another one. */
  readonly alias: Digest | undefined;
}

async function write(
  tx: Tx,
  input: PushManifestInput,
  parsed: ManifestNames & { bytes: Uint8Array; manifest: ParsedManifest; now: number },
): Promise<void> {
  const { projectId, repositoryName, actor } = input;
  const { digest, alias, manifest, now } = parsed;
  const repository = await ensureRepository(tx, { projectId, name: repositoryName, now });
  const { id: repositoryId, visible } = repository;
  const { sparse } = input;
  const tags = tagsOf(input);
  const linked = await linkManifest(tx, { projectId, repositoryId, sparse, tags, ...parsed });
  if (!visible) await showRepository(tx, repositoryId, now);
  let digestBefore: string | null = null;
  for (const tag of tags) {
    digestBefore = await moveTag(tx, {
      ...input,
      repositoryId,
      tag,
      artifactId: linked.artifactId,
      digest: alias ?? digest,
      ofPush: true,
      now,
    });
  }
  await touchPushedTo(tx, repository, now);
  await append(tx, {
    type: 'artifact.pushed',
    at: now,
    actor,
    projectId,
    object: `${repositoryName}@${digest}`,
    data: {
      mediaType: manifest.mediaType,
      tag: tags.length === 0 ? null : tags.join(','),
      // Of several tags their own events tell.
      ...(tags.length === 1 ? { digestBefore } : {}),
    },
  });
  await changeUsage(tx, projectId, linked.chargedBytes);
}

/** In one order for all, so that two pushes of the same tags do not wait for each other in a circle. */
function tagsOf(input: PushManifestInput): readonly Tag[] {
  if (input.reference.kind === 'tag') return [input.reference.tag];
  return [...new Set(input.tags)].toSorted();
}

/** @throws AppError DIGEST_INVALID */
function requireSameDigest(reference: Reference, hex: ContentHex): ManifestNames {
  const digest = sha256Digest(hex.sha256);
  const alias = hex.sha512 === undefined ? undefined : sha512Digest(hex.sha512);
  const found = alias ?? digest;
  if (reference.kind === 'tag' || reference.digest === found) return { digest, alias };
  throw new AppError('DIGEST_INVALID', {
    message: `the manifest has the digest ${found}, not ${reference.digest}`,
    detail: 'it was changed on its way, or the address is wrong',
  });
}
