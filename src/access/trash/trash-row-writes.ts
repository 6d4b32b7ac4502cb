import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { TrashKind } from '../../platform/db/schema/schema-of-trash.ts';

interface Row {
  readonly kind: TrashKind;
  readonly projectId: number | null;
  readonly repositoryId: number | null;
  readonly tag: string | null;
  readonly digest: string | null;
  readonly kept: string | null;
  readonly now: number;
  readonly purgeAfter: number;
  readonly deletedBy: string;
  readonly jobId: number | null;
}

const insert = prepare((db, values: { [K in keyof Row]: Row[K] }) =>
  db
    .insertInto('trash')
    .values({
      kind: values.kind,
      project_id: values.projectId,
      repository_id: values.repositoryId,
      tag: values.tag,
      digest: values.digest,
      freed_bytes: 0,
      kept: values.kept,
      deleted_at: values.now,
      purge_after: values.purgeAfter,
      deleted_by: values.deletedBy,
      job_id: values.jobId,
    })
    .returning('id'),
);

export async function insertTrashRow(tx: Tx, row: Row): Promise<number> {
  const made = await tx.first(insert, { ...row });
  if (made === undefined) throw new Error('a row of the trash was not made');
  return made.id;
}

const grow = prepare((db, values: { id: number; bytes: number }) =>
  db
    .updateTable('trash')
    .set((set) => ({ freed_bytes: set('freed_bytes', '+', values.bytes) }))
    .where('id', '=', values.id),
);

export async function growFreed(tx: Tx, id: number, bytes: number): Promise<void> {
  await tx.run(grow, { id, bytes });
}
