import { findProjectById } from '../../access/projects/project-reads.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Batch } from './batch.ts';
import type { FoundItems } from './find-items.ts';
import { type LabelAction, opposites } from './is-label-action.ts';
import { findToUndo } from './label-store.ts';

/** Exactly what a batch has changed and is not changed back yet, to be changed back. */
export async function findOpposite(
  { db }: { readonly db: Database },
  batch: Batch & { readonly action: LabelAction },
): Promise<FoundItems> {
  const { projectId, repositoryId, place, label } = batch;
  return {
    action: opposites[batch.action],
    place,
    project: (projectId === null ? undefined : await findProjectById(db.reader, projectId)) ?? null,
    repositoryId,
    askedAt: await db.now(),
    found: await findToUndo(db.reader, batch.id),
    missing: [],
    ...(label === undefined ? {} : { label }),
  };
}
