export interface Slice {
  readonly offset: number;
  readonly limit: number;
}

/**
 * Where a page of a list of `count` rows is read from: one behind the middle from the end, in the opposite order, so
 * that the last page costs what the first does.
 */
export function nearerEnd({ offset, limit }: Slice, count: number): Slice & { readonly reversed: boolean } {
  const left = count - offset;
  if (left <= 0 || limit <= 0) return { offset: 0, limit: 0, reversed: false };
  const taken = Math.min(limit, left);
  return left - taken < offset
    ? { offset: left - taken, limit: taken, reversed: true }
    : { offset, limit: taken, reversed: false };
}
