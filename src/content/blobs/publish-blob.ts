import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import type { CanonicalDigest, Digest } from '../../lib/oci/digest.ts';
import type { BlobStore, StagedPart } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Claim, mayBecomeLive } from './blob.ts';
import { isUncopiedManifest, lockBlob, setBlobState } from './blob-writes.ts';
import { claimBlob } from './claim-blob-step.ts';
import { foreignStore, whyNotOurs } from './foreign-store.ts';
import { markMissing } from './mark-missing.ts';
import { putAlias } from './reference-writes.ts';

export const waitForDeletionMs = 10_000;
const firstPollMs = 2;
const slowestPollMs = 200;

export interface PublishDeps {
  readonly db: Database;
  readonly store: BlobStore;
  /** An absent mount must not make blobs missing. */
  readonly storeIsOurs: () => Promise<boolean>;
}

interface Target {
  readonly uploadId: string;
  readonly digest: CanonicalDigest;
  /** Another digest of the same bytes, verified like the first. */
  readonly alias: Digest | undefined;
  readonly sizeBytes: number;
  /** Whole, verified and on stable storage. */
  readonly sealed: readonly StagedPart[];
}

export interface PublishInput<C, T> extends Target {
  /** From here on the content may be in use, whatever fails. */
  readonly placing?: () => void;
  /** What has to be locked before the blob's row. */
  readonly lockFirst: (tx: Tx, now: number) => Promise<C>;
  /** What belongs to the blob's becoming live: link, event, the end of the upload. */
  readonly settle: (tx: Tx, blob: { id: number; now: number }, locked: C) => Promise<T>;
}

/**
 * Puts staged content in its place so that whatever is acknowledged afterwards survives a power cut, also against
 * a garbage collection that runs at the same time. The order is the promise: sealed, claimed, renamed, folders
 * synced, committed, log flushed; only then this resolves. `docs/design/publishing.md` has the states.
 * @throws AppError BLOB_BUSY when a deletion of that digest does not end in time
 */
export async function publishBlob<C, T>(deps: PublishDeps, input: PublishInput<C, T>): Promise<T> {
  const giveUpAt = performance.now() + waitForDeletionMs;
  let publishedAs: string | undefined;
  for (;;) {
    // What can be renamed in a store was staged there: one that was put in the place of ours before that is noticed
    // here, and nothing that lies in it is acknowledged.
    const [claim, ours] = await Promise.all([claimFirst(deps, input, giveUpAt), deps.storeIsOurs()]);
    if (!ours) throw await whyNotOurs(deps.store);
    input.placing?.();
    publishedAs ??= await putInPlace(deps, input, claim);
    const done = await makeLive(deps, input, publishedAs);
    if (done !== undefined) {
      if (publishedAs === undefined || done.storedElsewhere) await deps.store.discard(input.sealed);
      return done.value;
    }
    // Somebody condemned it although it was claimed: the claim had expired. What was renamed may be deleted.
    if (publishedAs !== undefined) throw new AppError('BLOB_BUSY', { detail: 'push the blob again' });
  }
}

async function claimFirst(deps: PublishDeps, input: Target, giveUpAt: number): Promise<Claim> {
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * 2, slowestPollMs)) {
    const now = await deps.db.now();
    const claim = await deps.db.transaction(
      (tx) => claimBlob(tx, { uploadId: input.uploadId, digest: input.digest, size: input.sizeBytes, now }),
      { durability: 'relaxed' },
    );
    if (claim.kind !== 'wait') return claim;
    if (performance.now() > giveUpAt) throw new AppError('BLOB_BUSY');
    await delay(pollMs);
  }
}

/** Returns the key under which it was published, or undefined when the right content is there already. */
async function putInPlace(deps: PublishDeps, input: Target, claim: Claim): Promise<string | undefined> {
  if (claim.kind === 'wait') throw new Error('publish: nothing was claimed');
  const key = claim.storageKey ?? canonicalKey(input.digest);
  if (claim.kind === 'check') {
    const found = await deps.store.stat(key);
    if (found?.sizeBytes === input.sizeBytes) return undefined;
    if (!(await deps.storeIsOurs())) throw foreignStore();
    await markMissing(deps, { digest: input.digest, storageKey: claim.storageKey });
  }
  return deps.store.publish(input.sealed, key);
}

/** The second transaction. Undefined: the blob's state does not allow it, begin again. */
async function makeLive<C, T>(
  deps: PublishDeps,
  input: PublishInput<C, T>,
  publishedAs: string | undefined,
): Promise<{ value: T; storedElsewhere: boolean } | undefined> {
  const { digest, sizeBytes } = input;
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    const locked = await input.lockFirst(tx, now);
    const blob = await lockBlob(tx, digest);
    if (blob === undefined || !mayBecomeLive(blob.state, publishedAs !== undefined)) return undefined;
    const inPlace = blob.state === 'live' && !(await isUncopiedManifest(tx, blob.id));
    const storageKey = liveKey(digest, { inPlace, storageKey: blob.storageKey }, publishedAs);
    if (blob.state !== 'live' || storageKey !== blob.storageKey) {
      await setBlobState(tx, { id: blob.id, state: 'live', size: sizeBytes, storageKey, now });
    }
    if (input.alias !== undefined) await putAlias(tx, input.alias, blob.id);
    const value = await input.settle(tx, { id: blob.id, now }, locked);
    const usedKey = storageKey ?? canonicalKey(digest);
    return { value, storedElsewhere: publishedAs !== undefined && publishedAs !== usedKey };
  });
}

/**
 * A store that cannot rename leaves content where it was staged, so two publishers of one digest have an object
 * each: the first one's stays.
 */
function liveKey(
  digest: CanonicalDigest,
  blob: { inPlace: boolean; storageKey: string | null },
  publishedAs: string | undefined,
): string | null {
  if (publishedAs === undefined) return blob.storageKey;
  if (blob.inPlace && publishedAs !== (blob.storageKey ?? canonicalKey(digest))) return blob.storageKey;
  return publishedAs === canonicalKey(digest) ? null : publishedAs;
}
