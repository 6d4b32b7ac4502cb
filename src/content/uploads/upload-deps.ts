import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/log/logger.ts';
import type { UploadHashes } from './upload-hashes.ts';

export interface UploadDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly hashes: UploadHashes;
  readonly log: Logger;
  /** Names this process among the instances. */
  readonly instance: string;
}
