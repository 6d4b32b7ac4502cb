import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

export interface LeavingBlob {
  readonly id: number;
  readonly size: number;
}

type Leaving = { readonly repositoryId: number; readonly manifests: string };

/** Links that nothing of the repository needs once these manifests are gone: what a deletion hides. */
const links = prepare((db, values: Leaving, dialect) =>
  db
    .selectFrom('blob_link')
    .innerJoin('blob', 'blob.id', 'blob_link.blob_id')
    .select(['blob.id', 'blob.size'])
    .where('blob_link.repository_id', '=', values.repositoryId)
    .where('blob_link.hidden', '=', 0)
    .where(
      'blob_link.blob_id',
      'in',
      db
        .selectFrom('reference')
        .select('blob_id')
        .where('manifest_id', 'in', valueList('integer', values.manifests, dialect))
        .where('blob_id', 'is not', null),
    )
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('reference as other')
            .innerJoin('live_artifact', 'live_artifact.blob_id', 'other.manifest_id')
            .select('other.blob_id')
            .whereRef('other.blob_id', '=', 'blob_link.blob_id')
            .whereRef('live_artifact.repository_id', '=', 'blob_link.repository_id')
            .where('other.manifest_id', 'not in', valueList('integer', values.manifests, dialect)),
        ),
      ),
    ),
);

/** The content that a repository no longer holds once these artifacts are deleted, which are all that goes. */
export async function blobsLeaving(
  db: Queries,
  repositoryId: number,
  all: readonly { readonly blobId: number; readonly size: number }[],
): Promise<readonly LeavingBlob[]> {
  const manifests = JSON.stringify(all.map(({ blobId }) => blobId));
  const hidden = await db.all(links, { repositoryId, manifests });
  return [...all.map(({ blobId: id, size }) => ({ id, size })), ...hidden];
}

const holders = prepare((db, values: { projectId: number; ids: string }, dialect) =>
  db
    .selectFrom('project_blob')
    .select(['blob_id as id', 'holders'])
    .where('project_id', '=', values.projectId)
    .where('blob_id', 'in', valueList('integer', values.ids, dialect)),
);

const idsAtOnce = 10_000;

/** Adds up what a project is relieved of: content counts once, when the last repository that holds it lets it go. */
export class FreedBytes {
  readonly #leaving = new Map<number, { readonly size: number; count: number }>();

  add(blobs: readonly LeavingBlob[]): void {
    for (const { id, size } of blobs) {
      const known = this.#leaving.get(id);
      if (known === undefined) this.#leaving.set(id, { size, count: 1 });
      else known.count += 1;
    }
  }

  async sum(db: Queries, projectId: number): Promise<number> {
    const ids = [...this.#leaving.keys()];
    let freed = 0;
    for (let at = 0; at < ids.length; at += idsAtOnce) {
      const some = JSON.stringify(ids.slice(at, at + idsAtOnce));
      for (const row of await db.all(holders, { projectId, ids: some })) {
        const leaving = this.#leaving.get(row.id);
        if (leaving !== undefined && leaving.count >= row.holders) freed += leaving.size;
      }
    }
    return freed;
  }
}
