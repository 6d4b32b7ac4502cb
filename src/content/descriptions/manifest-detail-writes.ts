import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface ManifestDetail {
  readonly blobId: number;
  readonly annotations: string | null;
  readonly extraAttrs: string | null;
  readonly icon: string | null;
}

/** What is known already stays: of one digest there is one truth. */
const put = prepare((db, values: { [K in keyof ManifestDetail]: ManifestDetail[K] }) =>
  db
    .insertInto('manifest_detail')
    .values({
      blob_id: values.blobId,
      annotations: values.annotations,
      extra_attrs: values.extraAttrs,
      icon: values.icon,
    })
    .onConflict((conflict) =>
      conflict.column('blob_id').doUpdateSet((set) => ({
        extra_attrs: set.fn.coalesce('excluded.extra_attrs', 'manifest_detail.extra_attrs'),
      })),
    ),
);

export async function putManifestDetail(tx: Tx, detail: ManifestDetail): Promise<void> {
  await tx.run(put, { ...detail });
}
