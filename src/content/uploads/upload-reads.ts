import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface Upload {
  readonly id: string;
  readonly projectId: number;
  readonly repositoryName: string;
  readonly principal: string;
  readonly generation: number;
  readonly leaseHolder: string | null;
  readonly leaseUntil: number;
  readonly offset: number;
  readonly finishedDigest: string | null;
  readonly expiresAt: number;
}

const byId = prepare((db, values: { id: string }) =>
  db
    .selectFrom('upload')
    .select([
      'id',
      'project_id as projectId',
      'repository_name as repositoryName',
      'principal',
      'generation',
      'lease_holder as leaseHolder',
      'lease_until as leaseUntil',
      'offset_bytes as offset',
      'finished_digest as finishedDigest',
      'expires_at as expiresAt',
    ])
    .where('id', '=', values.id),
);

export function findUpload(db: Queries, id: string): Promise<Upload | undefined> {
  return db.first(byId, { id });
}

const partsOf = prepare((db, values: { id: string }) =>
  db
    .selectFrom('upload_part')
    .select(['no', 'offset_bytes as offset', 'size', 'key', 'generation'])
    .where('upload_id', '=', values.id)
    .orderBy('no'),
);

export function findParts(db: Queries, id: string) {
  return db.all(partsOf, { id });
}

const expired = prepare((db, values: { now: number; count: number }) =>
  db
    .selectFrom('upload')
    .select(['id', 'generation'])
    .where('finished_digest', 'is', null)
    .where('expires_at', '<', values.now)
    .where('lease_until', '<', values.now)
    .orderBy('expires_at')
    .limit(values.count),
);

const open = prepare((db, values: { low: string; high: string; now: number }) =>
  db
    .selectFrom('upload')
    .where('finished_digest', 'is', null)
    .select((of) => [
      of.fn.countAll<number>().as('open'),
      of.fn
        .countAll<number>()
        .filterWhere('lease_holder', '>', values.low)
        .filterWhere('lease_holder', '<', values.high)
        .filterWhere('lease_until', '>', values.now)
        .as('held'),
    ]),
);

/** Of all instances, and those of them that this one is writing. */
export async function countUploads(
  db: Queries,
  { instance, now }: { readonly instance: string; readonly now: number },
): Promise<{ readonly open: number; readonly held: number }> {
  // Holders are named `<instance>/<number>`; the character behind the slash is the zero.
  const counted = await db.first(open, { low: `${instance}/`, high: `${instance}0`, now });
  return { open: Number(counted?.open ?? 0), held: Number(counted?.held ?? 0) };
}

const openOf = prepare((db, values: { principal: string; skip: number }) =>
  db
    .selectFrom('upload')
    .select('id')
    .where('principal', '=', values.principal)
    .where('finished_digest', 'is', null)
    .limit(1)
    .offset(values.skip),
);

/** Whether somebody has begun at least so many uploads that are not finished, on whatever instance. */
export async function hasOpenUploads(db: Queries, principal: string, count: number): Promise<boolean> {
  return (await db.first(openOf, { principal, skip: count - 1 })) !== undefined;
}

const underWay = prepare((db, values: { limit: number }) =>
  db
    .selectFrom('upload')
    .select([
      'id',
      'project_id as projectId',
      'repository_name as repositoryName',
      'principal',
      'offset_bytes as offset',
      'created_at as createdAt',
    ])
    .where('finished_digest', 'is', null)
    // Those of a project that is gone have no owner.
    .where('principal', '!=', '')
    .orderBy('created_at')
    .orderBy('id')
    .limit(values.limit),
);

export type OpenUpload = Pick<Upload, 'id' | 'projectId' | 'repositoryName' | 'principal' | 'offset'> & {
  readonly createdAt: number;
};

/** Of all instances, the oldest first. How far one is, its holder tells from time to time. */
export function openUploads(db: Queries, limit: number): Promise<readonly OpenUpload[]> {
  return db.all(underWay, { limit });
}

/** The oldest ones that nobody finished and nobody holds. */
export function findExpiredUploads(db: Queries, now: number, count: number) {
  return db.all(expired, { now, count });
}
