import { parseUntil } from '../access/parse-until.ts';

const units = { h: 3_600_000, d: 86_400_000 } as const;

/** Epoch milliseconds; undefined for what is neither a span such as `90d` nor a time. */
export function parseExpires(text: string, now: number): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,4})([dh])$/.exec(text) ?? [];
  return count === undefined ? parseUntil(text) : now + Number(count) * units[unit as keyof typeof units];
}
