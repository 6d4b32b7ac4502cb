import { AppError } from '../../lib/errors.ts';
import type { ByteRange } from '../../lib/oci/byte-range.ts';

/** The upload's lease and how long things are kept, in milliseconds. */
export const leaseMs = 30_000;
export const renewEveryMs = 10_000;
/** A second writer waits so long for the first to finish. */
export const waitForLeaseMs = 5_000;
export const idleMs = 24 * 60 * 60 * 1000;
/** A client that did not get the 201 asks again. */
export const finishedMs = 10 * 60 * 1000;

/** `Range` of an upload's answers: `0-<last byte>`, `0-0` while it is empty (distribution-spec, "Pushing a blob in chunks"). */
export function uploadRange(offset: number): string {
  return `0-${Math.max(0, offset - 1)}`;
}

/**
 * A chunk has to begin where the last one ended, and without a range nothing may have been lost before it.
 * @throws AppError RANGE_INVALID with the true `Range`
 */
export function requireNextChunk(
  range: ByteRange | undefined,
  at: { readonly offset: number; readonly shrunk: boolean },
): void {
  const { offset, shrunk } = at;
  if (range === undefined && shrunk) throw outOfOrder(offset, 'a crash took the last bytes of this upload');
  if (range === undefined || range.start === offset) return;
  throw outOfOrder(offset, `the chunk begins at ${range.start} but the upload is at ${offset}`);
}

export function outOfOrder(offset: number, message: string): AppError {
  return new AppError('RANGE_INVALID', {
    message,
    detail: 'ask the upload for its status and go on from there',
    headers: { Range: uploadRange(offset) },
  });
}

/** @throws AppError SIZE_INVALID */
export function requireChunkSize(range: ByteRange | undefined, received: number): void {
  if (range === undefined || range.end - range.start === received) return;
  throw new AppError('SIZE_INVALID', {
    message: `the chunk has ${received} bytes but Content-Range announces ${range.end - range.start}`,
  });
}
