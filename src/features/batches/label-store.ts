import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

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

const done = prepare((db, values: { id: number }) =>
  db
    .selectFrom('batch_item')
    .select(['object_id as id', 'name'])
    .where('job_id', '=', values.id)
    .where('outcome', '=', 'done')
    .orderBy('no'),
);

/** What a batch has changed. */
export function findDone(
  db: Queries,
  batchId: number,
): Promise<{ readonly id: number; readonly name: string }[]> {
  return db.all(done, { id: batchId });
}
