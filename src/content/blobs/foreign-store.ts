import { AppError } from '../../lib/errors.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { storeMarkerKey } from '../../platform/blobstore/layout.ts';
import { isNoDescriptor } from '../../platform/blobstore/translate-file-error.ts';

/** The storage lost its marker or has another one: nothing in it is judged, and nothing of it is served. */
export function foreignStore(): AppError {
  return new AppError('STORAGE_UNAVAILABLE', {
    message: 'the storage is not the one this registry belongs to',
  });
}

/** What to tell whose content is not taken: without a free descriptor nobody can say whose store it is. */
export async function whyNotOurs(store: BlobStore): Promise<unknown> {
  try {
    await store.get(storeMarkerKey);
  } catch (error) {
    if (isNoDescriptor(error)) return error;
  }
  return foreignStore();
}
