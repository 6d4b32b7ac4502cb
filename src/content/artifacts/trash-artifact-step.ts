import { AppError } from '../../lib/errors.ts';
import { trashMs } from '../../lib/trash-ms.ts';
import type { Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { hideUnreferencedLinks } from '../blobs/blob-writes.ts';
import { releaseInProject } from '../repositories/usage-writes.ts';
import { requireUnguarded } from '../tags/require-unguarded-step.ts';
import { addTagHistory, trashTagsOf } from '../tags/tag-writes.ts';
import { trashArtifact as trashRow } from './artifact-writes.ts';

export interface TrashArtifactInput {
  readonly projectId: number;
  readonly repositoryId: number;
  readonly repositoryName: string;
  /** Locked, as are the blobs that its manifest refers to. */
  readonly artifact: { readonly id: number; readonly blobId: number; readonly size: number };
  readonly digest: string;
  /** What in the trash it is a part of; null in what older code began to delete. */
  readonly trashId: number | null;
  readonly actor: Actor;
  readonly now: number;
  /** What guards tags was asked before. */
  readonly tagsMayGo?: true;
  /** Only if it has these and no others: somebody decided by them. */
  readonly onlyWithTags?: readonly string[];
  /** It goes with something else that is deleted. */
  readonly step?: true;
  /** The artifact that it goes with. */
  readonly partOf?: string;
}

/**
 * Moves an artifact and all its tags to the trash, and hides what nothing else in the repository needs. Returns the
 * bytes that the project is relieved of.
 * @throws AppError DENIED, TAG_IMMUTABLE; PRECONDITION for other tags than `onlyWithTags`
 */
export async function trashArtifact(tx: Tx, input: TrashArtifactInput): Promise<number> {
  const { projectId, repositoryId, repositoryName, artifact, digest, trashId, actor, now } = input;
  const purgeAfter = now + trashMs;
  const tags = await trashTagsOf(tx, { artifactId: artifact.id, trashId, now, purgeAfter });
  const names = tags.map(({ name }) => name);
  requireSame(input.onlyWithTags ?? names, names);
  if (input.tagsMayGo !== true) {
    await requireUnguarded(tx, { projectId, repositoryName, tags: names, change: 'delete', actor });
  }
  for (const tag of tags) {
    const { name, digest: previous } = tag;
    await addTagHistory(tx, { repositoryId, name, digest: null, previous, actor, now });
  }
  await trashRow(tx, { id: artifact.id, trashId, now, purgeAfter });
  let freed = (await releaseInProject(tx, projectId, artifact.blobId)) ? artifact.size : 0;
  for (const blob of await hideUnreferencedLinks(tx, { repositoryId, manifestId: artifact.blobId })) {
    if (await releaseInProject(tx, projectId, blob.id)) freed += blob.size;
  }
  await append(tx, {
    type: 'artifact.deleted',
    at: now,
    actor,
    projectId,
    object: `${repositoryName}@${digest}`,
    data: {
      ...(tags.length === 0 ? {} : { tagsBefore: names.join(',') }),
      ...(input.partOf === undefined ? {} : { partOf: input.partOf }),
    },
    ...(input.step === true ? { step: true } : {}),
  });
  return freed;
}

function requireSame(expected: readonly string[], found: readonly string[]): void {
  if (expected.toSorted().join() === found.toSorted().join()) return;
  throw new AppError('PRECONDITION', {
    message: `its tags have become ${found.toSorted().join(', ') || 'none'}`,
  });
}
