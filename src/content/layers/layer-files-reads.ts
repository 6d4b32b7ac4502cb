import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

const byBlob = prepare((db, values: { blobId: number; format: number }) =>
  db
    .selectFrom('layer_files')
    .select(['problem', 'read_at as readAt'])
    .where('blob_id', '=', values.blobId)
    .where('format', '=', values.format),
);

/** What became of reading a layer; undefined: it was not read yet, or by other code. */
export function findLayerFiles(
  db: Queries,
  blobId: number,
  format: number,
): Promise<{ readonly problem: string | null; readonly readAt: number } | undefined> {
  return db.first(byBlob, { blobId, format });
}

const content = prepare((db, values: { blobId: number }) =>
  db
    .selectFrom('layer_files')
    .select('content')
    .where('blob_id', '=', values.blobId)
    .where('problem', 'is', null),
);

export async function findLayerContent(db: Queries, blobId: number): Promise<Uint8Array | undefined> {
  return (await db.first(content, { blobId }))?.content;
}

const contentBytes = prepare((db, values: { blobIds: string }, dialect) =>
  db
    .selectFrom('layer_files')
    .select(sql<number | string | null>`sum(length(content))`.as('bytes'))
    .where('blob_id', 'in', valueList('integer', values.blobIds, dialect)),
);

/** Of all of them together. */
export async function sumLayerContents(db: Queries, blobIds: readonly number[]): Promise<number> {
  return Number((await db.first(contentBytes, { blobIds: JSON.stringify(blobIds) }))?.bytes ?? 0);
}
