import { AppError, type ErrorDetail } from '../../lib/errors.ts';
import { systemCode } from '../files/file-ops.ts';

/** The system's errors as what they mean to a client; everything else stays as it is. */
export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateFileError(error);
  }
}

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const noDescriptor: ErrorDetail = {
  message: 'the server has as many files and connections open as it may',
  detail: 'try again shortly; the operator can allow more open files (ulimit -n)',
};
/** What a client is told beyond "does not answer"; the log has the rest. */
const unavailable: ReadonlyMap<string, ErrorDetail> = new Map([
  [
    'EIO',
    {
      message: 'the storage answered with an input/output error',
      detail: 'the operator should check the disk',
    },
  ],
  [
    'EROFS',
    { message: 'the storage can only be read', detail: 'the operator should check how it is mounted' },
  ],
  ['EMFILE', noDescriptor],
  ['ENFILE', noDescriptor],
]);

/** The disk, or what its owner may use of it. */
export function isFull(error: unknown): boolean {
  return fullCodes.has(systemCode(error) ?? '');
}

/** The process, or the machine, has as many files open as it may: it says nothing about the storage. */
export function isNoDescriptor(error: unknown): boolean {
  const code = systemCode(error instanceof AppError ? error.cause : error);
  return code === 'EMFILE' || code === 'ENFILE';
}

export function translateFileError(error: unknown): unknown {
  const code = systemCode(error);
  if (error instanceof AppError || code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  if (fullCodes.has(code)) return new AppError('STORAGE_FULL', {}, { cause: error });
  return new AppError('STORAGE_UNAVAILABLE', unavailable.get(code) ?? {}, { cause: error });
}
