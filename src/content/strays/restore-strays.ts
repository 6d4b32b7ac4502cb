import { setTimeout as delay } from 'node:timers/promises';
import { digestHex } from '../../lib/oci/digest.ts';
import { type HashObjectDeps, hashObject } from '../../platform/blobstore/hash-object.ts';
import { foreignStore } from '../blobs/foreign-store.ts';
import { waitForDeletionMs } from '../blobs/publish-blob.ts';
import { digestOfKey, quarantineKey } from './is-removable.ts';
import type { QuarantineDeps, StrayRun } from './quarantine-strays.ts';
import { isDeleting, straysNamed } from './stray-reads.ts';
import { forgetStrays, setStrayEnd } from './stray-writes.ts';

const pollMs = 100;
const isBack = 'is back';

/**
 * Moves objects from the quarantine back to where they were found. Content is read first: what is not what its name says
 * stays, so that whatever is in place there by now is replaced by the same; so does what is just being deleted. Returns how
 * many are back.
 * @throws AppError STORAGE_UNAVAILABLE while the storage is not the one of this database
 */
export async function restoreStrays(
  deps: QuarantineDeps & HashObjectDeps,
  keys: readonly string[],
  { signal, log, progress }: StrayRun,
): Promise<number> {
  const { db, store } = deps;
  let restored = 0;
  const strays = new Map((await straysNamed(db.reader, keys)).map((each) => [each.key, each]));
  for (const [index, key] of keys.entries()) {
    signal.throwIfAborted();
    progress({ done: index, total: keys.length, unit: 'objects' });
    if ((strays.get(key)?.purgeAfter ?? null) === null) log(`${key} is not in quarantine`);
    else if (!(await isSound(deps, key, signal))) log(`${key} stays: its content is not what its name says`);
    else if (await isBeingDeleted(deps, key)) log(`${key} stays: its digest is being deleted; try again`);
    else {
      if (!(await deps.storeIsOurs())) throw foreignStore();
      if (!(await store.move(quarantineKey(key), key, signal))) log(`${key} is gone`);
      else {
        await db.transaction((tx) => setStrayEnd(tx, [key], null));
        const fate = await fateOf(deps, key, signal);
        log(`${key} ${fate}`);
        if (fate === isBack) restored += 1;
      }
    }
  }
  progress({ done: keys.length, total: keys.length, unit: 'objects' });
  return restored;
}

/** Of what an upload staged nobody knows what it should be; its name is nobody else's. */
async function isSound(deps: HashObjectDeps, key: string, signal: AbortSignal): Promise<boolean> {
  const digest = digestOfKey(key);
  if (digest === undefined) return true;
  return (await hashObject(deps, quarantineKey(key), { signal, gently: true })) === digestHex(digest);
}

async function isBeingDeleted({ db }: QuarantineDeps, key: string): Promise<boolean> {
  const digest = digestOfKey(key);
  return digest !== undefined && (await isDeleting(db.reader, digest));
}

/** Behind the move: a deletion that was begun since takes along what it finds at the place. */
async function fateOf(deps: QuarantineDeps, key: string, signal: AbortSignal): Promise<string> {
  const giveUpAt = performance.now() + waitForDeletionMs;
  while (await isBeingDeleted(deps, key)) {
    if (performance.now() > giveUpAt) return 'is being deleted since it was moved back; search again';
    await delay(pollMs, undefined, { signal });
  }
  if ((await deps.store.stat(key)) !== undefined) return isBack;
  await deps.db.transaction((tx) => forgetStrays(tx, [key]));
  return 'is gone: its digest was deleted meanwhile';
}
