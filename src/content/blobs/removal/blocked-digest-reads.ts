import type { ListCondition, SortKey } from '../../../lib/list-condition.ts';
import type { Queries } from '../../../platform/db/database.ts';
import { listOrder, listWhere } from '../../../platform/db/list-where.ts';

export const blockedColumns = { digest: 'text', object: 'text', blocked_at: 'time' } as const;

const places = {
  digest: 'blocked_digest.digest',
  object: 'blocked_digest.object',
  blocked_at: 'blocked_digest.blocked_at',
} as const;

export const blockedSortKeys = ['digest', 'object', 'blocked_at'] as const;

export interface BlockedDigest {
  readonly digest: string;
  readonly object: string;
  readonly blockedBy: string;
  readonly blockedAt: number;
}

/** A page of the digests that must not come back. */
export async function pageOfBlocked(
  db: Queries,
  page: {
    readonly conditions: readonly ListCondition<keyof typeof blockedColumns>[];
    readonly sort: readonly SortKey<(typeof blockedSortKeys)[number]>[];
    readonly offset: number;
    readonly limit: number;
  },
): Promise<{ readonly rows: BlockedDigest[]; readonly count: number }> {
  const matching = db.builder
    .selectFrom('blocked_digest')
    .where(listWhere(page.conditions, places, db.dialect));
  const { count } = await matching
    .select((of) => of.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await matching
    .select(['digest', 'object', 'blocked_by as blockedBy', 'blocked_at as blockedAt'])
    .orderBy(listOrder(page.sort, places, { place: 'blocked_digest.digest', descending: false }))
    .offset(page.offset)
    .limit(page.limit)
    .execute();
  return { rows, count };
}
