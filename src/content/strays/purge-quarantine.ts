import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { foreignStore } from '../blobs/foreign-store.ts';
import { digestOfKey, quarantineKey } from './is-removable.ts';
import type { QuarantineDeps, StrayRun } from './quarantine-strays.ts';
import { awaitedDigests, endedStrays, liveOf } from './stray-reads.ts';
import { forgetStrays } from './stray-writes.ts';

/** Few: all of a page is deleted before a cancellation counts. */
const pageSize = 100;

export interface Purged {
  count: number;
  bytes: number;
  failed: number;
}

/**
 * Deletes what has been in quarantine for the time of the trash, but for what something needs by now and nobody has.
 * @throws AppError STORAGE_UNAVAILABLE while the storage is not the one of this database
 */
export async function purgeQuarantine(
  deps: QuarantineDeps,
  { signal, log }: Pick<StrayRun, 'signal' | 'log'>,
): Promise<Purged> {
  const { db, store } = deps;
  const purged: Purged = { count: 0, bytes: 0, failed: 0 };
  const now = await db.now();
  for (let after = ''; ; ) {
    signal.throwIfAborted();
    const page = await endedStrays(db.reader, { now, after, count: pageSize });
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.key;
    const digests = page.flatMap(({ key }) => digestOfKey(key) ?? []);
    const needed = await neededOf(deps, digests);
    const going = page.filter(({ key }) => !needed.has(digestOfKey(key) ?? ''));
    for (const { key } of page.filter((each) => !going.includes(each)))
      log(`${key} stays in quarantine: something needs it; run: berth storage strays restore ${key}`);
    if (!(await deps.storeIsOurs())) throw foreignStore();
    const outcomes = await store.deleteMany(going.map(({ key }) => quarantineKey(key)));
    const gone = going.filter((_, index) => outcomes[index]?.kind !== 'failed');
    await db.transaction((tx) =>
      forgetStrays(
        tx,
        gone.map(({ key }) => key),
      ),
    );
    purged.count += gone.length;
    purged.bytes += gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    purged.failed += going.length - gone.length;
  }
  return purged;
}

/** Also what a row calls live, as one of a restored database, while nobody has noticed that its object is not there. */
async function neededOf(
  { db, store }: QuarantineDeps,
  digests: readonly string[],
): Promise<ReadonlySet<string>> {
  const needed = new Set(await awaitedDigests(db.reader, digests));
  for (const { digest, key, sizeBytes } of await liveOf(db.reader, digests)) {
    const found = await store.stat(key ?? canonicalKey(digest as CanonicalDigest));
    if (found?.sizeBytes !== sizeBytes) needed.add(digest);
  }
  return needed;
}
