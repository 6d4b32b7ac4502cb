import type { ListedObject } from './blob-store.ts';

/** So many keys one call deletes. */
export const deletedAtOnce = 1000;

/** The few calls that every object store has; a driver for one of them is these calls and nothing else. */
export interface ObjectApi {
  head(key: string): Promise<{ readonly sizeBytes: number } | undefined>;
  get(key: string, start: number, end: number): AsyncIterable<Uint8Array>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** False when there is an object of that key (`If-None-Match: *`). */
  putNew(key: string, bytes: Uint8Array): Promise<boolean>;
  delete(key: string): Promise<void>;
  /**
   * One call for at most `deletedAtOnce` keys. A store answers 200 also where some of them were not deleted: these are
   * returned.
   */
  deleteMany(keys: readonly string[]): Promise<readonly { readonly key: string; readonly reason: string }[]>;
  /** Ascending by the bytes of the key; `after`: only what comes behind this one. */
  list(prefix: string, after?: string): AsyncIterable<ListedObject>;
  createMultipart(key: string): Promise<string>;
  /** Replaces an earlier part of that number. */
  uploadPart(key: string, multipart: string, no: number, bytes: Uint8Array): Promise<void>;
  /** Refused when a part but the last is smaller than the store's minimum. */
  completeMultipart(key: string, multipart: string, parts: readonly number[]): Promise<void>;
  abortMultipart(key: string, multipart: string): Promise<void>;
  /** Unfinished ones, whoever began them. */
  listMultiparts(prefix: string): AsyncIterable<{ readonly key: string; readonly multipart: string }>;
}
