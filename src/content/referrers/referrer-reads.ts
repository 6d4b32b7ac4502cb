import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

export interface ReferrerRow {
  readonly id: number;
  readonly blobId: number;
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactType: string | null;
  readonly sizeBytes: number;
}

const columns = [
  'id',
  'blob_id as blobId',
  'digest',
  'media_type as mediaType',
  'artifact_type as artifactType',
  'size as sizeBytes',
] as const;

const page = prepare((db, values: { repositoryId: number; subject: string; after: number; count: number }) =>
  db
    .selectFrom('live_artifact')
    .select(columns)
    .where('repository_id', '=', values.repositoryId)
    .where('subject', '=', values.subject)
    .where('id', '>', values.after)
    .orderBy('id')
    .limit(values.count),
);

const pageOfType = prepare(
  (
    db,
    values: { repositoryId: number; subject: string; artifactType: string; after: number; count: number },
  ) =>
    db
      .selectFrom('live_artifact')
      .select(columns)
      .where('repository_id', '=', values.repositoryId)
      .where('subject', '=', values.subject)
      .where('artifact_type', '=', values.artifactType)
      .where('id', '>', values.after)
      .orderBy('id')
      .limit(values.count),
);

/** Artifacts that name exactly this subject, in the order of their pushes, after `after` (exclusive). */
export function pageOfReferrers(
  db: Queries,
  input: {
    repositoryId: number;
    subject: string;
    artifactType: string | undefined;
    after: number;
    count: number;
  },
): Promise<ReferrerRow[]> {
  const { artifactType, ...rest } = input;
  return artifactType === undefined ? db.all(page, rest) : db.all(pageOfType, { ...rest, artifactType });
}

const names = prepare((db, values: { digest: string }) =>
  db
    .selectFrom('blob')
    .leftJoin('blob_alias', 'blob_alias.blob_id', 'blob.id')
    .select('blob_alias.digest as alias')
    .where('blob.digest', '=', values.digest),
);

/** The verified aliases of what has this canonical digest. */
export async function findAliasesOf(db: Queries, digest: string): Promise<string[]> {
  const rows = await db.all(names, { digest });
  return rows.flatMap((row) => (row.alias === null ? [] : [row.alias]));
}

const bytes = prepare((db, values: { blobIds: string }, dialect) =>
  db
    .selectFrom('manifest')
    .select(['blob_id', 'bytes'])
    .where('blob_id', 'in', valueList('integer', values.blobIds, dialect)),
);

/** Of artifacts whose rows were read. */
export async function findBytesOf(db: Queries, blobIds: readonly number[]): Promise<Map<number, Uint8Array>> {
  const rows = await db.all(bytes, { blobIds: JSON.stringify(blobIds) });
  return new Map(rows.map((row) => [row.blob_id, row.bytes]));
}
