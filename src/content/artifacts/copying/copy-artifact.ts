import { AppError } from '../../../lib/errors.ts';
import { parseManifest } from '../../../lib/oci/manifest.ts';
import type { Reference, Tag } from '../../../lib/oci/tag.ts';
import type { Database, Tx } from '../../../platform/db/database.ts';
import { type Actor, append } from '../../../platform/events/append.ts';
import { linkBlob } from '../../blobs/link-blob-step.ts';
import { requireUnblocked } from '../../blobs/removal/require-unblocked-step.ts';
import { findBytesOf } from '../../referrers/referrer-reads.ts';
import { findVisibleRepositoryId } from '../../repositories/repository-reads.ts';
import {
  ensureRepository,
  type LockedRepository,
  showRepository,
  touchRepository,
} from '../../repositories/repository-writes.ts';
import { changeUsage, holdInProject } from '../../repositories/usage-writes.ts';
import { moveTag } from '../../tags/move-tag-step.ts';
import { lockArtifacts } from '../artifact-writes.ts';
import { findHeld } from '../dependents-reads.ts';
import { findArtifactId } from '../find-artifact-id.ts';
import { findTagsToCopy, type Need } from './copy-reads.ts';
import { type CopiedArtifact, copyArtifacts, lockBlobsToCopy } from './copy-writes.ts';
import { blobsOf, type CopyPlan, planCopy } from './plan-copy.ts';

/** Artifacts, blobs and tags of one copy, which is one transaction. */
const maxParts = 5000;

export interface CopyArtifactInput {
  /** That the caller may read. */
  readonly source: { readonly repositoryName: string; readonly reference: Reference };
  readonly projectId: number;
  readonly repositoryName: string;
  /** Config, layers and children may be missing. */
  readonly sparse: boolean;
  /** Whether the caller may make or move that tag. */
  readonly allowsTag: (tag: string) => boolean;
  readonly actor: Actor;
}

/**
 * Copies an artifact with its children, what is about them, and its tags, all or nothing. Only rows are written: the
 * content is there. What the target has stays as it is, and gains the tags.
 * @throws AppError NOT_FOUND, ACCESSORY_COPY, DENIED, BAD_REQUEST, QUOTA_EXCEEDED; MANIFEST_BLOB_UNKNOWN when the
 * source lacks what the target has to have; NAME_UNKNOWN
 */
export async function copyArtifact(deps: { readonly db: Database }, input: CopyArtifactInput): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction((tx) => copy(tx, input, now));
}

async function copy(tx: Tx, input: CopyArtifactInput, now: number): Promise<void> {
  const { source, projectId, repositoryName, actor } = input;
  const sourceId = await findVisibleRepositoryId(tx, source.repositoryName);
  const found = sourceId === undefined ? undefined : await findArtifactId(tx, sourceId, source.reference);
  if (found === undefined) throw unknown(input);
  const target = await ensureRepository(tx, { projectId, name: repositoryName, now });
  const { plan, sizes } = await lockPlan(tx, input, { rootId: found.id, targetId: target.id });
  const added = await copyArtifacts(tx, {
    projectId,
    repositoryId: target.id,
    ids: [...plan.copied.keys()],
    now,
  });
  for (const { digest } of added) await requireUnblocked(tx, digest);
  const { digest: rootDigest } = plan.root;
  // Of a manifest without blobs nothing was locked that its deletion waits for.
  if (!plan.held.has(rootDigest) && !added.some(({ digest }) => digest === rootDigest)) throw unknown(input);
  if (!input.sparse) await requireComplete(tx, plan, added);
  const charged = await linkAll(tx, input, { plan, sizes, added, targetId: target.id, now });
  if (!target.visible) await showRepository(tx, target.id, now);
  const tags = await moveTags(tx, input, { plan, target, added, now });
  const addsRoot = added.some(({ digest }) => digest === rootDigest);
  for (const { digest, mediaType } of added) {
    const own = tags.get(digest) ?? [];
    const isPart = digest !== rootDigest && addsRoot;
    await append(tx, {
      type: 'artifact.pushed',
      at: now,
      actor,
      projectId,
      object: `${repositoryName}@${digest}`,
      data: {
        mediaType,
        tag: own.length === 0 ? null : own.join(','),
        from: source.repositoryName,
        ...(isPart ? { partOf: rootDigest } : {}),
      },
      ...(isPart ? { step: true } : {}),
    });
  }
  await touchRepository(tx, target.id, now);
  await changeUsage(tx, projectId, charged);
}

/** Asked for again behind the locks, until there is nothing that is not locked: deletions wait, or were faster. */
async function lockPlan(
  tx: Tx,
  input: CopyArtifactInput,
  { rootId, targetId }: { readonly rootId: number; readonly targetId: number },
): Promise<{ plan: CopyPlan; sizes: ReadonlyMap<number, number> }> {
  const sizes = new Map<number, number>();
  const kept = new Set<string>();
  for (;;) {
    const plan = await planCopy(tx, { rootId, targetId });
    if (plan === undefined) throw unknown(input);
    if (plan.root.subjectId !== null) {
      throw new AppError('ACCESSORY_COPY', {
        message: `${plan.root.digest} is about another artifact and is not copied on its own`,
        detail: 'copy what it is about: it goes along',
      });
    }
    const blobs = blobsOf(plan).filter((id) => !sizes.has(id));
    const held = [...plan.held].filter((digest) => !kept.has(digest));
    if (blobs.length === 0 && held.length === 0) return { plan, sizes };
    if (blobs.length + plan.copied.size > maxParts) throw tooLarge();
    for (const [id, size] of await lockBlobsToCopy(tx, blobs)) sizes.set(id, size);
    await lockArtifacts(tx, targetId, held);
    for (const digest of held) kept.add(digest);
  }
}

