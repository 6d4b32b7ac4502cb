import { findLabel } from '../../../content/labels/label-reads.ts';
import { noLabel } from '../../../content/labels/update-label.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Queries } from '../../../platform/db/database.ts';
import type { LabelOfBatch } from '../batch.ts';

/**
 * A label of the system, or of the project that the artifacts are in.
 * @throws AppError BAD_REQUEST, NOT_FOUND
 */
export async function requireLabel(
  db: Queries,
  { id, projectId }: { readonly id: number | undefined; readonly projectId: number },
): Promise<LabelOfBatch> {
  if (id === undefined)
    throw new AppError('BAD_REQUEST', {
      message: 'label_id is missing',
      detail: 'name the label that is put or taken',
    });
  const label = await findLabel(db, id);
  if (label === undefined || !(label.projectId === null || label.projectId === projectId)) throw noLabel(id);
  return { id, name: label.name };
}
