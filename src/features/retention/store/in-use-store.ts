import type { Queries, Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import type { UsedImage } from '../in-use/parse-image.ts';

export interface InUseList {
  readonly cluster: string;
  readonly images: number;
  readonly updatedAt: number;
  readonly expiresAt: number;
  readonly updatedBy: string;
}

const lists = prepare((db, _values: Record<never, never>) =>
  db
    .selectFrom('in_use_list')
    .leftJoin('in_use_image', 'in_use_image.list_id', 'in_use_list.id')
    .select((select) => [
      'cluster',
      'updated_at as updatedAt',
      'expires_at as expiresAt',
      'updated_by as updatedBy',
      select.fn.count<number>('in_use_image.list_id').as('images'),
    ])
    .groupBy(['in_use_list.id', 'cluster', 'updated_at', 'expires_at', 'updated_by'])
    .orderBy('cluster'),
);

export async function inUseLists(db: Queries): Promise<readonly InUseList[]> {
  return (await db.all(lists, {})).map((row) => ({ ...row, images: Number(row.images) }));
}

type NewList = {
  readonly cluster: string;
  readonly now: number;
  readonly expiresAt: number;
  readonly by: string;
};

const put = prepare((db, values: NewList) =>
  db
    .insertInto('in_use_list')
    .values({
      cluster: values.cluster,
      updated_at: values.now,
      expires_at: values.expiresAt,
      updated_by: values.by,
    })
    .onConflict((conflict) =>
      conflict
        .column('cluster')
        .doUpdateSet({ updated_at: values.now, expires_at: values.expiresAt, updated_by: values.by }),
    )
    .returning('id'),
);

const clear = prepare((db, values: { listId: number }) =>
  db.deleteFrom('in_use_image').where('list_id', '=', values.listId),
);

const add = prepare((db, values: { listId: number; repository: string; tag: string; digest: string }) =>
  db
    .insertInto('in_use_image')
    .values({
      list_id: values.listId,
      repository: values.repository,
      tag: values.tag,
      digest: values.digest,
    })
    .onConflict((conflict) => conflict.doNothing()),
);

/** What was in it before is forgotten. */
export async function putInUseList(tx: Tx, list: NewList, images: readonly UsedImage[]): Promise<void> {
  const row = await tx.first(put, list);
  if (row === undefined) throw new Error('a list was written without an id');
  await tx.run(clear, { listId: row.id });
  for (const { repository, tag, digest } of images)
    await tx.run(add, { listId: row.id, repository, tag, digest });
}

const remove = prepare((db, values: { cluster: string }) =>
  db.deleteFrom('in_use_list').where('cluster', '=', values.cluster),
);

/** False: there is none. */
export async function removeInUseList(tx: Tx, cluster: string): Promise<boolean> {
  return (await tx.run(remove, { cluster })) > 0;
}
