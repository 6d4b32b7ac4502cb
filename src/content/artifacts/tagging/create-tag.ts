import { because } from '../../../lib/because.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Reference, Tag } from '../../../lib/oci/tag.ts';
import type { Database, Tx } from '../../../platform/db/database.ts';
import type { Actor } from '../../../platform/events/append.ts';
import { lockRepository, touchRepository } from '../../repositories/repository-writes.ts';
import { moveTag } from '../../tags/move-tag-step.ts';
import { lockTag } from '../../tags/tag-writes.ts';
import { lockArtifacts } from '../artifact-writes.ts';
import { findArtifactId } from '../find-artifact-id.ts';

export interface CreateTagInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly reference: Reference;
  readonly tag: Tag;
  readonly actor: Actor;
}

/**
 * One more tag for an artifact that is there. It never moves one: whoever wants that pushes.
 * @throws AppError NOT_FOUND; CONFLICT for a tag that the repository has, of whichever artifact
 */
export async function createTag(deps: { readonly db: Database }, input: CreateTagInput): Promise<void> {
  const now = await deps.db.now();
  try {
    await deps.db.transaction((tx) => create(tx, input, now));
  } catch (error) {
    // Another one has made it in the same moment.
    if (error instanceof AppError && error.code === 'PRECONDITION_FAILED') throw taken(input);
    throw error;
  }
}

async function create(tx: Tx, input: CreateTagInput, now: number): Promise<void> {
  const { repositoryName, reference, tag } = input;
  const repositoryId = await lockRepository(tx, input);
  const found = repositoryId === undefined ? undefined : await findArtifactId(tx, repositoryId, reference);
  // Kept from being deleted: a tag never stands for what is in the trash.
  const [artifact] =
    repositoryId === undefined || found === undefined
      ? []
      : await lockArtifacts(tx, repositoryId, [found.digest]);
  if (repositoryId === undefined || found === undefined || artifact === undefined) {
    const name = reference.kind === 'tag' ? `:${reference.tag}` : `@${reference.digest}`;
    throw new AppError('NOT_FOUND', { message: `artifact ${repositoryName}${name} not found` });
  }
  if ((await lockTag(tx, repositoryId, tag)) !== undefined) throw taken(input);
  await moveTag(tx, {
    ...input,
    repositoryId,
    artifactId: found.id,
    digest: reference.kind === 'digest' ? reference.digest : found.digest,
    condition: { ifMatch: undefined, ifNoneMatch: '*' },
    now,
  });
  await touchRepository(tx, repositoryId, now);
}

function taken({ repositoryName, tag }: CreateTagInput): AppError {
  return new AppError('CONFLICT', {
    message: `there is a tag ${repositoryName}:${tag} already`,
    detail: 'choose another name, or push to move the tag',
    because: because('tag exists', { tag: `${repositoryName}:${tag}` }),
  });
}