/** Returns the bytes that the project is charged. */
async function linkAll(
  tx: Tx,
  { projectId }: CopyArtifactInput,
  given: {
    readonly plan: CopyPlan;
    readonly sizes: ReadonlyMap<number, number>;
    readonly added: readonly CopiedArtifact[];
    readonly targetId: number;
    readonly now: number;
  },
): Promise<number> {
  const { plan, sizes, added, targetId: repositoryId, now } = given;
  let charged = 0;
  for (const blobId of servedBlobs(plan.needs, added)) {
    const sizeBytes = sizes.get(blobId) ?? 0;
    charged += await linkBlob(tx, { projectId, repositoryId, blobId, sizeBytes, now });
  }
  for (const { blobId, size } of added) if (await holdInProject(tx, projectId, blobId)) charged += size;
  return charged;
}

function servedBlobs(needs: readonly Need[], added: readonly CopiedArtifact[]): number[] {
  const manifests = new Set(added.map(({ blobId }) => blobId));
  const ids = needs.flatMap(({ manifestId, blobId, served }) =>
    served && blobId !== null && manifests.has(manifestId) ? [blobId] : [],
  );
  return [...new Set(ids)].toSorted((a, b) => a - b);
}

/** @throws AppError MANIFEST_BLOB_UNKNOWN */
async function requireComplete(tx: Tx, { needs }: CopyPlan, added: readonly CopiedArtifact[]): Promise<void> {
  const missing = Map.groupBy(
    needs.filter(({ served, artifactId }) => !served && artifactId === null),
    ({ manifestId }) => manifestId,
  );
  const incomplete = added.filter(({ blobId }) => missing.has(blobId));
  if (incomplete.length === 0) return;
  const bytes = await findBytesOf(
    tx,
    incomplete.map(({ blobId }) => blobId),
  );
  for (const { blobId, mediaType, digest } of incomplete) {
    const lacking = new Set(missing.get(blobId)?.map((need) => need.digest));
    const { references } = parseManifest(bytes.get(blobId) ?? new Uint8Array(), mediaType);
    const lost = references.find((each) => each.required && lacking.has(each.digest));
    if (lost === undefined) continue;
    throw new AppError('MANIFEST_BLOB_UNKNOWN', {
      message: `${digest} refers to ${lost.kind} ${lost.digest}, which the source does not hold`,
      detail: lost.digest,
    });
  }
}

/** Those of the root and of what is about the copied. Returns them by the digest of their artifact. */
async function moveTags(
  tx: Tx,
  input: CopyArtifactInput,
  given: {
    readonly plan: CopyPlan;
    readonly target: LockedRepository;
    readonly added: readonly CopiedArtifact[];
    readonly now: number;
  },
): Promise<Map<string, string[]>> {
  const { plan, target, added, now } = given;
  const { root, copied, accessories } = plan;
  const sources = new Map([[root.id, root], ...[...copied].filter(([id]) => accessories.has(id))]);
  const tags = await findTagsToCopy(tx, [...sources.keys()], maxParts + 1);
  if (tags.length > maxParts) throw tooLarge();
  const ids = new Map(added.map(({ digest, id }) => [digest, id]));
  const moved = new Map<string, string[]>();
  for (const { artifactId: sourceId, name, digest } of tags) {
    const canonical = sources.get(sourceId)?.digest ?? root.digest;
    const artifactId = ids.get(canonical) ?? (await findHeld(tx, target.id, canonical))?.id;
    if (artifactId === undefined) continue;
    if (!input.allowsTag(name)) {
      throw new AppError('DENIED', {
        message: `this account may not set the tag ${name} of ${input.repositoryName}`,
        detail: 'an artifact is copied with all its tags',
      });
    }
    await moveTag(tx, {
      ...input,
      repositoryId: target.id,
      tag: name as Tag,
      artifactId,
      digest,
      ...(ids.has(canonical) ? { ofPush: true } : {}),
      now,
    });
    moved.set(canonical, [...(moved.get(canonical) ?? []), name]);
  }
  return moved;
}

function unknown({ source: { repositoryName, reference } }: CopyArtifactInput): AppError {
  const name = reference.kind === 'tag' ? `:${reference.tag}` : `@${reference.digest}`;
  return new AppError('NOT_FOUND', { message: `artifact ${repositoryName}${name} not found` });
}

function tooLarge(): AppError {
  return new AppError('BAD_REQUEST', {
    message: `the artifact has more than ${maxParts} parts or tags, too many to copy at once`,
    detail: 'copy it by a client, which mounts its blobs',
  });
}
