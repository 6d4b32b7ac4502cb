/** RFC 3339 in UTC with three decimals. */
export function apiTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** A time that never was. */
export const unsetTime = '0001-01-01T00:00:00.000Z';
