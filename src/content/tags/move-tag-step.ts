import type { Tag } from '../../lib/oci/tag.ts';
import type { Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { requireUnguarded } from './require-unguarded-step.ts';
import { requireTagState, type TagCondition, tagChanged } from './tag-condition.ts';
import { addTagHistory, insertTagAndLockRules, lockTag, putTag } from './tag-writes.ts';

export interface MoveTagInput {
  readonly projectId: number;
  readonly repositoryId: number;
  readonly repositoryName: string;
  readonly tag: Tag;
  readonly artifactId: number;
  /** In the algorithm it was pushed by. */
  readonly digest: string;
  readonly condition?: TagCondition | undefined;
  /** Of a push, whose event names the tag. */
  readonly ofPush?: true;
  readonly actor: Actor;
  readonly now: number;
}

/**
 * Everything that creates or moves a tag goes through here. A push of what the tag already has only renews its time.
 * Returns the digest that the tag stood for before.
 * @throws AppError PRECONDITION_FAILED, DENIED, TAG_IMMUTABLE
 */
export async function moveTag(tx: Tx, input: MoveTagInput): Promise<string | null> {
  const { projectId, repositoryId, repositoryName, tag: name, artifactId, digest, actor, now } = input;
  const { condition } = input;
  const row = { repositoryId, name, artifactId, digest, now };
  let before = await lockTag(tx, repositoryId, name);
  if (condition !== undefined) requireTagState(condition, before?.digest);
  const guarded = { projectId, repositoryName, actor, tags: [name] };
  if (before === undefined && (await insertTagAndLockRules(tx, { ...row, projectId }))) {
    await requireUnguarded(tx, { ...guarded, change: 'create', rulesAreLocked: true });
  } else {
    // No lock holds what is not there: another one may have made the tag since.
    if (before === undefined) {
      before = await lockTag(tx, repositoryId, name);
      if (condition !== undefined) throw tagChanged(before?.digest);
    }
    await requireUnguarded(tx, {
      ...guarded,
      change: before?.artifactId === artifactId ? 'renew' : 'move',
    });
    await putTag(tx, row);
  }
  const previous = before?.digest ?? null;
  if (before?.artifactId === artifactId) return previous;
  await addTagHistory(tx, { repositoryId, name, digest, previous, actor, now });
  await append(tx, {
    type: 'tag.moved',
    at: now,
    actor,
    projectId,
    object: `${repositoryName}:${name}`,
    data: { digest, previous },
    ...(input.ofPush === true ? { step: true } : {}),
  });
  return previous;
}
