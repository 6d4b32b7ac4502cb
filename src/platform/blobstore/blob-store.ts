import type { ContentHex, HashJob } from '../threads/hash-pool.ts';

/** What a driver can do. The code above works without any of it; suites ask to know what to expect. */
export interface StoreCapabilities {
  /** Staged content grows in one object, which another process can go on with. */
  readonly append: boolean;
  /** Published content moves to the key that was asked for; otherwise it stays where it was staged. */
  readonly atomicRename: boolean;
  /** Smallest part but the last that the store takes; 0: any. */
  readonly minimumPartBytes: number;
}

/** A piece of staged content, as it is remembered between the requests of an upload. */
export interface StagedPart {
  readonly no: number;
  readonly offset: number;
  readonly size: number;
  readonly key: string;
  readonly generation: number;
}

export interface StagedPlace {
  readonly uploadId: string;
  /** Rises when the content was taken over from a holder that may still be writing. */
  readonly generation: number;
  /** What earlier requests staged, up to `offset`. */
  readonly parts: readonly StagedPart[];
  readonly offset: number;
}

/** Staged content being written. One at a time for an upload; `close` or `abandon` ends it. */
export interface StagedWriter {
  /** Where the next byte goes. */
  readonly offset: number;
  /** What has to be remembered if nothing of this writer is to count. */
  readonly initial: readonly StagedPart[];
  /** A sync failed: the content must not be trusted again, also not after a later sync that succeeds. */
  readonly broken: boolean;
  /** Takes the chunk's memory over. A promise asks the caller to wait: enough is under way. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** Hex of all that the hash has been given, once all that was written is in it and nothing failed. */
  digest(): Promise<ContentHex>;
  /** Resolves when all that was written is with the store, and returns what has to be remembered. */
  settle(): Promise<readonly StagedPart[]>;
  /** Makes the content one object on stable storage, ready to be published. Nothing is written afterwards. */
  seal(): Promise<readonly StagedPart[]>;
  close(): Promise<void>;
  /**
   * Closes it and removes what was staged, earlier parts included.
   * @param mayBePublished content that a failed publish may have put in use is left alone
   */
  abandon(mayBePublished: boolean): Promise<void>;
}

/** Receives pieces in order; a piece's memory is used again once its promise is done. */
export type PieceSink = (piece: Uint8Array) => Promise<void>;

export interface OpenObject {
  readonly sizeBytes: number;
  /** Sends `[start, end)`; rejects with what the sink rejected with. */
  send(start: number, end: number, sink: PieceSink): Promise<void>;
  close(): void;
}

export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** By the storage's clock: when it was put there, or later. */
  readonly changedAt: number;
}

/** What became of one of several objects that were to be deleted. */
export type Deletion =
  /** Without a size the store does not tell whether there was one. */
  | { readonly kind: 'deleted'; readonly sizeBytes?: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface Space {
  readonly freeBytes: number;
  readonly capacityBytes: number;
}

/**
 * Where content lies. Keys are relative paths with `/`. Every driver passes `blob-store.contract.ts`.
 * @throws AppError STORAGE_UNAVAILABLE, STORAGE_FULL for whatever the store itself is to blame for
 */
export interface BlobStore {
  readonly capabilities: StoreCapabilities;
  /** Undefined when there is no such object. */
  stat(key: string): Promise<{ readonly sizeBytes: number } | undefined>;
  open(key: string): Promise<OpenObject | undefined>;
  /** The same of what lies there now, for what is read once, or may have been replaced behind the server's back. */
  openAnew(key: string): Promise<OpenObject | undefined>;
  /** A small object, whole. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Whole or not at all, and durable when it resolves.
   * @param access `private`: where the store knows users, for that of the server only
   */
  put(key: string, bytes: Uint8Array, access?: 'private'): Promise<void>;
  /** The same, unless there is an object already: false. */
  putNew(key: string, bytes: Uint8Array): Promise<boolean>;
  /** An object that was found, and that nobody says is durable, is when it resolves. False: it is gone. */
  makeDurable(key: string): Promise<boolean>;
  /** What is not there is fine. Durable when it resolves. */
  delete(key: string): Promise<void>;
  /**
   * Deletes many at once, with as few calls and syncs as the driver can do with. Keys next to each other in their order are
   * the cheapest. Returned is what became of each, in the order of the keys: what failed keeps none of the others.
   */
  deleteMany(keys: readonly string[]): Promise<readonly Deletion[]>;
  /**
   * Everything below a folder, in ascending order of keys.
   * @param after only what comes behind this key
   */
  list(prefix: string, after?: string): AsyncIterable<ListedObject>;
  /**
   * Gives an object another key, durably; what has that key is replaced. False: there is none. Where a store cannot rename,
   * it is copied, which `signal` ends: then it stays where it was.
   */
  move(from: string, to: string, signal?: AbortSignal): Promise<boolean>;
  /** Names of the folders directly below one, in ascending order; none where there is no such folder. */
  folders(prefix: string): Promise<readonly string[]>;
  /** How many of the place's bytes are really there: after a power cut it may be fewer than were told. */
  stagedBytes(place: StagedPlace): Promise<number>;
  /** @param hash hashes what is written; begins where the place's offset is */
  stage(place: StagedPlace, hash: HashJob): Promise<StagedWriter>;
  /** The same from a holder that may still be writing: nothing it does from now on has an effect. */
  takeOver(place: StagedPlace, hash: HashJob): Promise<StagedWriter>;
  /**
   * Puts sealed content in its place, durably, and returns the key it has from then on. Content that is already
   * there is replaced: it is the same.
   */
  publish(sealed: readonly StagedPart[], key: string): Promise<string>;
  discard(parts: readonly StagedPart[]): Promise<void>;
  /** Everything of an upload, also what no part tells of because its holder was killed. */
  discardUpload(place: StagedPlace): Promise<void>;
  /** Of the disk that it lies on. Undefined: it has no end. */
  space(): Promise<Space | undefined>;
}
