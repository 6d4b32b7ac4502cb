import type { Queries } from '../../platform/db/database.ts';
import { Doomed } from './doomed.ts';
import { blobsOf } from './garbage-reads.ts';
import { type DoomedArtifact, onlyNeededBy } from './plan-reads.ts';

const pageSize = 500;

/**
 * What the storage gets back once these live artifacts are deleted, purged from the trash and collected: of what they need
 * what nothing else does, not even the trash. A deletion takes what depends on an artifact with it: give that, too.
 */
export async function bytesGivenBack(
  db: Queries,
  artifacts: readonly DoomedArtifact[],
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<number> {
  const doomed = new Doomed(db, signal);
  await doomed.addLive(artifacts);
  await doomed.follow();
  await doomed.addLinksOfLive();
  let sum = 0;
  for (const going of doomed.pages(pageSize)) {
    signal.throwIfAborted();
    const ids = await onlyNeededBy(db, going, { from: ['live', 'pending'], now });
    for (const { bytes } of await blobsOf(db, ids)) sum += bytes;
  }
  return sum;
}
