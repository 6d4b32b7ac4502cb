import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import type { ContentHex, HashPool } from '../threads/hash-pool.ts';
import type { BlobStore } from './blob-store.ts';
import { isNoDescriptor } from './translate-file-error.ts';

export interface HashObjectDeps {
  readonly store: BlobStore;
  readonly hashPool: HashPool;
}

export interface HashObjectOptions {
  readonly signal?: AbortSignal;
  /** Rests as long as it works, so that others who are served meanwhile hardly notice. */
  readonly gently?: boolean;
  /** Told how many more were hashed. */
  readonly onBytes?: (count: number) => void;
}

/**
 * Hex of an object's sha256, hashed in a thread, a piece at a time; undefined when it is gone or cannot be read.
 * @throws AppError STORAGE_UNAVAILABLE when the process has too many files open to look
 */
export async function hashObject(
  deps: HashObjectDeps,
  key: string,
  options: HashObjectOptions = {},
): Promise<string | undefined> {
  return (await hashObjectBy(deps, key, { ...options, withSha512: false }))?.sha256;
}

/** The same, by sha512 as well where it is asked for. */
export async function hashObjectBy(
  deps: HashObjectDeps,
  key: string,
  { signal, gently, onBytes, withSha512 }: HashObjectOptions & { readonly withSha512: boolean },
): Promise<ContentHex | undefined> {
  try {
    const opened = await deps.store.openAnew(key);
    if (opened === undefined) return undefined;
    const job = deps.hashPool.open(0, withSha512);
    try {
      let since = performance.now();
      await opened.send(0, opened.sizeBytes, async (piece) => {
        signal?.throwIfAborted();
        // The reader uses its memory again.
        await job.update([new Uint8Array(piece)]);
        onBytes?.(piece.length);
        if (gently === true) await delay(performance.now() - since, undefined, { signal });
        since = performance.now();
      });
      return await job.hex();
    } finally {
      job.end();
      opened.close();
    }
  } catch (error) {
    const unread = error instanceof AppError && error.code === 'STORAGE_UNAVAILABLE';
    if (unread && !isNoDescriptor(error)) return undefined;
    throw error;
  }
}
