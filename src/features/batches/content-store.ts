import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const artifacts = prepare((db, values: { repositoryId: number }) =>
  db
    .selectFrom('live_artifact')
    .select(['blob_id as blobId', 'size'])
    .where('repository_id', '=', values.repositoryId),
);

const tags = prepare((db, values: { repositoryId: number }) =>
  db
    .selectFrom('live_tag')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('repository_id', '=', values.repositoryId),
);

/** All that a repository holds, accessories and children too. */
export async function contentOf(
  db: Queries,
  repositoryId: number,
): Promise<{
  readonly artifacts: readonly { readonly blobId: number; readonly size: number }[];
  readonly tags: number;
}> {
  return {
    artifacts: await db.all(artifacts, { repositoryId }),
    tags: Number((await db.first(tags, { repositoryId }))?.count ?? 0),
  };
}
