import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/log/logger.ts';
import type { UploadHashes } from './upload-hashes.ts';

export interface UploadDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly hashes: UploadHashes;
  /** Whether the store is the right one, looked at now. */
  readonly storeIsOurs: () => Promise<boolean>;
  /** Whether there is room for new content; throws STORAGE_FULL. */
  readonly requireRoom: () => Promise<void>;
  /** So many uploads may one account have begun and not finished. */
  readonly openUploadLimit: number;
  readonly log: Logger;
  /** Names this process among the instances. */
  readonly instance: string;
}
