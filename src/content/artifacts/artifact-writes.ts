import { sql } from 'kysely';
import type { ManifestReference } from '../../lib/oci/manifest.ts';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

const insertManifest = prepare((db, values: { blobId: number; bytes: Uint8Array }) =>
  db
    .insertInto('manifest')
    .values({ blob_id: values.blobId, bytes: values.bytes, copied_at: null })
    .onConflict((conflict) => conflict.column('blob_id').doNothing()),
);

const referenceColumns = ['manifest_id', 'position', 'kind', 'digest', 'size', 'blob_id'] as const;

/** All in one statement, whose rows come as JSON: a manifest may have tens of thousands. */
const insertReferences = prepare((db, values: { manifestId: number; rows: string }) =>
  db
    .insertInto('reference')
    .columns(referenceColumns)
    .expression(
      sql`select ${values.manifestId}, key, value ->> 'kind', value ->> 'digest', value ->> 'size', value ->> 'blob'
        from json_each(${values.rows}) where true`,
    ),
);

/** Both in one, which PostgreSQL's syntax allows, and where each costs a way there and back. */
const insertWithReferences = prepare((db, values: { blobId: number; bytes: Uint8Array; rows: string }) =>
  db
    .with('made', (db) =>
      db
        .insertInto('manifest')
        .values({ blob_id: values.blobId, bytes: values.bytes, copied_at: null })
        .onConflict((conflict) => conflict.column('blob_id').doNothing())
        .returning('blob_id'),
    )
    .insertInto('reference')
    .columns(referenceColumns)
    .expression(
      sql`select made.blob_id, position, kind, digest, size, blob
        from made cross join json_to_recordset(${values.rows}::json)
        as r (position bigint, kind text, digest text, size bigint, blob bigint)`,
    ),
);

/** Bytes and references of a manifest, once for all repositories. `blobIds` holds what is known of its references. */
export async function putManifest(
  tx: Tx,
  input: {
    blobId: number;
    bytes: Uint8Array;
    references: readonly ManifestReference[];
    blobIds: ReadonlyMap<string, number>;
  },
): Promise<void> {
  const { blobId, bytes, references, blobIds } = input;
  const rows = JSON.stringify(
    references.map(({ kind, digest, sizeBytes: size }, position) => {
      return { position, kind, digest, size, blob: blobIds.get(digest) ?? null };
    }),
  );
  const none = references.length === 0;
  if (tx.dialect === 'postgres' && !none) await tx.run(insertWithReferences, { blobId, bytes, rows });
  else if ((await tx.run(insertManifest, { blobId, bytes })) > 0 && !none)
    await tx.run(insertReferences, { manifestId: blobId, rows });
}

export interface NewArtifact {
  readonly projectId: number;
  readonly repositoryId: number;
  readonly blobId: number;
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactType: string | null;
  readonly subject: string | null;
  readonly size: number;
  readonly kind: string;
  readonly configType: string;
  readonly totalSize: number;
  readonly accessoryKind: string | null;
  readonly accessorySubject: string | null;
  readonly described: number;
  readonly now: number;
}

const insert = prepare((db, values: { [K in keyof NewArtifact]: NewArtifact[K] }) =>
  db
    .insertInto('artifact')
    .values({
      project_id: values.projectId,
      repository_id: values.repositoryId,
      blob_id: values.blobId,
      digest: values.digest,
      media_type: values.mediaType,
      artifact_type: values.artifactType,
      subject: values.subject,
      size: values.size,
      pushed_at: values.now,
      deleted_at: null,
      purge_after: null,
      kind: values.kind,
      config_type: values.configType,
      total_size: values.totalSize,
      accessory_kind: values.accessoryKind,
      accessory_subject: values.accessorySubject,
      described: values.described,
    })
    .onConflict((conflict) =>
      conflict.columns(['repository_id', 'digest']).where('deleted_at', 'is', null).doNothing(),
    )
    .returning('id'),
);

