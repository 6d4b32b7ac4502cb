import { type Kysely, sql } from 'kysely';
import { type CanonicalDigest, type Digest, isCanonical } from '../../lib/oci/digest.ts';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { Schema } from '../../platform/db/schema.ts';
import type { RepositoryFilter } from '../repositories/repository-reads.ts';

export interface LinkedBlob {
  readonly id: number;
  /** Whatever digest it was asked for by. */
  readonly digest: CanonicalDigest;
  readonly sizeBytes: number;
  /** Null: the canonical key. */
  readonly storageKey: string | null;
  /** When it became live. */
  readonly stateAt: number;
  readonly repositoryId: number;
  /** When a client was last told that it need not send the blob to this repository. */
  readonly touchedAt: number;
}

const linked = prepare((db, values: { repository: string; digest: string }) =>
  db
    .selectFrom('blob')
    .innerJoin('blob_link', 'blob_link.blob_id', 'blob.id')
    .innerJoin('live_repository', 'live_repository.id', 'blob_link.repository_id')
    .select(['blob.id', 'blob.digest', 'blob.size', 'blob.storage_key', 'blob.state_at'])
    .select(['blob_link.repository_id', 'blob_link.touched_at'])
    .where('blob.digest', '=', values.digest)
    .where('blob.state', '=', 'live')
    .where('blob_link.hidden', '=', 0)
    .where('live_repository.full_name', '=', values.repository),
);

const linkedByAlias = prepare((db, values: { repository: string; digest: string }) =>
  db
    .selectFrom('blob_alias')
    .innerJoin('blob', 'blob.id', 'blob_alias.blob_id')
    .innerJoin('blob_link', 'blob_link.blob_id', 'blob.id')
    .innerJoin('live_repository', 'live_repository.id', 'blob_link.repository_id')
    .select(['blob.id', 'blob.digest', 'blob.size', 'blob.storage_key', 'blob.state_at'])
    .select(['blob_link.repository_id', 'blob_link.touched_at'])
    .where('blob_alias.digest', '=', values.digest)
    .where('blob.state', '=', 'live')
    .where('blob_link.hidden', '=', 0)
    .where('live_repository.full_name', '=', values.repository),
);

/** A blob that this repository may serve, by its digest or a verified alias, or undefined. */
export async function findLinkedBlob(
  db: Queries,
  repository: string,
  digest: Digest,
): Promise<LinkedBlob | undefined> {
  const row = await db.first(isCanonical(digest) ? linked : linkedByAlias, { repository, digest });
  if (row === undefined) return undefined;
  const canonical = row.digest as CanonicalDigest;
  return {
    id: row.id,
    digest: canonical,
    sizeBytes: row.size,
    storageKey: row.storage_key,
    stateAt: row.state_at,
    repositoryId: row.repository_id,
    touchedAt: row.touched_at,
  };
}

const inProject = (db: Queries, values: CandidatesOf) =>
  db.builder
    .selectFrom('blob')
    .innerJoin('project_blob', 'project_blob.blob_id', 'blob.id')
    .innerJoin('live_repository', 'live_repository.project_id', 'project_blob.project_id')
    .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
    .innerJoin('blob_link', (join) =>
      join
        .onRef('blob_link.repository_id', '=', 'live_repository.id')
        .onRef('blob_link.blob_id', '=', 'blob.id'),
    )
    .select(['live_repository.id', 'live_repository.full_name', 'live_repository.project_id'])
    .where('blob.digest', '=', values.digest)
    .where('blob.state', '=', 'live')
    .where('project_blob.project_id', '=', values.projectId)
    .where('blob_link.hidden', '=', 0)
    .where(values.where)
    .limit(values.count)
    .execute();

const elsewhere = (db: Queries, values: CandidatesOf) =>
  db.builder
    .selectFrom('blob')
    .innerJoin('blob_link', 'blob_link.blob_id', 'blob.id')
    .innerJoin('live_repository', 'live_repository.id', 'blob_link.repository_id')
    .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
    .select(['live_repository.id', 'live_repository.full_name', 'live_repository.project_id'])
    .where('blob.digest', '=', values.digest)
    .where('blob.state', '=', 'live')
    .where('live_repository.project_id', '<>', values.projectId)
    .where('blob_link.hidden', '=', 0)
    .where(values.where)
    .limit(values.count)
    .execute();

