import { addFreed, putInTrash } from '../../access/trash/put-in-trash.ts';
import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Reference } from '../../lib/oci/tag.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { lockBlobsOfManifests } from '../blobs/blob-writes.ts';
import { lockRepository, touchRepository } from '../repositories/repository-writes.ts';
import { changeUsage } from '../repositories/usage-writes.ts';
import { lockArtifact } from './artifact-writes.ts';
import { collectDependents, type Dependents } from './collect-dependents.ts';
import { isUnchangedSince, isUntagged, isUnusedSince, type LastUse } from './dependents-reads.ts';
import { findArtifactId } from './find-artifact-id.ts';
import { trashArtifact } from './trash-artifact-step.ts';

export interface DeleteWithDependentsInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly reference: Reference;
  /** Only if it is this one, and not the same content that was pushed later. */
  readonly artifactId?: number;
  /** Only if it has these tags and no others. */
  readonly onlyWithTags?: readonly string[];
  readonly actor: Actor;
  /** Only if nothing has named it since it was looked at, and it was not pushed behind this. */
  readonly untaggedSince?: number;
  /** Only if nobody has pushed or pulled it since it was decided about. */
  readonly lastUse?: LastUse;
  /** Only if nobody has pushed it, or given it a tag, behind this. */
  readonly unchangedSince?: number;
  /** What is done with it: both are, or neither. */
  readonly also?: (tx: Tx, freed: number) => Promise<void>;
}

/**
 * Moves an artifact to the trash as Harbor deletes one: with all its tags, its accessories, and the untagged children
 * that nothing else needs.
 * @returns the bytes that the project is relieved of
 * @throws AppError NOT_FOUND; ARTIFACT_IN_USE while a live index lists it, or somebody has named it again; PRECONDITION
 * for other tags than `onlyWithTags`, and for a later use than `lastUse` or a change behind `unchangedSince`
 */
export async function deleteWithDependents(
  deps: { readonly db: Database },
  input: DeleteWithDependentsInput,
): Promise<number> {
  const now = await deps.db.now();
  return deps.db.transaction((tx) => remove(tx, input, now));
}

async function remove(tx: Tx, input: DeleteWithDependentsInput, now: number): Promise<number> {
  const { onlyWithTags: tags, ...where } = input;
  const { projectId, reference } = where;
  const repositoryId = await lockRepository(tx, input);
  const found = repositoryId === undefined ? undefined : await findArtifactId(tx, repositoryId, reference);
  if (repositoryId === undefined || found === undefined) throw unknown(input);
  if (found.id !== (input.artifactId ?? found.id)) throw unknown(input);
  const { all, heldBy } = await lockDependents(tx, repositoryId, found.id);
  if (heldBy !== undefined) {
    throw new AppError('ARTIFACT_IN_USE', {
      message: `the artifact ${found.digest} is listed by the index ${heldBy}`,
      detail: 'delete the index first',
      because: because('listed by index', { digest: found.digest, index: heldBy }),
    });
  }
  if (all.length === 0) throw unknown(input);
  if (input.untaggedSince !== undefined && !(await isUntagged(tx, found.id, input.untaggedSince)))
    throw new AppError('ARTIFACT_IN_USE', {
      message: `the artifact ${found.digest} is named by a tag by now`,
    });
  if (input.lastUse !== undefined && !(await isUnusedSince(tx, found.id, input.lastUse)))
    throw new AppError('PRECONDITION', { message: 'it was pushed or pulled again meanwhile' });
  if (input.unchangedSince !== undefined && !(await isUnchangedSince(tx, found.id, input.unchangedSince)))
    throw new AppError('PRECONDITION', {
      message: 'it was pushed or tagged again since that was asked for',
      because: because('changed meanwhile', {}),
    });
  const { actor } = input;
  const trashId = await putInTrash(tx, {
    kind: 'artifact',
    repositoryId,
    digest: found.digest,
    actor,
    now,
  });
  let freed = 0;
  for (const artifact of all) {
    const { id, digest } = artifact;
    const step = id === found.id ? {} : ({ step: true, partOf: found.digest } as const);
    const only = id === found.id && tags !== undefined ? { onlyWithTags: tags } : {};
    freed += await trashArtifact(tx, {
      ...where,
      ...only,
      repositoryId,
      artifact,
      digest,
      trashId,
      now,
      ...step,
    });
  }
  await addFreed(tx, trashId, freed);
  await touchRepository(tx, repositoryId, now);
  await input.also?.(tx, freed);
  await changeUsage(tx, projectId, -freed);
  return freed;
}

/** Asked for again behind the locks, until there is nothing that is not locked. */
async function lockDependents(tx: Tx, repositoryId: number, rootId: number): Promise<Dependents> {
  const locked = new Set<number>();
  for (;;) {
    const dependents = await collectDependents(tx, rootId);
    const missing = dependents.all.filter(({ id }) => !locked.has(id)).toSorted((a, b) => a.id - b.id);
    if (missing.length === 0 || dependents.heldBy !== undefined) return dependents;
    await lockBlobsOfManifests(
      tx,
      missing.map(({ digest }) => digest),
    );
    for (const { id, digest } of missing) {
      await lockArtifact(tx, repositoryId, digest);
      locked.add(id);
    }
  }
}

function unknown({ repositoryName, reference }: DeleteWithDependentsInput): AppError {
  const name = reference.kind === 'tag' ? `:${reference.tag}` : `@${reference.digest}`;
  return new AppError('NOT_FOUND', { message: `artifact ${repositoryName}${name} not found` });
}
