import { findLabel } from '../../../content/labels/label-reads.ts';
import { type MarkInput, markArtifact, unmarkArtifact } from '../../../content/labels/mark-artifact.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { Batch, Item } from '../batch.ts';
import { findArtifactOf } from './label-store.ts';

interface LabelWork extends Pick<MarkInput, 'projectId' | 'actor' | 'also'> {
  readonly repositoryName: string;
}

/**
 * Puts the label of a batch on the artifact of an item, or takes it.
 * @throws AppError CONFLICT when it is so already, NOT_FOUND for an artifact and PRECONDITION for a label that went meanwhile
 */
export async function labelItem(
  deps: { readonly db: Database },
  { action, label, repositoryId }: Pick<Batch, 'action' | 'label' | 'repositoryId'>,
  { item, work }: { readonly item: Item; readonly work: LabelWork },
): Promise<void> {
  const { repositoryName, ...rest } = work;
  const labelId = label?.id ?? 0;
  const artifact = await findArtifactOf(deps.db.reader, { id: item.id, repositoryId: repositoryId ?? 0 });
  if (artifact === undefined)
    throw new AppError('NOT_FOUND', { message: `artifact of ${item.name} not found` });
  if ((await findLabel(deps.db.reader, labelId)) === undefined)
    throw new AppError('PRECONDITION', { message: `the label ${label?.name ?? ''} is not there any more` });
  const input = { ...rest, labelId, artifact: { ...artifact, repositoryName } };
  if (action === 'label-tags' || action === 'label-artifacts') return markArtifact(deps, input);
  await unmarkArtifact(deps, input).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'NOT_FOUND') throw error;
    throw new AppError('CONFLICT', { message: error.message }, { cause: error });
  });
}