export interface CandidatesOf {
  readonly digest: Digest;
  readonly projectId: number;
  readonly count: number;
  /** What the caller may read: others would fill the list, and how long it takes would tell of them. */
  readonly where: RepositoryFilter;
}

export interface MountCandidate {
  readonly repositoryId: number;
  readonly fullName: string;
  readonly projectId: number;
}

/** Some repositories that serve a blob and that the filter lets through, those of the project first. */
export async function findMountCandidates(db: Queries, input: CandidatesOf): Promise<MountCandidate[]> {
  const digest = await findCanonical(db, input.digest);
  if (digest === undefined) return [];
  const own = await inProject(db, { ...input, digest });
  const rest = input.count - own.length;
  const others = rest === 0 ? [] : await elsewhere(db, { ...input, digest, count: rest });
  return [...own, ...others].map((row) => ({
    repositoryId: row.id,
    fullName: row.full_name,
    projectId: row.project_id,
  }));
}

const canonicalOf = prepare((db, values: { digest: string }) =>
  db
    .selectFrom('blob_alias')
    .innerJoin('blob', 'blob.id', 'blob_alias.blob_id')
    .select('blob.digest')
    .where('blob_alias.digest', '=', values.digest),
);

/** The digest that rows are named by; undefined when nothing is known by an alias. */
export async function findCanonical(db: Queries, digest: Digest): Promise<CanonicalDigest | undefined> {
  if (isCanonical(digest)) return digest;
  return (await db.first(canonicalOf, { digest }))?.digest as CanonicalDigest | undefined;
}

const stored = (db: Kysely<Schema>) =>
  db
    .selectFrom('blob')
    .leftJoin('manifest', 'manifest.blob_id', 'blob.id')
    .select([
      'blob.id',
      'blob.digest',
      'blob.size',
      'blob.state',
      'blob.storage_key',
      'blob.state_at',
      'manifest.blob_id as manifest_id',
      'manifest.copied_at',
    ]);

const page = prepare((db, values: { afterDigest: string; count: number }) =>
  stored(db).where('blob.digest', '>', values.afterDigest).orderBy('blob.digest').limit(values.count),
);

/** A row of a blob beside which its object is looked at. */
export type StoredBlob = Awaited<ReturnType<typeof pageOfBlobs>>[number];

/** All blobs by ascending digest, a page at a time. */
export function pageOfBlobs(db: Queries, afterDigest: string, count: number) {
  return db.all(page, { afterDigest, count });
}

const storedByDigest = prepare((db, values: { digest: string }) =>
  stored(db).where('blob.digest', '=', values.digest),
);

export function findStoredBlob(db: Queries, digest: CanonicalDigest): Promise<StoredBlob | undefined> {
  return db.first(storedByDigest, { digest });
}

const claim = prepare((db, values: { blobId: number; now: number }) =>
  db
    .selectFrom('upload')
    .select('id')
    .where('blob_id', '=', values.blobId)
    .where('expires_at', '>', values.now)
    .limit(1),
);

/** Some upload may still publish it. */
export async function isClaimed(db: Queries, blobId: number, now: number): Promise<boolean> {
  return (await db.first(claim, { blobId, now })) !== undefined;
}

const totals = prepare((db, _values: Record<string, never>) =>
  db
    .selectFrom('blob')
    .select((of) => [of.fn.countAll<number>().as('count'), of.fn.sum<number | null>('size').as('bytes')])
    .where('state', 'in', ['live', 'missing']),
);

/** How much there should be in the storage; manifests count, too. */
export async function storedTotals(db: Queries): Promise<{ count: number; bytes: number }> {
  const row = await db.first(totals, {});
  return { count: Number(row?.count ?? 0), bytes: Number(row?.bytes ?? 0) };
}

/** Both conditions as literals: the index of what is not live serves no others. */
const missing = prepare((db, values: { limit: number }) =>
  db
    .selectFrom(
      db
        .selectFrom('blob')
        .select('id')
        .where('state', '<>', sql.lit('live' as const))
        .where('state', '=', sql.lit('missing' as const))
        .limit(values.limit)
        .as('some'),
    )
    .select((of) => of.fn.countAll<number>().as('count')),
);

/** How many blobs are known to be damaged or gone, counted up to `limit`. */
export async function countMissing(db: Queries, limit: number): Promise<number> {
  return Number((await db.first(missing, { limit }))?.count ?? 0);
}