/** A tag that makes it an accessory does so for good. */
const renew = prepare((db, values: { [K in keyof NewArtifact]: NewArtifact[K] }) =>
  db
    .updateTable('artifact')
    .set((set) => ({
      pushed_at: values.now,
      media_type: values.mediaType,
      kind: values.kind,
      config_type: values.configType,
      total_size: values.totalSize,
      accessory_kind: set.fn.coalesce('accessory_kind', set.val(values.accessoryKind)),
      accessory_subject: set.fn.coalesce('accessory_subject', set.val(values.accessorySubject)),
    }))
    .where('repository_id', '=', values.repositoryId)
    .where('digest', '=', values.digest)
    .where('deleted_at', 'is', null)
    .returning('id'),
);

/**
 * Pushed again, an artifact keeps its row and takes the time and the type of the last push.
 * @param isNew nobody has had these bytes before: it is not looked for
 */
export async function putArtifact(
  tx: Tx,
  input: NewArtifact,
  isNew: boolean,
): Promise<{ id: number; added: boolean }> {
  const values = { ...input };
  const again = isNew ? undefined : await tx.first(renew, values);
  if (again !== undefined) return { id: again.id, added: false };
  const added = await tx.first(insert, values);
  if (added !== undefined) return { id: added.id, added: true };
  const other = await tx.first(renew, values);
  if (other === undefined) throw new Error(`artifact ${input.digest} was deleted while it was being pushed`);
  return { id: other.id, added: false };
}

const children = prepare((db, values: { repositoryId: number; digests: string }, dialect) => {
  const query = db
    .selectFrom('artifact')
    .select(['blob_id', 'digest', 'total_size as totalSize'])
    .where('repository_id', '=', values.repositoryId)
    .where('digest', 'in', valueList('text', values.digests, dialect))
    .where('deleted_at', 'is', null)
    .orderBy('id');
  return dialect === 'postgres' ? query.forKeyShare() : query;
});

/** The ones of these digests that are artifacts of the repository, kept from being deleted meanwhile. */
export function lockArtifacts(tx: Tx, repositoryId: number, digests: readonly string[]) {
  return tx.all(children, { repositoryId, digests: JSON.stringify(digests) });
}

const lock = prepare((db, values: { repositoryId: number; digest: string }, dialect) => {
  const query = db
    .selectFrom('artifact')
    .select(['id', 'blob_id as blobId', 'size'])
    .where('repository_id', '=', values.repositoryId)
    .where('digest', '=', values.digest)
    .where('deleted_at', 'is', null);
  return dialect === 'postgres' ? query.forUpdate() : query;
});

export function lockArtifact(tx: Tx, repositoryId: number, digest: string) {
  return tx.first(lock, { repositoryId, digest });
}

const holders = prepare((db, values: { repositoryId: number; blobId: number }) =>
  db
    .selectFrom('reference')
    .innerJoin('live_artifact', 'live_artifact.blob_id', 'reference.manifest_id')
    .select('live_artifact.digest')
    .where('reference.blob_id', '=', values.blobId)
    .where('reference.kind', '=', 'child')
    .where('live_artifact.repository_id', '=', values.repositoryId)
    .limit(1),
);

/** A live index of the repository that lists this manifest. */
export async function findHolder(tx: Tx, repositoryId: number, blobId: number): Promise<string | undefined> {
  return (await tx.first(holders, { repositoryId, blobId }))?.digest;
}

interface TrashedArtifact {
  readonly id: number;
  readonly trashId: number | null;
  readonly now: number;
  readonly purgeAfter: number;
}

const trash = prepare((db, values: { [K in keyof TrashedArtifact]: TrashedArtifact[K] }) =>
  db
    .updateTable('artifact')
    .set({ deleted_at: values.now, purge_after: values.purgeAfter, trash_id: values.trashId })
    .where('id', '=', values.id),
);

export async function trashArtifact(tx: Tx, input: TrashedArtifact): Promise<void> {
  await tx.run(trash, { ...input });
}
