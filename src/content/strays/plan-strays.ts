import { AppError } from '../../lib/errors.ts';
import type { Queries } from '../../platform/db/database.ts';
import { findStoreIdentity } from '../blobs/store-identity-writes.ts';
import { findSearch, foundTotals, type StraySearch } from './stray-reads.ts';

export interface StrayPlan {
  /** Which search, and what of it is left to remove: it changes with them. */
  readonly plan: string;
  readonly count: number;
  readonly bytes: number;
  /** Of the storage, as the search went through it. */
  readonly objects: number;
  readonly objectBytes: number;
  readonly searchedAt: number;
  /** Why it is not carried out; undefined: it may be. */
  readonly refused: string | undefined;
}

/** Of objects, and of bytes: with more it is rather the database that is not the storage's. */
const share = 0.01;

/**
 * What a removal would take away. Strays only become fewer between two searches, so that their numbers say which they are.
 * @throws AppError NOT_FOUND before the first search
 */
export async function planStrays(db: Queries): Promise<StrayPlan> {
  const search = await findSearch(db);
  if (search === undefined)
    throw new AppError('NOT_FOUND', {
      message: 'nobody has looked for strays yet',
      detail: 'run: berth storage strays search',
    });
  const { count, bytes } = await foundTotals(db, search.beganAt);
  const epoch = (await findStoreIdentity(db))?.epoch ?? 0;
  return {
    plan: `${search.jobId}.${count}.${bytes}`,
    count,
    bytes,
    objects: search.objects,
    objectBytes: search.bytes,
    searchedAt: search.beganAt,
    refused: whyRefused(search, { count, bytes, epoch }),
  };
}

function whyRefused(
  search: StraySearch,
  { count, bytes, epoch }: { readonly count: number; readonly bytes: number; readonly epoch: number },
): string | undefined {
  if (search.endedAt === null) return 'the search has not come to its end';
  if (search.epoch !== epoch) return 'the database was restored or adopted since the search';
  if (count > 0 && (count >= share * search.objects || bytes >= share * search.bytes))
    return `${count} of ${search.objects} objects and ${bytes} of ${search.bytes} bytes are strays: from 1 % on the database is taken for the wrong one, and nothing is removed`;
  return undefined;
}

/**
 * The plan, if it is still the one that was reviewed and may be carried out.
 * @throws AppError PRECONDITION
 */
export async function requirePlan(db: Queries, reviewed: string): Promise<StrayPlan> {
  const plan = await planStrays(db);
  if (plan.plan !== reviewed)
    throw new AppError('PRECONDITION', {
      message: `the plan is ${plan.plan} by now, not ${reviewed.slice(0, 100)}`,
      detail: 'review it again: berth storage strays plan',
    });
  if (plan.refused !== undefined)
    throw new AppError('PRECONDITION', { message: plan.refused, detail: 'nothing was removed' });
  return plan;
}
