import { systemClock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { touchLink } from './reap-writes.ts';

/** So long a link that no artifact needs stays: a client that was interrupted goes on without sending its blobs again. */
export const linkWindowMs = 24 * 60 * 60 * 1000;

/**
 * Who is told that a blob is there does not send it: the link then stays as long as a new one. Written once in a quarter
 * of that time, so that asking costs nothing. False: the link has just ended.
 */
export async function keepLink(
  db: Database,
  link: { readonly repositoryId: number; readonly blobId: number; readonly touchedAt: number },
): Promise<boolean> {
  if (systemClock() - link.touchedAt < linkWindowMs / 4) return true;
  const now = await db.now();
  return db.transaction((tx) => touchLink(tx, { ...link, now }), { durability: 'relaxed' });
}
