import { AppError } from '../../lib/errors.ts';

/** The storage lost its marker or has another one: nothing in it is judged, and nothing of it is served. */
export function foreignStore(): AppError {
  return new AppError('STORAGE_UNAVAILABLE', {
    message: 'the storage is not the one this registry belongs to',
  });
}
