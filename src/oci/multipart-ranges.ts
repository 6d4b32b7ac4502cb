import type { ByteRange } from '../lib/oci/byte-range.ts';

export interface MultipartPart {
  /** What stands in front of the range's bytes. */
  readonly head: Buffer;
  readonly range: ByteRange;
}

export interface MultipartRanges {
  readonly contentType: string;
  readonly contentLength: number;
  readonly parts: readonly MultipartPart[];
  /** Behind the last part. */
  readonly tail: Buffer;
}

/**
 * The frame of a `multipart/byteranges` answer (RFC 9110 §14.6): one part for each range, in their order.
 * @param boundary not to be foreseen by whoever made the content
 */
export function multipartRanges(
  ranges: readonly ByteRange[],
  sizeBytes: number,
  boundary: string,
): MultipartRanges {
  const parts = ranges.map((range, index) => ({
    range,
    head: Buffer.from(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\n` +
        'Content-Type: application/octet-stream\r\n' +
        `Content-Range: ${contentRange(range, sizeBytes)}\r\n\r\n`,
    ),
  }));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const contentLength = parts.reduce(
    (sum, { head, range }) => sum + head.length + range.end - range.start,
    tail.length,
  );
  return { contentType: `multipart/byteranges; boundary=${boundary}`, contentLength, parts, tail };
}

export function contentRange(range: ByteRange, sizeBytes: number): string {
  return `bytes ${range.start}-${range.end - 1}/${sizeBytes}`;
}
