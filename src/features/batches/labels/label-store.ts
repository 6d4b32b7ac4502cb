import { type Kysely, sql } from 'kysely';
import type { Queries } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import type { Schema } from '../../../platform/db/schema.ts';

const one = prepare((db, values: { id: number; repositoryId: number }) =>
  db
    .selectFrom('live_artifact')
    .select(['id', 'digest'])
    .where('id', '=', values.id)
    .where('repository_id', '=', values.repositoryId),
);

/** Undefined: it was deleted. */
export function findArtifactOf(
  db: Queries,
  of: { readonly id: number; readonly repositoryId: number },
): Promise<{ readonly id: number; readonly digest: string } | undefined> {
  return db.first(one, { ...of });
}

const labelled = prepare((db, values: { labelId: number; repositoryId: number }) =>
  db
    .selectFrom('artifact_label')
    .innerJoin('live_artifact', 'live_artifact.id', 'artifact_label.artifact_id')
    .select('live_artifact.id')
    .where('artifact_label.label_id', '=', values.labelId)
    .where('live_artifact.repository_id', '=', values.repositoryId),
);

/** The artifacts of a repository that have a label. */
export async function findLabelled(
  db: Queries,
  of: { readonly labelId: number; readonly repositoryId: number },
): Promise<Set<number>> {
  return new Set((await db.all(labelled, { ...of })).map(({ id }) => id));
}

/** What is 'done' in a batch, and not back by one that undoes it: put back by that, found put back, or about to be. */
const left = (db: Kysely<Schema>, id: number) =>
  db
    .selectFrom('batch_item')
    .where('batch_item.job_id', '=', id)
    .where('batch_item.outcome', '=', 'done')
    .where(
      'batch_item.object_id',
      'not in',
      db
        .selectFrom('batch')
        .innerJoin('job', 'job.id', 'batch.job_id')
        .innerJoin('batch_item as back', 'back.job_id', 'batch.job_id')
        .select('back.object_id')
        .where('batch.undoes', '=', id)
        .where(
          sql<boolean>`(back.outcome = 'done' or (back.outcome = 'refused' and back.code = 'unchanged')
            or (back.outcome = 'waiting' and job.ended_at is null))`,
        ),
    );

const leftItems = prepare((db, values: { id: number }) =>
  left(db, values.id).select(['batch_item.object_id as id', 'batch_item.name']).orderBy('batch_item.no'),
);

/** What a batch has changed, and no other has taken back: later changes of the same things are somebody else's. */
export function findToUndo(
  db: Queries,
  batchId: number,
): Promise<{ readonly id: number; readonly name: string }[]> {
  return db.all(leftItems, { id: batchId });
}

const leftCount = prepare((db, values: { id: number }) =>
  left(db, values.id).select((select) => select.fn.countAll<number>().as('count')),
);

export async function countToUndo(db: Queries, batchId: number): Promise<number> {
  return Number((await db.first(leftCount, { id: batchId }))?.count ?? 0);
}
