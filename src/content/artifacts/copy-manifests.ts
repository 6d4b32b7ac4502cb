import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import { findManifestBytes } from './artifact-reads.ts';
import { confirmCopies, pageOfUncopied, type UncopiedManifest } from './manifest-copy-writes.ts';

/** One transaction for so many copies. */
const pageSize = 50;

export interface CopyManifestsDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly storeIsOurs: () => Promise<boolean>;
}

/**
 * Puts the bytes of manifests that were pushed since into the storage, at the key where Docker's registry has them, so
 * that a lost database can be brought back from there. One at a time, so that pushes hardly notice; a crash leaves
 * rows for the next round. Returns how many were copied.
 */
export async function copyManifests(deps: CopyManifestsDeps, signal?: AbortSignal): Promise<number> {
  const { db } = deps;
  let copied = 0;
  for (let after = 0; ; ) {
    const page = await pageOfUncopied(db.reader, after, pageSize);
    const last = page.at(-1);
    if (last === undefined || !(await deps.storeIsOurs())) return copied;
    const done: UncopiedManifest[] = [];
    for (const manifest of page) {
      if (signal?.aborted === true) break;
      if (await copy(deps, manifest)) done.push(manifest);
    }
    const now = await db.now();
    // Lost in a power cut, it is copied once more.
    copied += await db.transaction((tx) => confirmCopies(tx, done, now), { durability: 'relaxed' });
    if (signal?.aborted === true || page.length < pageSize) return copied;
    after = last.id;
  }
}

/** False: it was deleted meanwhile. */
async function copy({ db, store }: CopyManifestsDeps, manifest: UncopiedManifest): Promise<boolean> {
  const bytes = await findManifestBytes(db.reader, manifest.id);
  if (bytes === undefined) return false;
  await store.put(manifest.storage_key ?? canonicalKey(manifest.digest as CanonicalDigest), bytes);
  return true;
}
