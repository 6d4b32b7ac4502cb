import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

export interface Stray {
  /** Where the search found it. */
  readonly key: string;
  readonly sizeBytes: number;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** When it is deleted from the quarantine; null: it is where it was found. */
  readonly purgeAfter: number | null;
}

const columns = [
  'object_key as key',
  'size as sizeBytes',
  'first_seen_at as firstSeenAt',
  'last_seen_at as lastSeenAt',
  'purge_after as purgeAfter',
] as const;

const search = prepare((db) =>
  db
    .selectFrom('stray_search')
    .select(['job_id as jobId', 'epoch', 'began_at as beganAt', 'ended_at as endedAt', 'after_key as after'])
    .select(['objects', 'bytes', 'young', 'applied_plan as appliedPlan']),
);

export type StraySearch = NonNullable<Awaited<ReturnType<typeof findSearch>>>;

/** The last search, which may not have come to its end. */
export function findSearch(db: Queries) {
  return db.first(search, {});
}

const found = prepare((db, values: { after: string; lastSeenAt: number; count: number }) =>
  db
    .selectFrom('stray')
    .select(columns)
    .where('object_key', '>', values.after)
    .where('purge_after', 'is', null)
    .where('last_seen_at', '=', values.lastSeenAt)
    .orderBy('object_key')
    .limit(values.count),
);

/** Those that a search saw where they are, by ascending key. */
export function foundStrays(
  db: Queries,
  of: { readonly after: string; readonly lastSeenAt: number; readonly count: number },
): Promise<Stray[]> {
  return db.all(found, of);
}

const ended = prepare((db, values: { now: number; after: string; count: number }) =>
  db
    .selectFrom('stray')
    .select(columns)
    .where('purge_after', 'is not', null)
    .where('purge_after', '<=', values.now)
    .where('object_key', '>', values.after)
    .orderBy('object_key')
    .limit(values.count),
);

/** Those in quarantine whose time is over. */
export function endedStrays(
  db: Queries,
  of: { readonly now: number; readonly after: string; readonly count: number },
): Promise<Stray[]> {
  return db.all(ended, of);
}

const named = prepare((db, values: { keys: string }, dialect) =>
  db
    .selectFrom('stray')
    .select(columns)
    .where('object_key', 'in', valueList('text', values.keys, dialect))
    .orderBy('object_key'),
);

export function straysNamed(db: Queries, keys: readonly string[]): Promise<Stray[]> {
  return db.all(named, { keys: JSON.stringify(keys) });
}

export interface StrayPage {
  /** Undefined: all of them. */
  readonly quarantined: boolean | undefined;
  readonly offset: number;
  readonly limit: number;
}

export async function pageOfStrays(
  db: Queries,
  { quarantined, offset, limit }: StrayPage,
): Promise<{ readonly rows: readonly Stray[]; readonly total: number }> {
  let of = db.builder.selectFrom('stray');
  if (quarantined !== undefined) of = of.where('purge_after', quarantined ? 'is not' : 'is', null);
  const rows = await of.select(columns).orderBy('object_key').offset(offset).limit(limit).execute();
  const { count } = await of
    .select((each) => each.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { rows, total: Number(count) };
}

const totals = prepare((db, values: { lastSeenAt: number }) =>
  db
    .selectFrom('stray')
    .select((of) => [of.fn.countAll<number>().as('count'), of.fn.sum<number | null>('size').as('bytes')])
    .where('purge_after', 'is', null)
    .where('last_seen_at', '=', values.lastSeenAt),
);

/** Of those that a search saw where they are. */
export async function foundTotals(
  db: Queries,
  lastSeenAt: number,
): Promise<{ readonly count: number; readonly bytes: number }> {
  const row = await db.first(totals, { lastSeenAt });
  return { count: Number(row?.count ?? 0), bytes: Number(row?.bytes ?? 0) };
}

const awaited = prepare((db, values: { digests: string }, dialect) =>
  db
    .selectFrom('blob')
    .select('digest')
    .where('digest', 'in', valueList('text', values.digests, dialect))
    .where('state', '=', sql.lit('missing' as const))
    .union(
      db
        .selectFrom('reference')
        .select('digest')
        .where('blob_id', 'is', null)
        .where('digest', 'in', valueList('text', values.digests, dialect)),
    ),
);

/** Those of these digests that something needs and nobody has. */
export async function awaitedDigests(db: Queries, digests: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.all(awaited, { digests: JSON.stringify(digests) });
  return new Set(rows.map(({ digest }) => digest));
}

const live = prepare((db, values: { digests: string }, dialect) =>
  db
    .selectFrom('blob')
    .select(['digest', 'storage_key as key', 'size as sizeBytes'])
    .where('digest', 'in', valueList('text', values.digests, dialect))
    .where('state', '=', sql.lit('live' as const)),
);

/** What is served of these digests, whether its object is there or not. */
export function liveOf(db: Queries, digests: readonly string[]) {
  return db.all(live, { digests: JSON.stringify(digests) });
}

const deleting = prepare((db, values: { digest: string }) =>
  db
    .selectFrom('blob')
    .select('id')
    .where('digest', '=', values.digest)
    .where('state', '=', sql.lit('deleting' as const)),
);

/** Nothing stops that, and nobody knows when its object goes. */
export async function isDeleting(db: Queries, digest: string): Promise<boolean> {
  return (await db.first(deleting, { digest })) !== undefined;
}
