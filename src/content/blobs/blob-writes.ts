import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { BlobState } from '../../platform/db/schema.ts';
import { valueList } from '../../platform/db/value-list.ts';

export interface LockedBlob {
  readonly id: number;
  readonly sizeBytes: number;
  readonly state: BlobState;
  readonly storageKey: string | null;
  readonly generation: number;
  readonly stateAt: number;
}

const lockByDigest = prepare((db, values: { digest: string }, dialect) => {
  const query = db
    .selectFrom('blob')
    .select(['id', 'size', 'state', 'storage_key', 'generation', 'state_at'])
    .where('digest', '=', values.digest);
  return dialect === 'postgres' ? query.forUpdate() : query;
});

export async function lockBlob(tx: Tx, digest: CanonicalDigest): Promise<LockedBlob | undefined> {
  const row = await tx.first(lockByDigest, { digest });
  if (row === undefined) return undefined;
  return {
    id: row.id,
    sizeBytes: row.size,
    state: row.state,
    storageKey: row.storage_key,
    generation: row.generation,
    stateAt: row.state_at,
  };
}

const manifestOf = prepare((db, values: { id: number }) =>
  db.selectFrom('manifest').select('copied_at').where('blob_id', '=', values.id),
);

/** A manifest whose bytes are only in the database yet: a file at its key may be there without being durable. */
export async function isUncopiedManifest(tx: Tx, id: number): Promise<boolean> {
  return (await tx.first(manifestOf, { id }))?.copied_at === null;
}

const clearCopied = prepare((db, values: { id: number }) =>
  db.updateTable('manifest').set({ copied_at: null }).where('blob_id', '=', values.id),
);

/** The copy of a manifest is gone, or will lie under another key: it is made again. False: it is no manifest. */
export async function forgetManifestCopy(tx: Tx, id: number): Promise<boolean> {
  return (await tx.run(clearCopied, { id })) > 0;
}

const putClaim = prepare((db, values: { uploadId: string; blobId: number }) =>
  db.updateTable('upload').set({ blob_id: values.blobId }).where('id', '=', values.uploadId),
);

/** Until the upload ends, the blob is no garbage. */
export async function claimForUpload(tx: Tx, uploadId: string, blobId: number): Promise<void> {
  await tx.run(putClaim, { uploadId, blobId });
}

const setState = prepare(
  (db, values: { id: number; state: BlobState; size: number; storageKey: string | null; now: number }) =>
    db
      .updateTable('blob')
      .set({ state: values.state, size: values.size, storage_key: values.storageKey, state_at: values.now })
      .where('id', '=', values.id),
);

export async function setBlobState(
  tx: Tx,
  input: { id: number; state: BlobState; size: number; storageKey: string | null; now: number },
): Promise<void> {
  await tx.run(setState, input);
}

const upsertLink = prepare((db, values: { repositoryId: number; blobId: number; now: number }) =>
  db
    .insertInto('blob_link')
    .values({ repository_id: values.repositoryId, blob_id: values.blobId, touched_at: values.now, hidden: 0 })
    .onConflict((conflict) =>
      conflict.columns(['repository_id', 'blob_id']).doUpdateSet({ touched_at: values.now, hidden: 0 }),
    ),
);

const findLink = prepare((db, values: { repositoryId: number; blobId: number }) =>
  db
    .selectFrom('blob_link')
    .select('hidden')
    .where('repository_id', '=', values.repositoryId)
    .where('blob_id', '=', values.blobId),
);

/** True: the repository did not serve the blob before. The blob's row has to be locked. */
export async function putLink(
  tx: Tx,
  input: { repositoryId: number; blobId: number; now: number },
): Promise<boolean> {
  const before = await tx.first(findLink, { repositoryId: input.repositoryId, blobId: input.blobId });
  await tx.run(upsertLink, input);
  return before === undefined || before.hidden === 1;
}

const lockOfManifests = prepare((db, values: { digests: string }, dialect) => {
  const query = db
    .selectFrom('blob')
    .select('id')
    .where(
      'id',
      'in',
      db
        .selectFrom('reference')
        .innerJoin('blob as manifest_blob', 'manifest_blob.id', 'reference.manifest_id')
        .select('reference.blob_id')
        .where('manifest_blob.digest', 'in', valueList('text', values.digests, dialect))
        .where('reference.blob_id', 'is not', null),
    )
    .orderBy('id');
  return dialect === 'postgres' ? query.forUpdate() : query;
});

/**
 * Waits for pushes of other manifests that need one of the same blobs, so that their artifacts are seen. Before the
 * artifacts are locked, and for all of them at once: a push takes both in this order, and everybody the blobs by id.
 */
