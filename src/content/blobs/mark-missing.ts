import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import { append, systemActor } from '../../platform/events/append.ts';
import { findStoredBlob } from './blob-reads.ts';
import { forgetManifestCopy, lockBlob, setBlobState } from './blob-writes.ts';
import { foreignStore } from './foreign-store.ts';

/**
 * A live blob whose object is gone, or has another size, answers as unknown from now on, so that clients push it
 * again, which heals it. Nothing happens if the row has changed since it was looked at.
 * @param storageKey the key that was looked at; null: the canonical one
 * @param stateAt when it became live, as read before its object was looked at: it may have been healed since.
 *   Undefined for a publisher, who makes it live again itself
 */
export async function markMissing(
  deps: { readonly db: Database },
  input: {
    readonly digest: CanonicalDigest;
    readonly storageKey: string | null;
    readonly stateAt?: number;
  },
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const blob = await lockBlob(tx, input.digest);
    if (blob?.state !== 'live' || blob.storageKey !== input.storageKey) return;
    if (input.stateAt !== undefined && blob.stateAt !== input.stateAt) return;
    // A manifest's bytes are in the database: only its copy is gone, which is made again.
    if (await forgetManifestCopy(tx, blob.id)) return;
    await setBlobState(tx, { ...blob, size: blob.sizeBytes, state: 'missing', now });
    await append(tx, {
      type: 'blob.missing',
      at: now,
      actor: systemActor,
      projectId: null,
      object: input.digest,
    });
  });
}

interface GoneDeps {
  readonly db: Database;
  readonly store: BlobStore;
  /** An absent mount must not make blobs missing. */
  readonly storeIsOurs: () => Promise<boolean>;
}

/**
 * Behind the commit that called found content live: until then nothing kept anybody from deleting it, so what has gone
 * between the look and the commit is marked as missing. From the commit on nobody deletes it. Returns what has gone.
 * @throws AppError STORAGE_UNAVAILABLE when the storage itself has gone
 */
export async function markGone(
  deps: GoneDeps,
  digests: readonly CanonicalDigest[],
): Promise<readonly CanonicalDigest[]> {
  const { db, store } = deps;
  const gone: CanonicalDigest[] = [];
  for (const digest of digests) {
    const row = await findStoredBlob(db.reader, digest);
    if (row?.state !== 'live' || (row.manifest_id !== null && row.copied_at === null)) continue;
    const found = await store.stat(row.storage_key ?? canonicalKey(digest));
    if (found?.sizeBytes === row.size) continue;
    if (!(await deps.storeIsOurs())) throw foreignStore();
    await markMissing(deps, { digest, storageKey: row.storage_key, stateAt: row.state_at });
    gone.push(digest);
  }
  return gone;
}
