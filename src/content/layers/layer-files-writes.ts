import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface LayerFiles {
  readonly blobId: number;
  readonly format: number;
  readonly readAt: number;
  /** Why it could not be read; then there is no content. */
  readonly problem: string | null;
  readonly content: Uint8Array;
}

const held = prepare((db, values: { blobId: number }, dialect) => {
  const query = db.selectFrom('blob').select('id').where('id', '=', values.blobId);
  return dialect === 'postgres' ? query.forKeyShare() : query;
});

/** A layer never changes, so whoever read it last is right. The blob may be gone by now: then nothing is kept. */
export async function saveLayerFiles(tx: Tx, layer: LayerFiles): Promise<void> {
  const { blobId, format, readAt, problem, content } = layer;
  if ((await tx.first(held, { blobId })) === undefined) return;
  const row = { format, read_at: readAt, problem, content };
  await tx.builder
    .insertInto('layer_files')
    .values({ blob_id: blobId, ...row })
    .onConflict((on) => on.column('blob_id').doUpdateSet(row))
    .execute();
}
