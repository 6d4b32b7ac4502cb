import { sql } from 'kysely';
import type { Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { valueList } from '../../../platform/db/value-list.ts';

const lock = prepare((db, values: { ids: string }, dialect) => {
  const query = db
    .selectFrom('blob')
    .select(['id', 'size'])
    .where('id', 'in', valueList('integer', values.ids, dialect))
    .orderBy('id');
  return dialect === 'postgres' ? query.forUpdate() : query;
});

/** In the order in which pushes and deletions take them. Returns their sizes. */
export async function lockBlobsToCopy(tx: Tx, ids: readonly number[]): Promise<Map<number, number>> {
  const rows = await tx.all(lock, { ids: JSON.stringify(ids) });
  return new Map(rows.map(({ id, size }) => [id, size]));
}

const same = [
  'blob_id',
  'digest',
  'media_type',
  'artifact_type',
  'subject',
  'size',
  'kind',
  'config_type',
  'total_size',
  'accessory_kind',
  'accessory_subject',
  'described',
] as const;

const copy = prepare(
  (db, values: { projectId: number; repositoryId: number; ids: string; now: number }, dialect) =>
    db
      .insertInto('artifact')
      .columns([...same, 'project_id', 'repository_id', 'pushed_at'])
      .expression(
        db
          .selectFrom('live_artifact')
          .select([
            ...same,
            sql<number>`cast(${values.projectId} as bigint)`.as('project_id'),
            sql<number>`cast(${values.repositoryId} as bigint)`.as('repository_id'),
            sql<number>`cast(${values.now} as bigint)`.as('pushed_at'),
          ])
          .where('id', 'in', valueList('integer', values.ids, dialect))
          // Children are mostly older than what lists them.
          .orderBy('id'),
      )
      .onConflict((conflict) =>
        conflict.columns(['repository_id', 'digest']).where('deleted_at', 'is', null).doNothing(),
      )
      .returning(['id', 'blob_id as blobId', 'digest', 'media_type as mediaType', 'size']),
);

export interface CopiedArtifact {
  readonly id: number;
  readonly blobId: number;
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
}

/** The same artifacts in another repository. Those that it has stay as they are and are not returned. */
export function copyArtifacts(
  tx: Tx,
  input: { projectId: number; repositoryId: number; ids: readonly number[]; now: number },
): Promise<CopiedArtifact[]> {
  return tx.all(copy, { ...input, ids: JSON.stringify(input.ids) });
}
