import type { Tag } from '../../lib/oci/tag.ts';
import type { Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { requireMovable } from './require-movable-step.ts';
import { requireTagState, type TagCondition, tagChanged } from './tag-condition.ts';
import { addTagHistory, insertTag, lockTag, putTag } from './tag-writes.ts';

export interface MoveTagInput {
  readonly projectId: number;
  readonly repositoryId: number;
  readonly repositoryName: string;
  readonly tag: Tag;
  readonly artifactId: number;
  /** In the algorithm it was pushed by. */
  readonly digest: string;
  readonly condition?: TagCondition | undefined;
  readonly actor: Actor;
  readonly now: number;
}

/**
 * Everything that creates or moves a tag goes through here. A push of what the tag already has only renews its time.
 * @throws AppError PRECONDITION_FAILED, TAG_IMMUTABLE
 */
export async function moveTag(tx: Tx, input: MoveTagInput): Promise<void> {
  const { projectId, repositoryId, repositoryName, tag: name, artifactId, digest, actor, now } = input;
  const before = await lockTag(tx, repositoryId, name);
  if (before !== undefined) {
    const sameDigest = before.artifactId === artifactId;
    await requireMovable(tx, { projectId, repositoryName, tag: name, sameDigest });
  }
  await put(tx, input, before?.digest);
  if (before?.artifactId === artifactId) return;
  const previous = before?.digest ?? null;
  await addTagHistory(tx, { repositoryId, name, digest, previous, actor: actor.principal, now });
  await append(tx, {
    type: 'tag.moved',
    at: now,
    actor,
    projectId,
    object: `${repositoryName}:${name}`,
    data: { digest, previous },
  });
}

async function put(tx: Tx, input: MoveTagInput, before: string | undefined): Promise<void> {
  const { repositoryId, tag: name, artifactId, digest, condition, now } = input;
  const row = { repositoryId, name, artifactId, digest, now };
  if (condition !== undefined) requireTagState(condition, before);
  // No lock holds what is not there: another one may have made the tag since.
  if (before === undefined && condition?.ifNoneMatch !== undefined) {
    if (!(await insertTag(tx, row))) throw tagChanged(undefined);
  } else await putTag(tx, row);
}
