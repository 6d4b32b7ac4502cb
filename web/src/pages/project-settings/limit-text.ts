const units = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

export type LimitUnit = keyof typeof units;

/** What a limit is written in: bytes that are little of a GiB would be a row of zeros. */
export function limitUnit(bytes: number): LimitUnit {
  if (bytes < 0) return 'GiB';
  return (['GiB', 'MiB', 'KiB'] as const).find((unit) => bytes >= units[unit]) ?? 'B';
}

/** Three digits behind the point at most; empty: no limit. */
export function limitText(bytes: number, unit: LimitUnit): string {
  return bytes < 0 ? '' : String(Number((bytes / units[unit]).toFixed(3)));
}

/**
 * -1: no limit; undefined: no number.
 * @param was the limit of before, which may have more digits than its text
 */
export function limitOf(text: string, unit: LimitUnit, was: number): number | undefined {
  const words = text.trim();
  if (words === limitText(was, unit)) return was;
  if (words === '') return -1;
  const bytes = Math.round(Number(words) * units[unit]);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