export async function lockBlobsOfManifests(tx: Tx, digests: readonly string[]): Promise<void> {
  if (tx.dialect === 'postgres') await tx.all(lockOfManifests, { digests: JSON.stringify(digests) });
}

const hideUnreferenced = prepare((db, values: { repositoryId: number; manifestId: number }) =>
  db
    .updateTable('blob_link')
    .set({ hidden: 1 })
    .where('repository_id', '=', values.repositoryId)
    .where('hidden', '=', 0)
    .where(
      'blob_id',
      'in',
      db
        .selectFrom('reference')
        .select('blob_id')
        .where('manifest_id', '=', values.manifestId)
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
            .whereRef('live_artifact.repository_id', '=', 'blob_link.repository_id'),
        ),
      ),
    )
    .returning('blob_id'),
);

const sizes = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('blob')
    .select(['id', 'size'])
    .where('id', 'in', valueList('integer', values.ids, dialect))
    .orderBy('id'),
);

/**
 * Hides the links of what a manifest refers to and no live artifact of the repository needs any more: they are
 * kept for the trash but serve nothing. Behind `lockBlobsOfManifests`. Returns the blobs that were hidden.
 */
export async function hideUnreferencedLinks(
  tx: Tx,
  input: { repositoryId: number; manifestId: number },
): Promise<{ id: number; size: number }[]> {
  const hidden = await tx.all(hideUnreferenced, input);
  if (hidden.length === 0) return [];
  return tx.all(sizes, { ids: JSON.stringify(hidden.map((row) => row.blob_id)) });
}

const hideOne = prepare((db, values: { repositoryId: number; blobId: number }) =>
  db
    .updateTable('blob_link')
    .set({ hidden: 1 })
    .where('repository_id', '=', values.repositoryId)
    .where('blob_id', '=', values.blobId)
    .where('hidden', '=', 0),
);

/** False: the repository did not serve it. The blob's row has to be locked. */
export async function hideLink(tx: Tx, repositoryId: number, blobId: number): Promise<boolean> {
  return (await tx.run(hideOne, { repositoryId, blobId })) > 0;
}

/** The blob's row has to be locked. */
export async function isLinked(tx: Tx, repositoryId: number, blobId: number): Promise<boolean> {
  return (await tx.first(findLink, { repositoryId, blobId }))?.hidden === 0;
}

const needing = prepare((db, values: { repositoryId: number; blobId: number }) =>
  db
    .selectFrom('reference')
    .innerJoin('live_artifact', 'live_artifact.blob_id', 'reference.manifest_id')
    .select('live_artifact.digest')
    .where('reference.blob_id', '=', values.blobId)
    .where('reference.kind', '<>', 'subject')
    .where('live_artifact.repository_id', '=', values.repositoryId)
    .limit(1),
);

/** The digest of a live manifest of the repository that names the blob as config, layer or child. */
export async function findNeedingManifest(
  tx: Tx,
  repositoryId: number,
  blobId: number,
): Promise<string | undefined> {
  return (await tx.first(needing, { repositoryId, blobId }))?.digest;
}

const referring = prepare((db, values: { id: number }) =>
  db.selectFrom('reference').select('manifest_id').where('blob_id', '=', values.id).limit(1),
);

/** A manifest names it. The blob's row has to be locked. */
export async function isReferenced(tx: Tx, id: number): Promise<boolean> {
  return (await tx.first(referring, { id })) !== undefined;
}

const lockServed = prepare((db, values: { repositoryId: number }, dialect) => {
  const query = db
    .selectFrom('blob')
    .select(['id', 'size'])
    .where(
      'id',
      'in',
      db
        .selectFrom('blob_link')
        .select('blob_id')
        .where('repository_id', '=', values.repositoryId)
        .where('hidden', '=', 0),
    )
    .orderBy('id');
  return dialect === 'postgres' ? query.forUpdate() : query;
});

const hideServed = prepare((db, values: { repositoryId: number }) =>
  db
    .updateTable('blob_link')
    .set({ hidden: 1 })
    .where('repository_id', '=', values.repositoryId)
    .where('hidden', '=', 0)
    .returning('blob_id'),
);

/** The repository serves nothing any more; its row has to be locked. Returns the blobs that it served. */
export async function hideAllLinks(tx: Tx, repositoryId: number): Promise<{ id: number; size: number }[]> {
  const served = await tx.all(lockServed, { repositoryId });
  const hidden = new Set((await tx.all(hideServed, { repositoryId })).map((row) => row.blob_id));
  return served.filter(({ id }) => hidden.has(id));
}
