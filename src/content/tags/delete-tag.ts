import { putInTrash } from '../../access/trash/put-in-trash.ts';
import { AppError } from '../../lib/errors.ts';
import type { Tag } from '../../lib/oci/tag.ts';
import { trashMs } from '../../lib/trash-ms.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { lockRepository, touchRepository } from '../repositories/repository-writes.ts';
import { requireUnguarded } from './require-unguarded-step.ts';
import { addTagHistory, lockTag, trashTag } from './tag-writes.ts';

/**
 * Takes the tag away and leaves the artifact (distribution-spec, "Deleting tags").
 * @throws AppError MANIFEST_UNKNOWN, DENIED, TAG_IMMUTABLE; NOT_FOUND for a tag that does not stand for the artifact that is given
 */
export async function deleteTag(
  deps: { readonly db: Database },
  input: {
    readonly projectId: number;
    readonly repositoryName: string;
    readonly tag: Tag;
    /** Only if it stands for this one. */
    readonly artifactId?: number;
    readonly actor: Actor;
    /** What is done with it: both are, or neither. */
    readonly also?: (tx: Tx) => Promise<void>;
  },
): Promise<void> {
  const { projectId, repositoryName, tag: name, artifactId, actor } = input;
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const repositoryId = await lockRepository(tx, input);
    const tag = repositoryId === undefined ? undefined : await lockTag(tx, repositoryId, name);
    if (artifactId !== undefined && tag?.artifactId !== artifactId)
      throw new AppError('NOT_FOUND', { message: `the artifact does not have the tag ${name}` });
    if (repositoryId === undefined || tag === undefined) throw new AppError('MANIFEST_UNKNOWN');
    await requireUnguarded(tx, { projectId, repositoryName, tags: [name], change: 'delete', actor });
    const { digest } = tag;
    const trashId = await putInTrash(tx, { kind: 'tag', repositoryId, tag: name, digest, actor, now });
    await trashTag(tx, { id: tag.id, trashId, now, purgeAfter: now + trashMs });
    await addTagHistory(tx, {
      repositoryId,
      name,
      digest: null,
      previous: tag.digest,
      actor,
      now,
    });
    await touchRepository(tx, repositoryId, now);
    await append(tx, {
      type: 'tag.deleted',
      at: now,
      actor,
      projectId,
      object: `${repositoryName}:${name}`,
      data: { previous: tag.digest },
    });
    await input.also?.(tx);
  });
}
