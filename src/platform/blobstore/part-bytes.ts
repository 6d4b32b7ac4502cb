/** So many parts have one size; the next so many have one minimum more. */
const partsOfOneSize = 500;

/**
 * The size at which part `no` (from 0) of a multipart upload is sent. It grows, because object stores take no more
 * than 10,000 parts: with S3's minimum of 5 MiB those hold 512 GiB, and the largest is 100 MiB.
 */
export function partBytes(no: number, minimumPartBytes: number): number {
  return minimumPartBytes * (1 + Math.floor(no / partsOfOneSize));
}
