import { AppError } from '../../../lib/errors.ts';
import { type Digest, requireDigest } from '../../../lib/oci/digest.ts';
import type { Tag } from '../../../lib/oci/tag.ts';
import type { Database, Tx } from '../../../platform/db/database.ts';
import type { Actor } from '../../../platform/events/append.ts';
import { lockRepository, touchRepository } from '../../repositories/repository-writes.ts';
import { moveTag } from '../../tags/move-tag-step.ts';
import { pageOfTagHistory, stoodForDigest } from '../../tags/tag-history-reads.ts';
import { lockTag } from '../../tags/tag-writes.ts';
import { lockArtifacts } from '../artifact-writes.ts';
import { findArtifactId } from '../find-artifact-id.ts';

export interface RestoreTagInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly tag: Tag;
  /** What it stood for once; undefined: before its last move, or its deletion. */
  readonly digest: Digest | undefined;
  readonly actor: Actor;
}

/**
 * Puts a tag back on what it stood for, as a push would move it. Returns the digest.
 * @throws AppError NOT_FOUND; CONFLICT where there is nothing to put back; DENIED, TAG_IMMUTABLE, PRECONDITION_FAILED
 */
export async function restoreTag(deps: { readonly db: Database }, input: RestoreTagInput): Promise<string> {
  const now = await deps.db.now();
  return deps.db.transaction((tx) => restore(tx, input, now));
}

async function restore(tx: Tx, input: RestoreTagInput, now: number): Promise<string> {
  const { repositoryName, tag } = input;
  const repositoryId = await lockRepository(tx, input);
  if (repositoryId === undefined) throw neverWas(input);
  // Locked before its history is read: nobody moves it in between.
  const before = await lockTag(tx, repositoryId, tag);
  const digest = await digestToRestore(tx, repositoryId, input);
  const found = await findArtifactId(tx, repositoryId, { kind: 'digest', digest });
  // Kept from being deleted: a tag never stands for what is in the trash.
  const [artifact] = found === undefined ? [] : await lockArtifacts(tx, repositoryId, [found.digest]);
  if (found === undefined || artifact === undefined) {
    throw new AppError('NOT_FOUND', {
      message: `${repositoryName} does not hold ${digest} any more: push it again, restore it from the trash, or name another digest of the tag's history`,
    });
  }
  if (before?.artifactId === found.id) {
    throw new AppError('CONFLICT', {
      message: `${repositoryName}:${tag} stands for ${digest} already: name another digest of its history`,
    });
  }
  // One that somebody makes in the same moment is not overwritten.
  const condition = before === undefined ? { ifMatch: undefined, ifNoneMatch: '*' } : undefined;
  await moveTag(tx, { ...input, repositoryId, artifactId: found.id, digest, condition, now });
  await touchRepository(tx, repositoryId, now);
  return digest;
}

async function digestToRestore(tx: Tx, repositoryId: number, input: RestoreTagInput): Promise<Digest> {
  const { repositoryName, tag: name, digest } = input;
  if (digest !== undefined) {
    if (await stoodForDigest(tx, { repositoryId, name, digest })) return digest;
    throw new AppError('NOT_FOUND', {
      message: `${repositoryName}:${name} never stood for ${digest}: name a digest of its history, or push the tag`,
    });
  }
  const { rows } = await pageOfTagHistory(tx, { repositoryId, name, offset: 0, limit: 1 });
  const [last] = rows;
  if (last === undefined) throw neverWas(input);
  if (last.previous !== null) return requireDigest(last.previous);
  throw new AppError('CONFLICT', {
    message: `${repositoryName}:${name} has not been moved since it was made: name a digest of its history`,
  });
}

function neverWas({ repositoryName, tag }: RestoreTagInput): AppError {
  return new AppError('NOT_FOUND', { message: `there never was a tag ${repositoryName}:${tag}` });
}
