import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { keepLabel, putMark, takeMark } from './label-writes.ts';
import { noLabel } from './update-label.ts';

export interface MarkInput {
  readonly projectId: number;
  readonly artifact: { readonly id: number; readonly digest: string; readonly repositoryName: string };
  readonly labelId: number;
  readonly actor: Actor;
  /** In the same transaction. */
  readonly also?: (tx: Tx) => Promise<void>;
}

/**
 * Puts a label of the system or of the artifact's project on an artifact.
 * @throws AppError NOT_FOUND, CONFLICT when it is there already
 */
export async function markArtifact(deps: { readonly db: Database }, input: MarkInput): Promise<void> {
  const { artifact, labelId } = input;
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const label = await keepLabel(tx, labelId);
    const isForIt = label?.projectId === null || label?.projectId === input.projectId;
    if (label === undefined || !isForIt) throw noLabel(labelId);
    const state = await putMark(tx, { artifactId: artifact.id, labelId });
    if (state === 'gone') throw new AppError('NOT_FOUND', { message: `artifact ${nameOf(input)} not found` });
    if (state === 'there')
      throw new AppError('CONFLICT', { message: `the artifact has the label ${labelId} already` });
    const { actor, projectId } = input;
    const data = { label: label.name, id: labelId };
    await append(tx, { type: 'artifact.labelled', at: now, actor, projectId, object: nameOf(input), data });
    await input.also?.(tx);
  });
}

/** @throws AppError NOT_FOUND for a label that the artifact does not have */
export async function unmarkArtifact(deps: { readonly db: Database }, input: MarkInput): Promise<void> {
  const { artifact, labelId, actor, projectId } = input;
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const label = await keepLabel(tx, labelId);
    if (label === undefined || !(await takeMark(tx, { artifactId: artifact.id, labelId })))
      throw new AppError('NOT_FOUND', { message: `the artifact does not have the label ${labelId}` });
    const data = { label: label.name, id: labelId };
    await append(tx, { type: 'artifact.unlabelled', at: now, actor, projectId, object: nameOf(input), data });
    await input.also?.(tx);
  });
}

function nameOf({ artifact }: MarkInput): string {
  return `${artifact.repositoryName}@${artifact.digest}`;
}
