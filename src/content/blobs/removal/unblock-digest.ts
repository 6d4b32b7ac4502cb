import { AppError } from '../../../lib/errors.ts';
import { parseDigest } from '../../../lib/oci/digest.ts';
import type { Database } from '../../../platform/db/database.ts';
import { type Actor, append } from '../../../platform/events/append.ts';
import { dropBlock } from './blocked-digest-writes.ts';

/**
 * It may be pushed again.
 * @throws AppError NOT_FOUND
 */
export async function unblockDigest(
  deps: { readonly db: Database },
  { digest, actor }: { readonly digest: string; readonly actor: Actor },
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    // What is no digest was never blocked; PostgreSQL does not even take it with a NUL.
    const object = parseDigest(digest) === undefined ? undefined : await dropBlock(tx, digest);
    if (object === undefined)
      throw new AppError('NOT_FOUND', { message: `the digest ${digest.slice(0, 200)} is not blocked` });
    await append(tx, {
      type: 'digest.unblocked',
      at: now,
      actor,
      projectId: null,
      object: digest,
      data: { was: object },
    });
  });
}
