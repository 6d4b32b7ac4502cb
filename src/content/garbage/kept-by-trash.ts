import type { Database } from '../../platform/db/database.ts';
import { bytesInTrash } from '../trash/purge-writes.ts';
import { waitingTrash } from './plan-reads.ts';

/** Bytes that only the trash keeps, and when the last of it is purged; undefined: nothing is in it. */
export async function keptByTrash({
  reader,
}: Database): Promise<{ readonly bytes: number; readonly until: number | undefined }> {
  const bytes = await bytesInTrash(reader);
  const ends = (await waitingTrash(reader, 0)).map(({ until }) => until);
  return { bytes, until: ends.length === 0 ? undefined : Math.max(...ends) };
}
