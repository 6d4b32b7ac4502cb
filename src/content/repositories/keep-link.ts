import { systemClock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { touchLink } from './reap-writes.ts';

const clockLeewayMs = 60_000;

/**
 * Who is told that a blob is there does not send it: the link then stays as long as a new one. Written once in a quarter
 * of that time, so that asking costs nothing. False: the link has just ended.
 * @param windowMs so long a link that no artifact needs stays: a client that was interrupted goes on without sending its
 *   blobs again
 */
export async function keepLink(
  db: Database,
  link: { readonly repositoryId: number; readonly blobId: number; readonly touchedAt: number },
  windowMs: number,
): Promise<boolean> {
  const ageMs = systemClock() - link.touchedAt;
  // By a machine whose clock is far behind every link would seem to be new.
  if (ageMs > -clockLeewayMs && ageMs < windowMs / 4) return true;
  const now = await db.now();
  return db.transaction((tx) => touchLink(tx, { ...link, now }), { durability: 'relaxed' });
}
