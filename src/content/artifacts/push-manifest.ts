import { AppError } from '../../lib/errors.ts';
import { type Digest, sha256Digest } from '../../lib/oci/digest.ts';
import { type ParsedManifest, parseManifest } from '../../lib/oci/manifest.ts';
import type { Reference } from '../../lib/oci/tag.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import type { HashPool } from '../../platform/threads/hash-pool.ts';
import { ensureRepository, showRepository } from '../repositories/repository-writes.ts';
import { changeUsage } from '../repositories/usage-writes.ts';
import { moveTag } from '../tags/move-tag-step.ts';
import { linkManifest } from './link-manifest-step.ts';

export interface PushManifestDeps {
  readonly db: Database;
  readonly hashPool: HashPool;
}

export interface PushManifestInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly reference: Reference;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  readonly actor: Actor;
}

/**
 * Accepts a manifest by tag or digest (distribution-spec, "Pushing Manifests"). Resolves when it is on stable
 * storage, with the digest it can be pulled by.
 * @throws AppError MANIFEST_INVALID, DIGEST_INVALID, MANIFEST_BLOB_UNKNOWN, QUOTA_EXCEEDED
 */
export async function pushManifest(deps: PushManifestDeps, input: PushManifestInput): Promise<Digest> {
  const { hex, chunks } = await deps.hashPool.once([input.bytes]);
  const bytes = chunks[0] ?? new Uint8Array();
  const digest = sha256Digest(hex);
  requireSameDigest(input.reference, digest);
  const manifest = parseManifest(bytes, input.contentType);
  const now = await deps.db.now();
  await deps.db.transaction((tx) => write(tx, input, { bytes, digest, manifest, now }));
  return digest;
}

async function write(
  tx: Tx,
  input: PushManifestInput,
  parsed: { bytes: Uint8Array; digest: Digest; manifest: ParsedManifest; now: number },
): Promise<void> {
  const { projectId, repositoryName, reference, actor } = input;
  const { digest, manifest, now } = parsed;
  const repository = await ensureRepository(tx, { projectId, name: repositoryName, now });
  const linked = await linkManifest(tx, { projectId, repositoryId: repository.id, ...parsed });
  if (!repository.visible) await showRepository(tx, repository.id, now);
  if (reference.kind === 'tag') {
    const { tag } = reference;
    await moveTag(tx, {
      ...input,
      repositoryId: repository.id,
      tag,
      artifactId: linked.artifactId,
      digest,
      now,
    });
  }
  await append(tx, {
    type: 'artifact.pushed',
    at: now,
    actor,
    projectId,
    object: `${repositoryName}@${digest}`,
    data: { mediaType: manifest.mediaType, tag: reference.kind === 'tag' ? reference.tag : null },
  });
  await changeUsage(tx, projectId, linked.chargedBytes);
}

function requireSameDigest(reference: Reference, digest: Digest): void {
  if (reference.kind === 'tag' || reference.digest === digest) return;
  throw new AppError('DIGEST_INVALID', {
    message: `the manifest has the digest ${digest}, not ${reference.digest}`,
    detail: 'it was changed on its way, or the address is wrong',
  });
}
