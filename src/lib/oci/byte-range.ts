/** Half-open: `end` is the first byte that is not sent. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * More in one request are refused; clients then ask for fewer. It is what Podman and its relatives ask for at most
 * (containers/storage, zstd:chunked).
 */
const maxRanges = 1024;

/** What a `Range` header asks for. */
export type AskedRanges =
  | { readonly kind: 'whole' }
  | { readonly kind: 'one'; readonly range: ByteRange }
  /** Several were asked for; the satisfiable ones in the order of the request, which may be one. */
  | { readonly kind: 'several'; readonly ranges: readonly ByteRange[] }
  | { readonly kind: 'unsatisfiable' }
  | { readonly kind: 'too many' };

const whole: AskedRanges = { kind: 'whole' };

/**
 * Reads a `Range` header against an object's size (RFC 9110 §14.2). The whole object is to be sent when there is no
 * header, for another unit, for a form that the RFC tells servers to ignore, and when the ranges together are larger
 * than the object (§14.2: a sign of an attack, or of a client that gains nothing).
 */
export function parseRanges(header: string | undefined, sizeBytes: number): AskedRanges {
  const list = header === undefined ? null : /^bytes=(.*)$/is.exec(header);
  const text = list?.[1];
  if (text === undefined) return whole;
  const specs = text.split(',', maxRanges + 1);
  if (specs.length > maxRanges) return { kind: 'too many' };
  const parsed: (ByteRange | 'unsatisfiable')[] = [];
  for (const spec of specs) {
    const range = parseSpec(spec, sizeBytes, specs.length > 1);
    if (range === undefined) return whole;
    parsed.push(range);
  }
  const ranges = parsed.filter((range) => range !== 'unsatisfiable');
  const [only] = ranges;
  if (only === undefined) return { kind: 'unsatisfiable' };
  if (parsed.length === 1) return { kind: 'one', range: only };
  const bytes = ranges.reduce((sum, range) => sum + range.end - range.start, 0);
  return bytes > sizeBytes ? whole : { kind: 'several', ranges };
}

/**
 * Undefined: not a range. `500-0` counts as one that cannot be satisfied when it stands alone, as clients' suites
 * expect, but spoils a list, as the RFC says.
 */
function parseSpec(
  spec: string,
  sizeBytes: number,
  inList: boolean,
): ByteRange | 'unsatisfiable' | undefined {
  const match = (inList ? /^[ \t]*(\d*)-(\d*)[ \t]*$/ : /^[ \t]*(\d*)-(\d*)$/).exec(spec);
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') return suffixRange(Number(last), sizeBytes);
  const start = Number(first);
  if (inList && last !== '' && Number(last) < start) return undefined;
  const end = last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  return start >= sizeBytes || end <= start ? 'unsatisfiable' : { start, end };
}

function suffixRange(length: number, sizeBytes: number): ByteRange | 'unsatisfiable' {
  if (length === 0 || sizeBytes === 0) return 'unsatisfiable';
  return { start: Math.max(0, sizeBytes - length), end: sizeBytes };
}

/** Reads the `Content-Range` of a chunk, which carries no unit: `<first>-<last>` (distribution-spec, "Pushing a blob in chunks"). */
export function parseContentRange(header: string): ByteRange | undefined {
  const match = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(header.trim());
  if (match === null) return undefined;
  const start = Number(match[1]);
  const end = Number(match[2]) + 1;
  return end <= start ? undefined : { start, end };
}

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
