import { because } from '../../../lib/because.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Tx } from '../../../platform/db/database.ts';
import { findBlock } from './blocked-digest-writes.ts';

/**
 * Whatever makes an artifact asks here.
 * @throws AppError DENIED for a digest that must not come back
 */
export async function requireUnblocked(tx: Tx, digest: string): Promise<void> {
  const block = await findBlock(tx, digest);
  if (block === undefined) return;
  throw new AppError('DENIED', {
    message: `${digest} was removed for good and blocked on ${new Date(block.blockedAt).toISOString()}`,
    detail: 'push other content, or have whoever may unblock digests lift it',
    because: because('digest blocked', { digest }),
  });
}
