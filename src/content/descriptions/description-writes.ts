import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { ArtifactDescription } from './describe-artifact.ts';
import type { UndescribedArtifact } from './description-reads.ts';
import { putManifestDetail } from './manifest-detail-writes.ts';

const update = prepare(
  (
    db,
    values: {
      id: number;
      kind: string;
      configType: string;
      totalSize: number;
      accessoryKind: string | null;
      accessorySubject: string | null;
      described: number;
    },
  ) =>
    db
      .updateTable('artifact')
      .set((set) => ({
        kind: values.kind,
        config_type: values.configType,
        total_size: values.totalSize,
        accessory_kind: set.fn.coalesce('accessory_kind', set.val(values.accessoryKind)),
        accessory_subject: set.fn.coalesce('accessory_subject', set.val(values.accessorySubject)),
        described: values.described,
      }))
      .where('id', '=', values.id),
);

export async function putDescription(
  tx: Tx,
  artifact: UndescribedArtifact,
  found: ArtifactDescription,
): Promise<void> {
  const { annotations, extraAttrs, icon, ...columns } = found;
  if ((await tx.run(update, { id: artifact.id, ...columns })) === 0) return;
  if (annotations === null && extraAttrs === null && icon === null) return;
  await putManifestDetail(tx, { blobId: artifact.blobId, annotations, extraAttrs, icon });
}
